"""Acts of the summary procedure: decide on the spot, collect, hand in, report, pay, close."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, history, once, permissions
from enforcement.actor import Actor
from enforcement.case import pauses, people
from enforcement.document.models import Document
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _, label, reason_of
from enforcement.law.money import PauseGround
from enforcement.law.spot import SpotStep, article_of, spot_gates, step_of
from enforcement.law.spot_terms import CollectGround, SpotState
from enforcement.law.spot_terms import SpotEvent as E
from enforcement.permissions import Permission
from enforcement.spot import making, papers, queries, reminders
from enforcement.spot.facts import facts_of
from enforcement.spot.models import SpotEntry, SpotPenalty
from enforcement.spot.offline import Offline, decided_at, settle
from enforcement.timing import limits

HIDDEN: Final = ("party_id_number", "party_phone")
"""Never in the readable history."""


def decide(
    session: Session,
    actor: Actor,
    said: dict[str, Any],
    *,
    key: str | None = None,
    offline: Offline | None = None,
) -> SpotPenalty:
    """Decide on the spot and hand the decision over (S1-S3); said -- the fields of acts.DECIDE.

    offline -- of a decision that was handed over without a network before it came here

    Raises NotPermittedError, StepNotAllowedError, GateClosedError (with every closed gate and its
    article), InvalidInputError; then nothing is kept and no number is used.
    """
    permissions.check(actor, Permission.CASE_WORK)
    with session.begin_nested():
        earlier = once.claim(session, actor, key, "spot:decide", said)
        if earlier is not None:
            return queries.get(session, actor, earlier)
        at = decided_at(session, offline)
        people.check_certified(session, actor, clock.local_day(at))
        spot = making.decision_of(session, actor, said, at)
        step = step_of(None, E.DECIDE)
        assert step is not None  # noqa: S101 -- the first row of the table
        _check_gates(session, spot, step, said)
        making.pin(session, actor, spot, offline.n if offline else None)
        kept = {name: value for name, value in said.items() if name not in HIDDEN}
        kept |= {"number": spot.number} | ({"decided_at": at} if offline else {})
        paper = _remember(session, actor, spot, step, kept,
                          verify_code=offline.verify_code if offline else None)  # fmt: skip
        if offline is not None and paper is not None:
            settle(session, actor, paper, offline)
        once.done(session, actor, key, spot.id)
        return spot


def carry_out(
    session: Session,
    actor: Actor,
    spot_id: uuid.UUID,
    event: E,
    said: dict[str, Any],
    *,
    key: str | None = None,
    version: int | None = None,
) -> SpotPenalty:
    """Carry out one row of the table upon a penalty; said -- the fields of acts.FIELDS.

    Raises NotFoundError, NotPermittedError, StaleVersionError, StepNotAllowedError,
    GateClosedError, InvalidInputError; then nothing has changed.
    """
    permissions.check(actor, Permission.CASE_WORK)
    with session.begin_nested():
        earlier = once.claim(session, actor, key, f"spot:{event}", [spot_id, said])
        if earlier is not None:
            return queries.get(session, actor, earlier)
        spot = queries.get(session, actor, spot_id, lock=True)
        _check_version(spot, version)
        step = _step(spot, event)
        check_doer(session, actor, spot)
        _check_gates(session, spot, step, said)
        effect = EFFECTS.get(event)
        more = effect(session, spot, said) if effect else {}
        if event in STOPS:
            STOPS[event](session, spot, said, actor)
        if step.target is not None:
            spot.state = step.target
        spot.version += 1
        session.flush()
        _remember(session, actor, spot, step, said | more)
        once.done(session, actor, key, spot.id)
        return spot


def check_doer(session: Session, actor: Actor, spot: SpotPenalty) -> None:
    """Raise NotPermittedError unless the actor is one of the two officers, certified today."""
    if actor.person_id not in (spot.officer_a_id, spot.officer_b_id):
        raise NotPermittedError(_("只有作出决定的两名执法人员可以办理。"))
    people.check_certified(session, actor, clock.today(session))


def to_sign(
    session: Session, actor: Actor, spot_id: uuid.UUID, document_id: uuid.UUID, write: bool
) -> Document:
    """Return a paper of a penalty to look at its signatures, or to take one (write).

    Raises NotFoundError, NotPermittedError unless the actor is one of the two officers.
    """
    spot = queries.get(session, actor, spot_id, lock=write)
    if write:
        check_doer(session, actor, spot)
    document = session.get(Document, (spot.county_code, document_id))
    if document is None or document.spot_penalty_id != spot.id:
        queries.missing()
    return document


Effect = Callable[[Session, SpotPenalty, dict[str, Any]], dict[str, Any]]


def _collect(session: Session, spot: SpotPenalty, said: dict[str, Any]) -> dict[str, Any]:
    """Take the whole fine on the spot: two working days to the organ (罚71)."""
    today = clock.today(session)
    spot.collect_ground, spot.collected_on = CollectGround(said["ground"]), today
    spot.paid_yuan = spot.fine_yuan
    spot.hand_in_due_on = limits.due_on(session, spot.county_code, "cash_to_organ", today).raw
    return {"hand_in_due_on": spot.hand_in_due_on, "amount": spot.fine_yuan}


def _hand_in(session: Session, spot: SpotPenalty, said: dict[str, Any]) -> dict[str, Any]:
    day = said["handed_in_on"]
    if day > clock.today(session) or (spot.collected_on and day < spot.collected_on):
        raise InvalidInputError("handed_in_on", _("日期应当在收缴之后，且不能在将来。"))
    spot.handed_in_on = day
    late = spot.hand_in_due_on is not None and day > spot.hand_in_due_on
    return {"late": True} if late else {}


def _report(session: Session, spot: SpotPenalty, said: dict[str, Any]) -> dict[str, Any]:
    spot.reported_on = clock.today(session)
    late = spot.report_due_on is not None and spot.reported_on > spot.report_due_on
    return {"late": True} if late else {}


def _pay(session: Session, spot: SpotPenalty, said: dict[str, Any]) -> dict[str, Any]:
    """Enter a payment; once the fine is whole, late days cost three per cent each (罚72)."""
    amount, extra = said["amount"], said.get("surcharge") or Decimal(0)
    day = said["paid_on"]
    if day > clock.today(session) or day < clock.local_day(spot.decided_at):
        raise InvalidInputError("paid_on", _("缴款日期应当在送达之后，且不能在将来。"))
    if amount <= 0 or spot.paid_yuan + amount > spot.fine_yuan:
        raise InvalidInputError("amount", _("缴款数额应当大于零，且合计不超过罚款数额。"))
    spot.paid_yuan += amount
    if spot.paid_yuan == spot.fine_yuan and spot.payment_due_on:
        spot.surcharge_yuan = queries.surcharge_on(session, spot, day)
    spot.surcharge_paid_yuan += extra
    if spot.surcharge_paid_yuan > spot.surcharge_yuan:
        message = _("加处罚款合计不超过%(yuan)s元。", yuan=spot.surcharge_yuan)
        raise InvalidInputError("surcharge", message)
    return {"surcharge_due": spot.surcharge_yuan} if spot.surcharge_yuan else {}


def _pause(session: Session, spot: SpotPenalty, said: dict[str, Any], actor: Actor) -> None:
    """Stop the surcharge from the day a reconsideration or lawsuit was accepted (罚73第三款)."""
    if not clock.local_day(spot.decided_at) <= said["from_on"] <= clock.today(session):
        raise InvalidInputError("from_on", _("受理日期应当在送达之后，且不能在将来。"))
    earlier = pauses.listed(session, spot.county_code, spot_penalty_id=spot.id)
    if any(one.until_on and one.until_on >= said["from_on"] for one in earlier):
        raise InvalidInputError("from_on", _("与已登记的期间重叠。"))
    pauses.begin(
        session, spot.county_code, actor, PauseGround(said["pause_ground"]), said["from_on"],
        said["paper"], spot_penalty_id=spot.id,
    )  # fmt: skip


def _go_on(session: Session, spot: SpotPenalty, said: dict[str, Any], actor: Actor) -> None:
    """Let the surcharge run again after the last day of the reconsideration or lawsuit."""
    running = queries.running_pause(session, spot)
    if running is None or not running.from_on <= said["until_on"] <= clock.today(session):
        raise InvalidInputError("until_on", _("终结日期应当在受理之后，且不能在将来。"))
    pauses.end(session, spot.county_code, said["until_on"], spot_penalty_id=spot.id)


def _close(session: Session, spot: SpotPenalty, said: dict[str, Any]) -> dict[str, Any]:
    spot.closed_on = clock.today(session)
    return {}


EFFECTS: Final[dict[E, Effect]] = {
    E.COLLECT: _collect, E.HAND_IN: _hand_in, E.REPORT: _report, E.PAY: _pay, E.CLOSE: _close,
}  # fmt: skip
STOPS: Final[dict[E, Callable[[Session, SpotPenalty, dict[str, Any], Actor], None]]] = {
    E.PAUSE: _pause, E.GO_ON: _go_on,
}  # fmt: skip


def _check_version(spot: SpotPenalty, version: int | None) -> None:
    if version is not None and version != spot.version:
        raise StaleVersionError(
            _("该当场处罚刚被他人办理，请刷新后再操作。"),
            your_version=version,
            current={"version": spot.version, "state": spot.state},
        )


def _step(spot: SpotPenalty, event: E) -> SpotStep:
    step = step_of(SpotState(spot.state), event)
    if step is None:
        raise StepNotAllowedError(
            _(
                "当场处罚%(number)s现为“%(state)s”，依照%(article)s不能执行“%(act)s”。",
                number=spot.number,
                state=label(SpotState(spot.state)),
                act=label(event),
                article=article_of(event).zh,
            ),
            article=article_of(event).zh,
            state=spot.state,
        )
    return step


def _check_gates(session: Session, spot: SpotPenalty, step: SpotStep, said: dict[str, Any]) -> None:
    session.flush()
    deciding = step.event is E.DECIDE
    today = clock.local_day(spot.decided_at) if deciding else clock.today(session)
    facts = facts_of(session, spot, today, said)
    closed = [one for one in spot_gates(step.gates, facts) if not one.open]
    if not closed:
        return
    reasons = [(one, reason_of(one)) for one in closed]
    why = "；".join(f"{_(one.title)}——{reason}（{one.article}）" for one, reason in reasons)
    raise GateClosedError(
        _("不能执行“%(act)s”：%(why)s", act=label(step.event), why=why),
        gates=[
            {"id": one.id, "rule": one.rule, "article": one.article, "reason": reason}
            for one, reason in reasons
        ],
    )


def _remember(
    session: Session,
    actor: Actor,
    spot: SpotPenalty,
    step: SpotStep,
    kept: dict[str, Any],
    *,
    verify_code: str | None = None,
) -> Document | None:
    history.append(
        session, SpotEntry.spot_penalty_id, spot, step.event, actor, clock.now(session), kept,
        article=step.source.zh,
    )  # fmt: skip
    paper = papers.issue_of(session, actor, spot, step, kept, verify_code=verify_code)
    reminders.plan(session, spot)
    return paper
