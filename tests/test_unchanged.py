"""Answers that are kept until something happens in the county."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.orm import Session

from enforcement import unchanged
from enforcement.events import Event
from enforcement.ids import uuid7
from enforcement.incident import points
from enforcement.unchanged import Unchanged
from tests.asking import actor_of
from tests.case.making import reported

COUNTY = "220322"
ALL = (123.0, 42.0, 126.0, 45.0)


def happens(session: Session) -> None:
    session.add(
        Event(county_code=COUNTY, id=uuid7(), kind="incident", act="x", subject_id=uuid7(), data={})
    )
    session.flush()


def test_an_answer_is_made_once_until_something_happens(county: Session) -> None:
    made: list[int] = []
    kept = Unchanged(most=2)

    def ask(key: str = "a") -> int:
        return kept.get(county, COUNTY, key, lambda: made.append(len(made)) or len(made))

    assert [ask(), ask(), ask("b"), ask()] == [1, 1, 2, 1]
    happens(county)
    assert [ask(), ask("b"), ask()] == [3, 4, 3]
    ask("c")  # a third one: the longest unasked goes
    assert ask("b") == 6


def test_no_event_at_all_is_trusted_for_a_minute_only(county: Session, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    county.execute(delete(Event))
    now = [0.0]
    monkeypatch.setattr(unchanged.time, "monotonic", lambda: now[0])
    kept, made = Unchanged(most=2), iter("ab")
    assert [kept.get(county, COUNTY, 1, lambda: next(made)) for _ in range(2)] == ["a", "a"]
    now[0] = unchanged.LONGEST_S
    assert kept.get(county, COUNTY, 1, lambda: next(made)) == "b"


def test_a_new_incident_is_on_the_map_at_once(county: Session) -> None:
    head = actor_of(county, "juzhang")

    def count() -> int:
        found = points.open_points(county, head, ALL, 11)["features"]
        return sum(one["properties"]["n"] for one in found)

    before = count()
    reported(county)  # not even committed
    assert count() == before + 1
