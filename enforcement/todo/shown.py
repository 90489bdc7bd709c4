"""What waits, as JSON."""

from __future__ import annotations

from typing import Any

from enforcement.todo.queries import Todo


def as_json(row: Todo) -> dict[str, Any]:
    """Return one thing that waits as a JSON object; days ISO, None without a limit."""
    days = {
        name: value.isoformat() if (value := getattr(row, name)) else None
        for name in ("raw_on", "due_on", "alarm_on", "stopped_on", "last_on")
    }
    return {
        "kind": row.kind, "id": str(row.subject_id), "number": row.number, "words": row.words,
        "duty": row.duty, "limit": row.limit_id, "stands_for": row.stands_for, **days,
    }  # fmt: skip
