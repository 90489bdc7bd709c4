"""A map report for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from enforcement.api import plain_row
from enforcement.briefing import wording
from enforcement.briefing.figures import Briefing, Counts, Group
from enforcement.briefing.models import BriefingFiled, BriefingSchedule, BriefingShare


def as_json(briefing: Briefing) -> dict[str, Any]:
    """Return a report's figures; shares in per cent, times in minutes, places in degrees."""
    asked, subject = briefing.asked, briefing.asked.subject
    return {
        "kind": str(subject.kind), "code": subject.code, "name": subject.name,
        "first": asked.period.first.isoformat(), "last": asked.period.last.isoformat(),
        "matter": asked.matter, "category": asked.category,
        "edition": str(briefing.edition.id) if briefing.edition else None,
        "editions": [plain_row(one, "id", "source_name", "valid_from", "valid_to")
                     for one in briefing.editions],
        "now": counts(briefing.now), "before": counts(briefing.before),
        "peers": [{"code": one.code, "name": one.name} | counts(one.counts)
                  for one in briefing.peers],
        "places": groups(briefing.places),
        "kinds": [one | {"name": wording.kind_name(briefing, one["code"])}
                  for one in groups(briefing.kinds)],
        "profile": [list(row) for row in briefing.profile],
        "repeats": None if briefing.repeats is None else [asdict(one) for one in briefing.repeats],
        "near": asdict(briefing.near) if briefing.near else None,
        "near_warning": wording.warns(briefing), "method": asdict(briefing.method),
        "findings": wording.findings(briefing), "notes": wording.notes(briefing),
    }  # fmt: skip


def counts(found: Counts) -> dict[str, Any]:
    """Return the figures of an area or unit with their shares."""
    shares = {"closed_pct": found.closed_pct, "on_time_pct": found.on_time_pct}
    return {name: round(value, 1) if isinstance(value, float) else value
            for name, value in (asdict(found) | shares).items()}  # fmt: skip


def groups(found: Sequence[Group]) -> list[dict[str, Any]]:
    """Return places or kinds."""
    return [asdict(one) for one in found]


def share_json(row: BriefingShare) -> dict[str, Any]:
    """Return a link without its secret, which is not kept."""
    return plain_row(row, "id", "title", "asked", "made_at", "expires_at", "revoked_at", "opened")


def order_json(row: BriefingSchedule) -> dict[str, Any]:
    """Return a weekly report that is ordered; how many are told, not who."""
    found = plain_row(row, "id", "name", "asked", "weekday", "hour", "formats", "ended_at")
    return found | {"people": len(row.account_ids), "mails": len(row.mail_to)}


def filed_json(row: BriefingFiled) -> dict[str, Any]:
    """Return what is known of a filed weekly report."""
    return plain_row(row, "id", "schedule_id", "week_on", "kind", "title", "made_at")
