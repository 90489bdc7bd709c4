"""Grants of measures by law and the clocks of measures, as data."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.matters import matters
from enforcement.law.measure_grants import GRANTS, grant_for
from enforcement.law.measure_terms import MeasureEvent, MeasureKind, MeasureState
from enforcement.law.measures import MEASURES, OPEN_STATES, due_of, step_of, steps_from
from enforcement.law.procedure import PROCEDURE
from enforcement.law.procedure_step import APPROVE
from enforcement.law.terms import CaseEvent

K, S, E = MeasureKind, MeasureState, MeasureEvent


def test_a_grant_names_known_matters_and_never_preservation() -> None:
    for row in GRANTS:
        assert set(row.matters) <= set(matters())
        assert K.PRESERVE not in row.kinds
        assert "条" in row.basis


def test_an_environmental_grant_ended_with_its_law() -> None:
    assert grant_for("M04", K.SEIZE, date(2026, 8, 14)) is not None
    assert grant_for("M04", K.SEIZE, date(2026, 8, 15)) is None
    assert grant_for("M15", K.SEAL, date(2026, 8, 15)) is not None
    assert grant_for("M15", K.SEIZE, date(2026, 8, 15)) is None


@pytest.mark.parametrize("code", ["M12", "M13", "M16", "M23", "M26", "X01"])
def test_a_matter_without_a_grant_has_none(code: str) -> None:
    for kind in K:
        assert grant_for(code, kind, date(2026, 3, 2)) is None


def test_seven_working_days_run_over_the_spring_festival() -> None:
    assert due_of(K.PRESERVE, date(2026, 2, 12)).raw == date(2026, 2, 28)
    with pytest.raises(CalendarExhaustedError):
        due_of(K.PRESERVE, date(2099, 1, 4))


def test_thirty_days_are_calendar_days_and_the_raw_day_counts() -> None:
    due = due_of(K.SEIZE, date(2026, 3, 5))
    assert due.raw == date(2026, 4, 4)  # a Saturday: the organ gains nothing by it
    assert due_of(K.SEAL, date(2026, 3, 5), extended=True).raw == due.raw + timedelta(days=30)


def test_only_the_head_approves_extends_and_decides() -> None:
    heads = {row.event for row in MEASURES if row.by == APPROVE}
    assert heads == {E.APPROVE, E.REFUSE, E.CONFIRM, E.DISAGREE, E.EXTEND, E.DISPOSE}


def test_r14_r15_carrying_out_starts_from_an_approval_alone() -> None:
    for kind in K:
        from_states = {state for state in S if step_of(kind, state, E.CARRY_OUT)}
        assert from_states == {S.APPROVED}
        row = step_of(kind, S.APPROVED, E.CARRY_OUT)
        assert row is not None
        assert {"approved", "officers", "recused"} <= set(row.gates)
    assert step_of(K.PRESERVE, None, E.ACT_AT_ONCE) is None


def test_r16_the_worker_alone_lets_a_measure_lapse() -> None:
    for kind in K:
        for state in S:
            assert E.LAPSE not in {row.event for row in steps_from(kind, state)}
        assert step_of(kind, S.IN_FORCE, E.LAPSE) is not None


def test_an_ended_or_refused_measure_leads_nowhere_and_frees_its_case() -> None:
    for kind in K:
        assert steps_from(kind, S.ENDED) == steps_from(kind, S.REFUSED) == ()
    assert set(S) - set(OPEN_STATES) == {S.ENDED, S.REFUSED}


def test_closing_and_archiving_ask_for_open_measures() -> None:
    wanted = {CaseEvent.PROPOSE_CLOSING, CaseEvent.APPROVE_CLOSING, CaseEvent.ARCHIVE}
    assert {row.event for row in PROCEDURE if "measures" in row.gates} == wanted
