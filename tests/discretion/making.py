"""Files of a county's benchmark for tests."""

from __future__ import annotations

import csv
import io

from sqlalchemy.orm import Session

from enforcement.discretion import importing, queries
from enforcement.discretion.columns import TABLE
from enforcement.discretion.importing import Plan
from tests.asking import actor_of, set_clock

ROW = {
    "code": "M12-1", "matter": "M12", "party": "全部", "tier": "从轻", "conditions": "面积<10",
    "kind": "罚款", "measure": "元", "low": "0", "high": "1000", "valid_from": "2026-01-01",
    "valid_to": "", "source": "县裁量基准（示例）",
}  # fmt: skip
OTHER = ROW | {"code": "M12-2", "tier": "一般", "conditions": "", "low": "1000", "high": "5000"}


def as_csv(*rows: dict[str, str]) -> bytes:
    """Return rows, by the keys of columns, as a file."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.heading for column in TABLE.columns])
    for row in rows:
        writer.writerow([row[column.key] for column in TABLE.columns])
    return buffer.getvalue().encode("utf-8-sig")


def put(session: Session, *rows: dict[str, str]) -> Plan:
    """Import rows as the system administrator, before the cases of the tests; they are taken."""
    before = len(queries.editions(session, "220322"))
    set_clock(session, f"2026-03-01 09:2{before}")
    done = importing.apply(session, actor_of(session, "xitong"), as_csv(*rows), "基准.csv")
    assert done.applied, done.problems
    return done
