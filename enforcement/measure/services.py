"""Acts upon measures: make one, and carry out each row of the table, whoever calls it.

The case is locked first, then the measure, so that a case never closes beside a measure being
made. A closed gate raises and the whole act is undone.
"""

from __future__ import annotations

import uuid
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock, files, history, once
from enforcement.actor import Actor
from enforcement.case import people
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.document import numbering
from enforcement.errors import (
    GateClosedError,
    InvalidInputError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.i18n import _, label, reason_of
from enforcement.ids import uuid7
from enforcement.law.measure_gates import measure_gates
from enforcement.law.measure_grants import grant_for
from enforcement.law.measure_terms import MeasureEvent as E
from enforcement.law.measure_terms import MeasureKind, MeasureState
from enforcement.law.measures import MEASURES, MeasureStep, article_of, step_of
from enforcement.law.procedure_step import WORK
from enforcement.measure import effects, papers, queries, watching
from enforcement.measure.effects import Doing
from enforcement.measure.facts import facts_of
from enforcement.measure.models import Measure, MeasureEntry, MeasureItem
from enforcement.measure.things import read_things
from enforcement.permissions import Permission

CONFIRMED = ("involved", "not_living", "not_sealed", "milder")


def permission_of(event: E) -> Permission:
    """Return the permission an act needs, from who carries it out in the table."""
    by = next((row.by for row in MEASURES if row.event is event), WORK)
    return people.PERMISSION_OF[by]


def make(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    event: E,
    said: dict[str, Any],
    *,
    key: str | None = None,
) -> Measure:
    """Propose a measure of a case, or act at once in danger; said -- the fields of acts.MAKING.

    Raises NotFoundError, NotPermittedError, StepNotAllowedError, GateClosedError,
    InvalidInputError; then nothing has changed.
    """
    today = clock.today(session)
    people.check_right(session, actor, f"measure:{event}", permission_of(event), today)
    with session.begin_nested():
        earlier = once.claim(session, actor, key, f"measure:{event}", [case_id, said])
        if earlier is not None:
            return queries.get(session, actor, earlier)[0]
        case = cases.get(session, actor, case_id, lock=True)
        kind = _kind(said)
        step = step_of(kind, None, event)
        if step is None:
            raise StepNotAllowedError(
                _("依照%(article)s，“%(kind)s”不能“%(act)s”，须先经负责人批准。",
                  article=article_of(kind, E.APPROVE).zh, kind=label(kind), act=label(event)),
                article=article_of(kind, E.APPROVE).zh,
            )  # fmt: skip
        people.check_doer(session, actor, case, step, today)
        measure = _new(session, case, kind, said)
        _do(session, actor, case, measure, step, said)
        once.done(session, actor, key, measure.id)
        return measure


def carry_out(
    session: Session,
    actor: Actor,
    measure_id: uuid.UUID,
    event: E,
    said: dict[str, Any],
    *,
    key: str | None = None,
    version: int | None = None,
    photo: bytes | None = None,
) -> Measure:
    """Carry out one row of the table upon a measure; said -- the fields of acts.FIELDS.

    photo -- bytes of a picture of what changes hands. Raises NotFoundError, NotPermittedError,
    StaleVersionError, StepNotAllowedError, GateClosedError (with every closed gate and its
    article), InvalidInputError; then nothing has changed.
    """
    today = clock.today(session)
    people.check_right(session, actor, f"measure:{event}", permission_of(event), today)
    with session.begin_nested():
        earlier = once.claim(session, actor, key, f"measure:{event}", [measure_id, said])
        if earlier is not None:
            return queries.get(session, actor, earlier)[0]
        measure, case = queries.get(session, actor, measure_id, lock=True)
        _check_version(measure, version)
        step = _step(measure, event)
        people.check_doer(session, actor, case, step, today)
        signer = people.signing(session, actor, case, step, today)
        _do(session, signer, case, measure, step, said, _store(session, actor, photo))
        once.done(session, actor, key, measure.id)
        return measure


def _kind(said: dict[str, Any]) -> MeasureKind:
    try:
        return MeasureKind(said["kind"])
    except ValueError:
        raise InvalidInputError("kind", _("没有这种措施。")) from None


def _new(session: Session, case: CaseFile, kind: MeasureKind, said: dict[str, Any]) -> Measure:
    things = read_things(said["items"])
    now = clock.now(session)
    day = clock.local_day(now)
    count = numbering.take(session, case.county_code, "measure", "", day.year)
    grant = grant_for(case.matter_code, kind, day)
    preserving = "《中华人民共和国行政处罚法》第五十六条"
    measure = Measure(
        county_code=case.county_code, id=uuid7(), number=f"CS{day.year}-{count:04d}",
        case_id=case.id, kind=kind, state=MeasureState.PROPOSED, reason=said["reason"].strip(),
        basis=preserving if kind is MeasureKind.PRESERVE else grant.basis if grant else "",
        place=said["place"].strip(), proposed_at=now,
        **{name: bool(said.get(name)) for name in CONFIRMED},
    )  # fmt: skip
    session.add(measure)
    session.flush()
    session.add_all(
        MeasureItem(
            county_code=case.county_code, id=uuid7(), measure_id=measure.id, no=no,
            name=one.name, spec=one.spec, quantity=one.quantity, condition=one.condition,
            place=measure.place,
        )
        for no, one in enumerate(things, 1)
    )  # fmt: skip
    session.flush()
    return measure


def _do(
    session: Session,
    actor: Actor,
    case: CaseFile,
    measure: Measure,
    step: MeasureStep,
    said: dict[str, Any],
    photo: bytes | None = None,
) -> None:
    """Ask the gates, change what is said, move on, write history, issue papers, plan the limit."""
    now = clock.now(session)
    items = queries.items(session, measure)
    do = Doing(session, actor, measure, items, said, now, photo)
    _check_gates(do, case, step)
    effect = effects.EFFECTS.get(step.event)
    more = effect(do) if effect else {}
    if step.target is not None:
        measure.state = step.target
    _finish(session, actor, case, measure, items, step, said | more)


def _finish(
    session: Session,
    actor: Actor,
    case: CaseFile,
    measure: Measure,
    items: list[MeasureItem],
    step: MeasureStep,
    kept: dict[str, Any],
) -> None:
    if step.sources:
        measure.version += 1
    session.flush()
    now = clock.now(session)
    history.append(
        session, MeasureEntry.measure_id, measure, step.event, actor, now, kept,
        article=step.source.zh,
    )  # fmt: skip
    papers.issue_of(session, actor, case, measure, items, step, history.plain(kept))
    watching.plan(session, measure)


def _check_gates(do: Doing, case: CaseFile, step: MeasureStep) -> None:
    facts = facts_of(do.session, case, do.measure, do.items, do.now, do.said)
    closed = [one for one in measure_gates(step.gates, facts) if not one.open]
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


def _check_version(measure: Measure, version: int | None) -> None:
    if version is not None and version != measure.version:
        raise StaleVersionError(
            _("该措施刚被他人办理，请刷新后再操作。"),
            your_version=version,
            current={"version": measure.version, "state": measure.state},
        )


def _step(measure: Measure, event: E) -> MeasureStep:
    kind, state = MeasureKind(measure.kind), MeasureState(measure.state)
    step = step_of(kind, state, event)
    if step is None:
        article = article_of(kind, event).zh
        raise StepNotAllowedError(
            _(
                "措施%(number)s（%(kind)s）现为“%(state)s”，依照%(article)s不能执行“%(act)s”。",
                number=measure.number,
                kind=label(kind),
                state=label(state),
                act=label(event),
                article=article,
            ),
            article=article,
            state=measure.state,
        )
    return step


def _store(session: Session, actor: Actor, photo: bytes | None) -> bytes | None:
    if not photo:
        return None
    media_type = files.check_image(photo, "photo")
    kept = files.store(
        session, actor.county_code, photo, name="photo", media_type=media_type, actor=actor
    )
    return kept.sha256
