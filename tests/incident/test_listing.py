"""The list by branches gives what the plain condition gives, page by page, from indexes alone."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.demo import USERS
from enforcement.incident import listing, queries
from enforcement.incident.models import Incident
from enforcement.law.incidents import OPEN_STATES
from tests.asking import actor_of


def plain(session: Session, username: str, *filters: Any) -> list[Any]:
    """Return what the one OR of all conditions gives, in the order of the list."""
    query = select(Incident.id).where(queries.visible(actor_of(session, username)), *filters)
    order = query.order_by(Incident.received_at.desc(), Incident.id.desc())
    return list(session.scalars(order))


def paged(session: Session, username: str, limit: int, **wanted: Any) -> list[Any]:
    """Return the ids of all pages, one after the other."""
    found: list[Any] = []
    after = None
    while True:
        rows = queries.list_page(
            session, actor_of(session, username), after=after, limit=limit, **wanted
        )
        found += [row.incident.id for row in rows]
        if len(rows) < limit:
            return found
        after = (rows[-1].incident.received_at, rows[-1].incident.id)


@pytest.mark.parametrize("username", [name for name, _role in USERS])
def test_pages_give_each_row_once_and_all_that_the_actor_sees(
    county: Session, username: str
) -> None:
    assert paged(county, username, 7) == plain(county, username)


@pytest.mark.parametrize("username", ["juzhang", "xiangzhen", "dadui", "zhongdui", "fujing"])
def test_filters_narrow_every_branch(county: Session, username: str) -> None:
    since = clock.now(county) - timedelta(days=20)
    wanted = (Incident.state.in_(OPEN_STATES), Incident.received_at >= since)
    assert paged(county, username, 5, among=OPEN_STATES, since=since) == plain(
        county, username, *wanted
    )
    code = actor_of(county, "dadui").unit_code
    below = (Incident.responsible_unit_code >= code, Incident.responsible_unit_code < code + "~")
    assert paged(county, username, 5, unit_code=code) == plain(county, username, *below)
    chosen = random.Random(4).choice(plain(county, "juzhang"))
    category = county.get_one(Incident, ("220322", chosen)).category
    assert paged(county, username, 5, category=category) == plain(
        county, username, Incident.category == category
    )


@pytest.mark.parametrize("username", ["juzhang", "xiangzhen", "dadui", "zhongdui", "fujing"])
def test_no_branch_sorts_or_scans_the_table(county: Session, username: str) -> None:
    for other_way in ("enable_seqscan", "enable_sort"):  # of so few rows it would take one of these
        county.execute(text(f"set local {other_way} = off"))
    newest = listing.first_ids(actor_of(county, username), [], None, 20)
    compiled = select(newest).compile(
        county.connection().engine, compile_kwargs={"literal_binds": True}
    )
    plan = "\n".join(county.scalars(text("explain " + str(compiled).replace(":", "\\:"))))
    assert "Seq Scan on incident" not in plan
    assert "ix_incident_" in plan
