"""A list as rows of a file, as a file, and as the rows of a new edition."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.ids import uuid7
from enforcement.law.escalation import ANY, CALLED, Limit
from enforcement.law.taxonomy import Taxonomy
from enforcement.permissions import Permission
from enforcement.sheets import writing as sheets
from enforcement.taxonomy import queries
from enforcement.taxonomy.columns import STAGES, TABLES
from enforcement.taxonomy.models import (
    ListKind,
    TaxonomyCall,
    TaxonomyCategory,
    TaxonomyEdition,
    TaxonomyLimit,
)
from enforcement.taxonomy.reading import NO, YES
from enforcement.taxonomy.reading_calls import COUNTED, URGENCIES

COLUMNS_OF_CATEGORY: Final = (
    "parent", "zh", "en", "icon", "matters", "required", "offered", "public",
)  # fmt: skip


def said(limit: Limit | None) -> str:
    """Return a limit as a file says it: "4工作时"."""
    return f"{limit.amount:g}{limit.counted.zh}" if limit else ""


def rows_of(taxonomy: Taxonomy, kind: ListKind) -> list[dict[str, str]]:
    """Return the rows of a list as its file shows them."""
    return _calls(taxonomy) if kind is ListKind.CALLS else _categories(taxonomy)


def _categories(taxonomy: Taxonomy) -> list[dict[str, str]]:
    rows = []
    for code, row in taxonomy.categories.items():
        rows.append(
            {
                "code": code, "parent": row.parent or "", "zh": row.zh, "en": row.en,
                "icon": row.icon, "matters": "、".join(row.matters),
                "required": "、".join(one.zh for one in row.required),
                "offered": YES if row.offered else NO,
                "public": YES if row.public else NO, **_limits(taxonomy, code),
                "source": row.source,
            }
        )  # fmt: skip
    general = dict.fromkeys(COLUMNS_OF_CATEGORY, "")
    last = {"code": ANY, **general, **_limits(taxonomy, ANY), "source": ""}
    return [*rows, last]


def _limits(taxonomy: Taxonomy, code: str) -> dict[str, str]:
    mine = taxonomy.limits_of(code)
    return {key: said(mine.get(str(stage))) for key, stage in STAGES.items()}


def _calls(taxonomy: Taxonomy) -> list[dict[str, str]]:
    return [
        {
            "id": one.id, "urgency": URGENCIES[one.urgency], "stage": one.stage.zh,
            "amount": f"{one.amount:g}", "counted": COUNTED[one.counted],
            "to": CALLED.get(one.to, one.to), "does": one.does.zh, "source": one.source,
        }
        for one in taxonomy.calls
    ]  # fmt: skip


def export(session: Session, actor: Actor, kind: ListKind, suffix: str) -> bytes:
    """Return the list in force as a file, "xlsx" or "csv"."""
    permissions.check(actor, Permission.SETTING_CHANGE)
    now = queries.current(session, actor.county_code)
    return sheets.write(TABLES[kind], rows_of(now, kind), suffix)


def store(
    session: Session,
    actor: Actor,
    kind: ListKind,
    made: Taxonomy,
    at: datetime,
    name: str,
    sha256: bytes,
    **counts: int,
) -> TaxonomyEdition:
    """Add an edition with all its rows; the caller has checked it and holds the turn."""
    edition = TaxonomyEdition(
        county_code=actor.county_code, id=uuid7(), from_at=at, brought=str(kind),
        file_name=name[:200], sha256=sha256, by=actor.account_id, by_name=actor.name, **counts,
    )  # fmt: skip
    session.add(edition)
    session.flush()
    session.add_all(_rows(edition, made))
    session.flush()
    return edition


def _rows(edition: TaxonomyEdition, made: Taxonomy) -> list[Any]:
    def key() -> dict[str, Any]:
        return {"county_code": edition.county_code, "id": uuid7(), "edition_id": edition.id}

    categories = [
        TaxonomyCategory(
            **key(), seq=seq, code=row.code, zh=row.zh, en=row.en, icon=row.icon,
            matters=list(row.matters), required=[str(one) for one in row.required],
            offered=row.offered, source=row.source, public=row.public,
        )
        for seq, row in enumerate(made.categories.values(), 1)
    ]  # fmt: skip
    limits = [
        TaxonomyLimit(
            **key(), category=one.category, stage=str(one.stage), amount=one.amount,
            counted=str(one.counted), source=one.source,
        )
        for one in made.limits
    ]  # fmt: skip
    calls = [
        TaxonomyCall(
            **key(), seq=seq, code=one.id, urgency=one.urgency, stage=str(one.stage),
            amount=one.amount, counted=one.counted, to=one.to, does=str(one.does),
            source=one.source,
        )
        for seq, one in enumerate(made.calls, 1)
    ]  # fmt: skip
    return [*categories, *limits, *calls]
