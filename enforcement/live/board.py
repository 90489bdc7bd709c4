"""The live board: where the units on duty are, how old and how sure that is, what they are at."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import clock, permissions
from enforcement.actor import Actor
from enforcement.law.incidents import OPEN_STATES
from enforcement.live import board_sql
from enforcement.permissions import Permission
from enforcement.positions.looking import log_look
from enforcement.wall import whole


@dataclass(frozen=True)
class Board:
    """Units as JSON text, how many there are, and the server's moment in epoch seconds.

    Of each: id, name, person (else a vehicle), unit, unit_code, lon, lat, at (epoch seconds),
    accuracy_m, speed_kmh, battery_pct, mock, duty (shift, said or null), until, task, sos.
    """

    units: str
    count: int
    now: float

    def as_json(self) -> str:
        """Return the answer of the page's and the API's call."""
        return f'{{"now":{self.now:.1f},"units":{self.units}}}'


def look(session: Session, actor: Actor, where: str | None) -> Board:
    """Return people on duty and vehicles whom the actor may look at, by one statement.

    where -- what is logged as a look; None for the same look going on: a page that is open
    """
    permissions.check(actor, Permission.LIVE_READ)
    statement, reach = board_sql.units(actor)
    asked = reach | {"county": actor.county_code, "on": clock.today(session),
                     "open": [str(state) for state in OPEN_STATES]}  # fmt: skip
    with whole(session):  # what somebody in reach is at may lie out of reach
        row = session.execute(text(statement), asked).one()
    if where is not None:
        log_look(session, actor, where, count=row.n)
    return Board(row.units, row.n, row.now)
