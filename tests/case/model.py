"""A tiny model of the law, written apart from the engine: what must be true when a case moves on.

It is told every act that the engine carried out, keeps its own few facts, and says what is wrong.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from enforcement.law.terms import CaseEvent as E

OFFICERS = frozenset({"zhifa1", "zhifa2"})
LARGE = Decimal(20000)  # yuan, of an organisation
DAYS_OFF = frozenset(
    date(2026, month, day)
    for month, first, last in ((4, 4, 6), (5, 1, 5), (6, 19, 21), (9, 25, 27), (10, 1, 7))
    for day in range(first, last + 1)
)
WORKED = frozenset({date(2026, 5, 9), date(2026, 9, 20), date(2026, 10, 10)})


def working(start: date, days: int) -> date:
    """Return the last of some working days after a day, counted by hand."""
    day = start
    while days:
        day += timedelta(days=1)
        if day in WORKED or (day.weekday() < 5 and day not in DAYS_OFF):
            days -= 1
    return day


@dataclass
class Model:
    """What the law asks for, told apart from how the engine knows it."""

    filed_on: date | None = None
    scene: bool = False
    endorsed: bool = False
    proposal: Decimal | None = None
    agreed: bool = False
    noticed: tuple[date, Decimal] | None = None
    pleaded: bool = False
    hearing: str = "none"  # none, asked, called, held, reported, given_up, late
    reviewed: bool = False
    discussed: bool = False
    no_penalty: bool = False
    decided: bool = False
    revoked: bool = False
    served_on: date | None = None
    fine: Decimal = Decimal(0)
    paid: Decimal = Decimal(0)
    court: bool = False
    decided_on: date | None = None
    demanded_on: date | None = None
    remedy: str = "none"  # none, runs, stayed, ended, redo
    ended: bool = False  # 终结执行
    deal_until: date | None = None
    still_until: date | None = None  # last day that did not count
    stood_still: int = 0
    stopped_on: date | None = None
    wrong: list[str] = field(default_factory=list)

    def tell(self, who: str, event: E, said: dict[str, object], on: date, moved: bool) -> None:
        """Take one act that the engine carried out; `wrong` names what the law forbids in it."""
        check = getattr(self, f"_{event.value}", None)
        if check is not None:
            check(who, said, on)
        if event is E.ENDORSE:
            self.endorsed = True
        elif moved:
            self.endorsed = False

    def _need(self, what: bool, why: str) -> None:
        if not what:
            self.wrong.append(why)

    def _approves(self, who: str) -> None:
        self._need(who == "juzhang", "only the head approves")
        self._need(self.endorsed, "the unit has not endorsed")

    def _approve_filing(self, who: str, said: dict[str, object], on: date) -> None:
        self._approves(who)
        self.filed_on = on

    def _record_scene(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who in OFFICERS, "only officers of the case record")
        self.scene = True

    def _close_investigation(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(self.scene, "closed without evidence")

    def _propose_penalty(self, who: str, said: dict[str, object], on: date) -> None:
        self.proposal, self.agreed = Decimal(str(said["amount"])), False
        self._need(0 < self.proposal <= LARGE, "outside the statutory range")

    def _approve_proposal(self, who: str, said: dict[str, object], on: date) -> None:
        self._approves(who)
        self.agreed = True

    def _notify(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(self.agreed, "noticed before the head agreed")
        assert self.proposal is not None
        self.noticed, self.pleaded, self.hearing = (on, self.proposal), False, "none"

    def _hear_statement(self, who: str, said: dict[str, object], on: date) -> None:
        self.pleaded = True

    def _request_hearing(self, who: str, said: dict[str, object], on: date) -> None:
        assert self.noticed is not None
        self._need(self.noticed[1] >= LARGE, "a hearing nobody has a right to")
        self.hearing = "asked" if on <= working(self.noticed[0], 5) else "late"

    def _call_hearing(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(self.hearing in ("asked", "called", "held", "reported", "given_up"), "called")
        if self.hearing == "asked":
            self.hearing = "called"

    def _hold_hearing(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who not in OFFICERS, "an investigator held the hearing")
        self.hearing = str(said["end"])

    def _report_hearing(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(self.hearing in ("held", "reported"), "reported without a hearing")
        self.hearing = "reported"

    def _propose_decision(self, who: str, said: dict[str, object], on: date) -> None:
        self.reviewed = self.discussed = False
        amount = Decimal(str(said["amount"]))
        self._need(self.noticed is not None, "no notice")
        assert self.noticed is not None
        noticed_on, noticed = self.noticed
        self._need(self.pleaded or on > working(noticed_on, 5), "the party was not heard")
        self._need(amount <= noticed, "heavier because of the plea")
        self.proposal = amount
        if noticed >= LARGE:
            silent = self.hearing == "none" and on > working(noticed_on, 5)
            done = self.hearing in ("reported", "given_up", "late")
            self._need(silent or done, "a hearing was due")

    def _propose_no_penalty(self, who: str, said: dict[str, object], on: date) -> None:
        self.reviewed = self.discussed = False

    def _review_legality(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who == "fazhi", "only the reviewer reviews")
        self.reviewed = said["outcome"] == "passed"

    def _discuss(self, who: str, said: dict[str, object], on: date) -> None:
        self.discussed = True

    def _decide(self, who: str, said: dict[str, object], on: date) -> None:
        self._approves(who)
        assert self.filed_on is not None
        assert self.noticed is not None
        assert self.proposal is not None
        limit = self.filed_on + timedelta(days=90 + self.stood_still)
        self._need(on <= limit, "after the ninetieth day")
        if self.noticed[1] >= LARGE or self.hearing == "reported":
            self._need(self.reviewed, "decided without a legal review")
            self._need(self.discussed, "decided without a discussion")
        self.decided, self.fine = True, self.proposal
        self.decided_on, self.revoked, self.remedy = on, False, "none"

    def _decide_no_penalty(self, who: str, said: dict[str, object], on: date) -> None:
        self._approves(who)
        self.decided = self.no_penalty = True
        self.decided_on, self.revoked, self.remedy = on, False, "none"

    def _serve(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(self.decided, "served before a decision")
        self.served_on = on

    def _record_payment(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(not self.no_penalty and not self.revoked, "paid where nothing is owed")
        self.paid += Decimal(str(said["amount"]))

    def _revise(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who == "juzhang" and self.decided, "revised by whom, and what")
        if said["revision"] == "revoked":
            self.revoked = True
        else:
            self.fine = Decimal(str(said["amount"]))

    def _apply_court(self, who: str, said: dict[str, object], on: date) -> None:
        assert self.served_on is not None
        self._need(self.remedy in ("none", "ended"), "asked while a remedy runs")
        if self.remedy == "none":
            last = self.served_on + timedelta(days=180)
            self._need(on > last, "asked while the party may sue")
        if self.deal_until is not None and self.paid < self.fine:
            self._need(on > self.deal_until, "asked while an agreement is kept")

    def _record_court(self, who: str, said: dict[str, object], on: date) -> None:
        self.court = said["answer"] in ("accepted", "finished", "ended")

    def _approve_closing(self, who: str, said: dict[str, object], on: date) -> None:
        self._approves(who)
        self._need(self.served_on is not None, "closed before the service")
        done = self.no_penalty or self.revoked or self.court or self.paid >= self.fine
        done = done or self.ended
        self._need(done, "closed unpaid")

    def _suspend(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who == "juzhang", "only the head suspends")
        self.stopped_on = on

    def _resume(self, who: str, said: dict[str, object], on: date) -> None:
        assert self.stopped_on is not None
        if not self.decided:
            self.stood_still += max(1, (on - self.stopped_on).days)
            self.still_until = max(self.stopped_on, on - timedelta(days=1))
        self.stopped_on = None

    def _demand(self, who: str, said: dict[str, object], on: date) -> None:
        self.demanded_on = on

    def _propose_demolition(self, who: str, said: dict[str, object], on: date) -> None:
        self.wrong.append("nothing is built in this matter")

    def _order_execution(self, who: str, said: dict[str, object], on: date) -> None:
        self.wrong.append("no law gives the organ this execution")

    def _agree_execution(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who == "juzhang" and self.demanded_on is not None, "agreed by whom")
        self.deal_until = on + timedelta(days=10)

    def _end_execution(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who == "juzhang" and self.demanded_on is not None, "ended by whom")
        self.ended = True

    def _receive_remedy(self, who: str, said: dict[str, object], on: date) -> None:
        # one that the organ itself revoked may still be found illegal (诉74); one undone is gone
        there = self.decided and self.remedy != "redo"
        self._need(who == "fazhi" and there, "a remedy against what")
        self._need(self.remedy not in ("runs", "stayed"), "two remedies at once")
        self.remedy = "runs"

    def _stay_execution(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(self.remedy == "runs", "stayed without a remedy")
        self.remedy = "stayed"

    def _lift_stay(self, who: str, said: dict[str, object], on: date) -> None:
        self.remedy = "runs"

    def _end_remedy(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(self.remedy in ("runs", "stayed"), "ended what never ran")
        undone = said["outcome"] == "redo"
        self.remedy, self.revoked = ("redo" if undone else "ended"), self.revoked or undone

    def _redo(self, who: str, said: dict[str, object], on: date) -> None:
        self._need(who == "juzhang" and self.remedy == "redo", "made anew without an order")
        assert self.decided_on is not None
        assert self.filed_on is not None
        days = [self.decided_on, self.filed_on + timedelta(days=1)]
        days += [self.still_until + timedelta(days=1)] if self.still_until else []
        if max(days) <= on:
            self.stood_still += max(1, (on - max(days)).days)
            self.still_until = max(max(days), on - timedelta(days=1))
        self.decided = self.no_penalty = self.court = self.ended = self.agreed = False
        self.noticed = self.proposal = self.served_on = self.deal_until = None
        self.pleaded, self.hearing, self.demanded_on = False, "none", None
        self.reviewed = self.discussed = False
        self.fine = Decimal(0)
