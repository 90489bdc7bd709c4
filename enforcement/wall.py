"""The second wall: what the database itself lets a person read, whatever a query forgot to ask.

Tables of cases and of personal data have row-level security. Each transaction says for whom it
reads; where nothing was said, there are no rows. The first wall, the conditions of `scope`, is
narrower in places; the second knows county, units, and whom a case belongs to.

A page reads within the person's reach. An act reads within his county, for its gates look at
cases elsewhere (an earlier penalty of the same party); what is counted over the whole county on a
page says so with `whole`. Programs (worker, commands) and public pages read everything.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from typing import Final, ParamSpec, TypeVar, cast

import psycopg2
from flask import has_request_context, request
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.scope import REACH_OF, Reach

ALL: Final = "all"
REACH: Final = "enforcement.reach"
"""Where a session keeps how far its transaction reads."""
NARROW: Final = frozenset({str(Reach.UNIT), str(Reach.AREA), str(Reach.NONE)})
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
DISPATCHED, PUBLIC, ACTOR = (f"enforcement.{name}" for name in ("dispatched", "public", "actor"))
"""What a request knows of itself: a view is on its way, it is a public one, who asks for it."""

Said = dict[str, str]
P = ParamSpec("P")
T = TypeVar("T")


def begin() -> None:
    """Note that a request is on its way to a view: from now on it must say who asks."""
    request.environ[DISPATCHED] = True


def let_everybody() -> None:
    """Note that the view of this request is public: what it shows is its own business."""
    request.environ[PUBLIC] = True


def know(actor: Actor) -> None:
    """Note who asks in this request."""
    request.environ[ACTOR] = actor


def said_now(request_id: str | None) -> Said:
    """Return what a transaction that begins now says of who asks."""
    if not has_request_context() or DISPATCHED not in request.environ:
        return {"reach": ALL}
    if PUBLIC in request.environ:
        return {"reach": ALL}
    actor: Actor | None = request.environ.get(ACTOR)
    if actor is None:
        return {"reach": ""}
    return said_of(actor, acts=request.method not in READS) | {"request": request_id or ""}


def said_of(actor: Actor, *, acts: bool) -> Said:
    """Return the settings by which the policies know a person.

    acts -- he does something: gates look at the whole county
    """
    reach = REACH_OF[actor.role]
    several = reach is Reach.AREA and len(actor.area_codes) != 1
    far = acts or several or actor.glass is not None  # a grant's condition names its one object
    return {
        "reach": str(Reach.COUNTY if far else reach), "county": actor.county_code,
        "unit": actor.unit_code, "area": actor.area_codes[0] if actor.area_codes else "",
        "person": str(actor.person_id), "account": str(actor.account_id),
    }  # fmt: skip


def say(connection: Connection, said: Said) -> None:
    """Set what ends with the transaction; one message to the database.

    Raises OperationalError where the connection is lost, which is then given up, as by a query.
    """
    sets = "; ".join(f"SET LOCAL app.{name} = %s" for name in said)
    try:
        with closing(connection.connection.cursor()) as cursor:
            cursor.execute(sets, tuple(said.values()))
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        connection.invalidate(error)
        raise OperationalError(sets, None, error, connection_invalidated=True) from error


@contextmanager
def whole(session: Session) -> Iterator[None]:
    """Read over the whole county what is counted or compared there, and no row is shown of."""
    session.connection()  # where nothing was asked yet, this begins and says for whom
    before = session.info.get(REACH)
    if before not in NARROW:  # an act, a program, a public page: or nobody, who stays outside
        yield
        return
    _reach(session, str(Reach.COUNTY))
    try:
        yield
    except Exception:
        with suppress(psycopg2.Error):  # what failed may have ended the transaction
            _reach(session, before)
        raise
    _reach(session, before)


def _reach(session: Session, reach: str) -> None:
    session.info[REACH] = reach
    say(session.connection(), {"reach": reach})


def over_county(function: Callable[P, T]) -> Callable[P, T]:
    """Let a function, whose first argument is a session, read over the whole county."""

    @functools.wraps(function)
    def reading(*args: P.args, **kwargs: P.kwargs) -> T:
        with whole(cast(Session, args[0])):
            return function(*args, **kwargs)

    return reading
