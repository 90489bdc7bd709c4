"""What gates look at: the facts of a case on a day, and what one gate answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from enforcement.law.course import NOTHING_DONE, Course
from enforcement.law.discretion import Evaluation
from enforcement.law.matters import Matter
from enforcement.law.power import Answer
from enforcement.law.terms import NoPenaltyGround, PartyKind, StatementOutcome, Term
from enforcement.law.workdays import Calendar


@dataclass(frozen=True)
class OfficerFacts:
    """One investigating officer on the day of the act; `problem` says why he may not act."""

    name: str
    certificate: str
    problem: str | None


@dataclass(frozen=True)
class CaseFacts:
    """All that gates look at; days are calendar days in China, money is yuan.

    power -- what the power list answers for this case; the matter's gate asks nothing else (R1)
    course -- what was done so far; most gates of the hearing, review and execution read it
    calendar -- the county's working days, None for what ships
    ground -- why no penalty is proposed
    party_age -- full years of a natural person on the day of the act, None where unknown
    offences -- how often the party was fined before (首违)
    earlier_fine -- number of another case in which the same act was fined (R12)
    recused -- names of officers who must not work the case (R3)
    act_ended_on -- last day of a continuing act; grave_harm -- life, health or financial safety
    open_measures -- measures and preservations that last or hold things still to be handed out
    evidence -- how many items the case has, corrected ones counted once (P10)
    discretion -- tier and range that the circumstances allow, None before there is a party (R13)
    execution_power -- what the power list answers for an execution of the organ's own (强13, 34)
    saying -- what the act under way says; empty where a page only asks what is open
    review_from_yuan -- fines from here on need a legal review by the county's own list
    """

    county_code: str
    today: date
    act_on: date
    matter: Matter
    party: PartyKind
    officers: tuple[OfficerFacts, ...]
    power: Answer | None = None
    papers: frozenset[str] = frozenset()
    evidence: int = 0
    decision_due_on: date | None = None
    proposed_yuan: Decimal | None = None
    noticed_yuan: Decimal | None = None
    proposal_approved: bool = False
    endorsed: bool = False
    statement: StatementOutcome | None = None
    statement_until: date | None = None
    course: Course = NOTHING_DONE
    calendar: Calendar | None = None
    ground: NoPenaltyGround | None = None
    party_age: int | None = None
    earlier_fine: str | None = None
    offences: int = 0
    recused: frozenset[str] = frozenset()
    payment_due_on: date | None = None
    served_on: date | None = None
    decided_on: date | None = None
    act_ended_on: date | None = None
    grave_harm: bool = False
    review_from_yuan: Decimal | None = None
    discretion: Evaluation | None = None
    fine_yuan: Decimal | None = None
    paid_yuan: Decimal = Decimal(0)
    surcharge_yuan: Decimal = Decimal(0)
    surcharge_paid_yuan: Decimal = Decimal(0)
    open_measures: int = 0
    execution_power: Answer | None = None
    saying: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Gate:
    """One condition: open or closed, why, and by which rule and article.

    text, values -- the reason as a text to translate and what stands in it
    """

    id: str
    open: bool
    title: str
    text: str
    values: dict[str, Any]
    rule: str
    article: str

    @property
    def reason(self) -> str:
        """Return the reason in Chinese."""
        return self.text % {
            name: value.zh if isinstance(value, Term) else value
            for name, value in self.values.items()
        }


Finding = tuple[bool, str, dict[str, Any]]
Test = Callable[[CaseFacts], Finding]
