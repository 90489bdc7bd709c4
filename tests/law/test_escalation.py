"""Limits of incidents and who is called when: the shipped tables, and what they plan."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from enforcement.law import escalation
from enforcement.law.escalation import Stage, limit_of, plan, stages_of
from enforcement.law.incidents import categories
from enforcement.law.terms import IncidentState as S
from enforcement.law.terms import Urgency
from enforcement.law.working_time import ZONE

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)


def seconds(urgency: Urgency, stage: Stage) -> dict[str, float]:
    found = plan("V7", urgency, (stage,), START)
    return {one.call.to: (one.at - START).total_seconds() for one in found.calls}


def test_an_unanswered_red_button_goes_up_within_a_minute() -> None:
    assert seconds(Urgency.RED, Stage.UNANSWERED) == {
        "desk_a": 0, "desk_b": 15, "township_leader": 30, "command": 60}  # fmt: skip


def test_an_answered_red_button_that_is_forgotten_goes_up_too() -> None:
    assert seconds(Urgency.RED, Stage.ANSWERED) == {"township_leader": 180, "command": 300}


def test_half_all_and_one_and_a_half_of_a_limit() -> None:
    found = plan("04", Urgency.NORMAL, (Stage.HANDLE,), START)
    at = {one.call.id: one.at.astimezone(ZONE).strftime("%d %H:%M") for one in found.calls}
    assert at["handle_half"] == "02 11:00"
    assert at["handle_full"] == "02 15:00"  # over noon
    assert at["handle_over"] == "02 17:00"
    assert found.ends == START + timedelta(hours=6)


def test_shares_of_working_days_are_whole_days() -> None:
    found = plan("V2", Urgency.NORMAL, (Stage.HANDLE,), START)
    days = {one.call.id: one.at.astimezone(ZONE).day for one in found.calls}
    assert days == {"handle_half": 4, "handle_full": 9, "handle_over": 12}


@pytest.mark.parametrize("urgency", list(Urgency))
@pytest.mark.parametrize("state", list(S))
def test_every_state_waits_for_something_or_has_ended(state: S, urgency: Urgency) -> None:
    ended = state in (S.CLOSED, S.REJECTED, S.TO_CASE, S.MERGED, S.VOID)
    assert bool(stages_of(state, urgency, answered=False)) is not ended


def test_the_shipped_tables_name_known_categories_and_are_complete() -> None:
    named = {row.category for row in escalation.limits()} - {escalation.ANY}
    assert named <= set(categories())
    for stage in (Stage.DESK, Stage.HANDLE, Stage.CHECK):
        assert limit_of("no such", stage) is not None
    assert len({call.id for call in escalation.calls()}) == len(escalation.calls())


def test_beyond_the_calendar_nothing_is_guessed_and_nothing_is_refused() -> None:
    late = datetime(2026, 12, 31, 16, 0, tzinfo=ZONE)
    found = plan("V2", Urgency.NORMAL, (Stage.HANDLE,), late)
    assert (found.calls, found.ends) == ((), None)
    assert set(found.uncounted) == {"handle", "handle_half", "handle_full", "handle_over"}
    red = plan("V7", Urgency.RED, (Stage.UNANSWERED,), late)
    assert len(red.calls) == 4
    assert red.uncounted == ()


@pytest.mark.parametrize(
    "line",
    ["x,purple,desk,1,seconds,desk_a,ring,-", "x,red,nowhere,1,seconds,desk_a,ring,-",
     "x,red,desk,1,moons,desk_a,ring,-", "x,red,desk,soon,seconds,desk_a,ring,-"],
)  # fmt: skip
def test_an_unknown_word_in_a_table_is_refused(line: str) -> None:
    head = "id,urgency,stage,amount,counted,to,does,source"
    with pytest.raises(ValueError, match=r".+"):
        escalation.read_calls([head, line])
