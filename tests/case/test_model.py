"""Random acts by random people at random times: no case moves on behind a closed gate.

The engine and a small model that was written apart from it are told the same acts.
"""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any, Final

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import facts, services
from enforcement.errors import DomainError
from enforcement.law import procedure
from enforcement.law.errors import LawError
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import CaseState as S
from tests.asking import actor_of, set_clock
from tests.case.making import reported, to_case
from tests.case.model import Model
from tests.case.saying import say

PEOPLE: Final = ("zhifa1", "zhifa2", "zhongdui", "dadui", "fazhi", "juzhang", "fujing", "jiexian")
EVENTS: Final = tuple(E)
ENDS: Final = (E.TERMINATE, E.TRANSFER, E.WITHDRAW_FILING, E.PROPOSE_CRIME, E.REFUSE_FILING)
STEPS: Final = int(os.environ.get("MODEL_STEPS", "100"))
RUNS: Final = int(os.environ.get("MODEL_RUNS", "8"))
AMOUNTS: Final = st.sampled_from((2000, 2000, 20000, 20000, 20001, 0))
PICKS: Final = st.sampled_from(range(97))
LATE: Final = frozenset({S.NOTICED, S.DECISION_REVIEW, S.SERVED, S.DEMANDED, S.PROPOSAL_REVIEW})
FORWARD: Final = frozenset(
    {E.CHECK, E.PROPOSE_FILING, E.ENDORSE, E.APPROVE_FILING, E.RECORD_SCENE, E.CLOSE_INVESTIGATION,
     E.PROPOSE_PENALTY, E.APPROVE_PROPOSAL, E.NOTIFY, E.HEAR_STATEMENT, E.REQUEST_HEARING,
     E.CALL_HEARING, E.HOLD_HEARING, E.REPORT_HEARING, E.PROPOSE_DECISION, E.REVIEW_LEGALITY,
     E.DISCUSS, E.DECIDE, E.SERVE, E.RECORD_PAYMENT, E.DEMAND, E.APPLY_COURT, E.RECORD_COURT,
     E.PROPOSE_CLOSING, E.APPROVE_CLOSING, E.RESUME}
)  # fmt: skip
DOES: Final = {"work": "zhifa1", "review": "zhongdui", "approve": "juzhang", "legal": "fazhi",
               "chair": "fazhi"}  # fmt: skip
SAYS: Final = frozenset({E.PROPOSE_FILING, E.PROPOSE_PENALTY, E.PROPOSE_DECISION})
"""Acts whose gates look at what they say."""
CHOICES: Final = st.sampled_from(("first", "first", "other"))


class Office(RuleBasedStateMachine):
    """An office at work on one case; the clock goes forward only."""

    county: Session

    @initialize()
    def open(self) -> None:
        self.savepoint = self.county.begin_nested()
        self.case = to_case(self.county, "zhifa1", reported(self.county))
        self.now = set_clock(self.county, "2026-03-03 09:00")
        self.model = Model()

    @rule(days=st.sampled_from((0, 0, 0, 0, 1, 1, 2, 6, 16, 190)), hours=st.integers(0, 3))
    def wait(self, days: int, hours: int) -> None:
        self.now += timedelta(days=days if self._may_wait(days) else 0, hours=hours)
        set_clock(self.county, self.now.replace(tzinfo=None).isoformat(sep=" "))

    def _may_wait(self, days: int) -> bool:
        return self.now + timedelta(days=days) < self.now.replace(year=2026, month=12, day=1)

    @rule(who=st.sampled_from(PEOPLE), event=st.sampled_from(EVENTS), yuan=AMOUNTS, choice=CHOICES)
    def press_anything(self, who: str, event: E, yuan: int, choice: str) -> None:
        self._do(who, event, yuan, choice)

    @rule(pick=PICKS, yuan=AMOUNTS, choice=CHOICES)
    def do_what_is_open(self, pick: int, yuan: int, choice: str) -> None:
        able = [one for one in self._able() if one[1] not in ENDS]
        if able:
            self._do(*able[pick % len(able)], yuan, choice)

    @rule(pick=PICKS, yuan=AMOUNTS, choice=CHOICES)
    def move_on(self, pick: int, yuan: int, choice: str) -> None:
        self._forward(pick, yuan, choice)

    @rule(pick=PICKS, yuan=AMOUNTS, choice=CHOICES)
    def move_on_again(self, pick: int, yuan: int, choice: str) -> None:
        self._forward(pick, yuan, choice)
        self._forward(pick, yuan, choice)

    def _forward(self, pick: int, yuan: int, choice: str) -> None:
        """Do one of the open acts that lead on."""
        skip = {E.ENDORSE} if self.case.endorsed else set()
        able = [one for one in self._able() if one[1] in FORWARD - skip]
        if able:
            self._do(*able[pick % len(able)], yuan, choice)

    @precondition(lambda self: self.case.state in LATE)
    @rule(pick=PICKS)
    def end_it(self, pick: int) -> None:
        able = [one for one in self._able() if one[1] in ENDS]
        if able and pick % 5 == 0:
            self._do(*able[pick % len(able)], 2000, "first")

    def _able(self) -> list[tuple[str, E]]:
        """Return who would do what behind open gates, or what opens them by what it says."""
        found = facts.facts_of(self.county, self.case, clock.today(self.county))
        return [
            (DOES[step.by], step.event)
            for step, gates in facts.open_steps(found, S(self.case.state))
            if step.event in SAYS or all(gate.open for gate in gates)
        ]

    def _do(self, who: str, event: E, yuan: int, choice: str) -> None:
        before = S(self.case.state)
        said: dict[str, Any] = {}
        try:
            said = say(self.county, self.case, event, yuan=yuan, choice=choice)
            services.carry_out(
                self.county, actor_of(self.county, who), self.case.id, event, dict(said)
            )
        except (DomainError, LawError):
            self.county.refresh(self.case)
            assert self.case.state == before, "a refused act moved the case"
            return
        step = procedure.step_for(before, event)
        assert step is not None, f"{event} was carried out in {before}"
        moved = self.case.state != before
        self.model.tell(who, event, said, clock.today(self.county), moved)
        assert not self.model.wrong, (who, event, self.model.wrong)

    def teardown(self) -> None:
        if hasattr(self, "savepoint"):
            self.savepoint.rollback()
            self.county.expire_all()


def test_no_case_moves_on_behind_a_closed_gate(county: Session) -> None:
    class Here(Office):
        pass

    Here.county = county
    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
