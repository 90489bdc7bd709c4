"""The map report: made from rows whose sums are asked for, never from rows read one by one."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.briefing import queries
from enforcement.briefing.asking import Asked, Wanted, read
from enforcement.briefing.figures import Briefing, Counts, Method, Outline, Peer
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction.models import Edition
from enforcement.permissions import Permission
from enforcement.settings import queries as settings
from enforcement.taxonomy import queries as taxonomy
from enforcement.wall import over_county

MOST_COMPARED: Final = 20_000
"""Events that are compared with each other; of more neither repeat places nor near repeats."""


@over_county
def make(session: Session, actor: Actor, wanted: Wanted) -> Briefing:
    """Return the report that is asked for.

    Raises NotPermittedError, InvalidInputError, NotFoundError for what the actor may not see.
    """
    about = outline(session, actor, wanted)
    asked, edition = about.asked, about.edition
    method = _method(session, asked.county_code)
    words = taxonomy.current(session, asked.county_code).known
    now, before, peers = _compared(session, asked, edition)
    few = now.events <= MOST_COMPARED
    return Briefing(
        asked, edition, now, before, queries.places(session, asked), queries.kinds(session, asked),
        peers, queries.profile(session, asked),
        queries.repeats(session, asked, edition, method) if few else None,
        queries.near(session, asked, method) if few else None,
        method, queries.editions(session, asked), words,
    )  # fmt: skip


@over_county
def outline(session: Session, actor: Actor, wanted: Wanted) -> Outline:
    """Return what a report is about, its figures not counted; raises as `make` does."""
    permissions.check(actor, Permission.REPORT_READ)
    asked = read(session, actor, wanted)
    return Outline(asked, jurisdiction.find_edition(session, asked.county_code, asked.period.last))


def _compared(
    session: Session, asked: Asked, edition: Edition | None
) -> tuple[Counts, Counts, list[Peer]]:
    """Return the figures now and before, and those of the neighbours now."""
    found = queries.peers(session, asked, edition)
    member = queries.members(session, asked, found)
    now = queries.counts(session, asked, asked.period, member)
    own = queries.members(session, asked, [])
    before = queries.counts(session, asked, asked.period.before(), own)
    key = asked.subject.code
    return now[key], before[key], [Peer(one.code, one.name, now[one.code]) for one in found]


def _method(session: Session, county_code: str) -> Method:
    known = settings.values(session, county_code)
    return Method(known["briefing_repeat_m"], known["briefing_repeat_least"],
                  known["briefing_near_m"], known["briefing_near_days"])  # fmt: skip
