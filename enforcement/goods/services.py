"""Acts upon confiscated things: enter, hand over, propose, approve, deal with; none leaves alone.

The case is locked first. Nothing leaves without a served decision in force and the head's
approval; after a revocation things can only go back (罚74, 75).
"""

from __future__ import annotations

import re
import uuid
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock, files, permissions
from enforcement.actor import Actor
from enforcement.case import papers, people
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.errors import (
    InvalidInputError,
    NotPermittedError,
    StaleVersionError,
    StepNotAllowedError,
)
from enforcement.goods import queries
from enforcement.goods.models import ConfiscatedEntry, ConfiscatedItem
from enforcement.history import plain
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law.goods_terms import GoodsEvent as E
from enforcement.law.goods_terms import GoodsState, GoodsWay
from enforcement.measure.things import Thing, read_things
from enforcement.permissions import Permission

S = GoodsState
STEPS: Final[dict[E, tuple[GoodsState, GoodsState]]] = {
    E.KEEP: (S.HELD, S.HELD),
    E.PROPOSE: (S.HELD, S.PROPOSED),
    E.APPROVE: (S.PROPOSED, S.APPROVED),
    E.REFUSE: (S.PROPOSED, S.HELD),
    E.DEAL: (S.APPROVED, S.GONE),
}
"""Act -> from which state to which."""
HEAD: Final = frozenset({E.APPROVE, E.REFUSE})


def permission_of(event: E) -> Permission:
    """Return the permission an act needs."""
    return Permission.CASE_APPROVE if event in HEAD else Permission.CASE_WORK


def enter(
    session: Session, actor: Actor, case_id: uuid.UUID, said: dict[str, Any]
) -> list[ConfiscatedItem]:
    """Enter what the case's decision confiscated: seized things at once, others as they are said.

    said -- the fields of acts.ENTER. Raises NotPermittedError, StepNotAllowedError without a
    decision in force, InvalidInputError("items") where there is nothing to enter.
    """
    permissions.check(actor, Permission.CASE_WORK)
    case = cases.get(session, actor, case_id, lock=True)
    _check_officer(session, actor, case)
    if not queries.in_force(session, case):
        raise StepNotAllowedError(_("须有已经送达、尚未撤销的处罚决定，才能登记没收物品。"))
    found = _things(session, case, said)
    if not found:
        raise InvalidInputError("items", _("没有可以登记的没收物品。"))
    first = len(queries.of_case(session, case)) + 1
    made = []
    for no, (thing, before, held) in enumerate(found, first):
        item = ConfiscatedItem(
            county_code=case.county_code, id=uuid7(), case_id=case.id, no=no, name=thing.name,
            spec=thing.spec, quantity=thing.quantity, condition=thing.condition, state=S.HELD,
            place=said["place"].strip(), keeper=said["keeper"].strip(),
            entered_at=clock.now(session), **held,
        )  # fmt: skip
        session.add(item)
        session.flush()
        kept = {"from": before, "to": item.keeper, "place": item.place}
        _remember(session, actor, item, E.ENTER, kept, seq=1)
        made.append(item)
    return made


def _things(
    session: Session, case: CaseFile, said: dict[str, Any]
) -> list[tuple[Thing, str, dict[str, uuid.UUID]]]:
    """Return what is to be entered, from whom it comes, and under which row it was held."""
    found: list[tuple[Thing, str, dict[str, uuid.UUID]]] = [
        (Thing(one.name, one.spec, one.quantity, one.condition), one.place,
         {"measure_item_id": one.id})
        for one in queries.to_enter(session, case)
    ]  # fmt: skip
    if said.get("exhibits"):
        known = {one.no: one for one in queries.exhibits(session, case)}
        numbers = sorted({int(n) for n in re.findall(r"\d+", said["exhibits"])})
        wrong = [str(n) for n in numbers if n not in known]
        if wrong or not numbers:
            which = "、".join(wrong) or said["exhibits"]
            why = _("不是本案尚未转入的物证：%(which)s。", which=which)
            raise InvalidInputError("exhibits", why)
        found += [
            (Thing(known[n].name, None, "1", None), case.place, {"evidence_item_id": known[n].id})
            for n in numbers
        ]
    more = read_things(said["items"]) if said.get("items") else []
    return [*found, *((thing, case.place, {}) for thing in more)]


def carry_out(
    session: Session,
    actor: Actor,
    item_id: uuid.UUID,
    event: E,
    said: dict[str, Any],
    *,
    version: int | None = None,
    photo: bytes | None = None,
) -> ConfiscatedItem:
    """Carry out an act upon a thing; said -- the fields of acts.FIELDS; photo -- of the hand-over.

    Raises NotFoundError, NotPermittedError, StaleVersionError, StepNotAllowedError,
    InvalidInputError; then nothing has changed.
    """
    permissions.check(actor, permission_of(event))
    with session.begin_nested():
        item, case = queries.get(session, actor, item_id, lock=True)
        if version is not None and version != item.version:
            raise StaleVersionError(
                _("该物品刚被他人办理，请刷新后再操作。"), your_version=version,
                current={"version": item.version, "state": item.state},
            )  # fmt: skip
        source, target = STEPS[event]
        if item.state != source:
            raise StepNotAllowedError(
                _("物品现为“%(state)s”，不能执行“%(act)s”。",
                  state=label(GoodsState(item.state)), act=label(event))
            )  # fmt: skip
        _check_doer(session, actor, case, event)
        kept = plain(said) | _effect(session, actor, item, case, event, said)
        item.state = target
        item.version += 1
        session.flush()
        _remember(session, actor, item, event, kept, photo=_store(session, actor, photo))
        if event is E.DEAL:
            _paper(session, actor, item, case, plain(said))
        return item


def _check_doer(session: Session, actor: Actor, case: CaseFile, event: E) -> None:
    if event not in HEAD:
        _check_officer(session, actor, case)
    elif actor.person_id in (case.officer_a_id, case.officer_b_id):
        raise NotPermittedError(_("承办人员不得审核、审批自己办理的案件。"))


def _check_officer(session: Session, actor: Actor, case: CaseFile) -> None:
    if actor.person_id not in (case.officer_a_id, case.officer_b_id):
        raise NotPermittedError(_("只有本案的两名承办人员可以办理。"))
    people.check_certified(session, actor, clock.today(session))


def _effect(
    session: Session,
    actor: Actor,
    item: ConfiscatedItem,
    case: CaseFile,
    event: E,
    said: dict[str, Any],
) -> dict[str, Any]:
    """Change what the act says; return what the history keeps besides."""
    if event is E.KEEP:
        before, item.keeper, item.place = item.keeper, said["keeper"], said["place"]
        item.condition = said.get("condition") or item.condition
        return {"from": before, "to": item.keeper}
    if event is E.REFUSE:
        item.way = None
        return {}
    if event is E.PROPOSE:
        item.way = GoodsWay(said["way"])
    _check_way(session, item, case)
    if event is E.DEAL:
        return _leave(session, item, said)
    return {}


def _check_way(session: Session, item: ConfiscatedItem, case: CaseFile) -> None:
    """Raise StepNotAllowedError unless the decision lets the thing go this way."""
    standing = queries.in_force(session, case)
    if item.way == GoodsWay.RETURN and standing:
        raise StepNotAllowedError(_("处罚决定仍然有效，没收物品不能返还。"))
    if item.way != GoodsWay.RETURN and not standing:
        raise StepNotAllowedError(_("处罚决定没有送达或者已经撤销，没收物品不能处理，只能返还。"))


def _leave(session: Session, item: ConfiscatedItem, said: dict[str, Any]) -> dict[str, Any]:
    if said["at"] > clock.now(session) or said["at"] < item.entered_at:
        raise InvalidInputError("at", _("时间应当在入库之后，且不能在将来。"))
    money, day = said.get("money"), said.get("treasury_on")
    if item.way == GoodsWay.AUCTION and (money is None or day is None):
        raise InvalidInputError("money", _("拍卖的须填写所得款项和上缴国库日期。"))
    item.gone_at, item.gone_to = said["at"], said["receiver"]
    item.money_yuan, item.treasury_on = money, day
    return {"from": item.keeper, "to": item.gone_to, "place": item.place}


def _paper(
    session: Session, actor: Actor, item: ConfiscatedItem, case: CaseFile, kept: dict[str, Any]
) -> None:
    """Issue the record of the handling (D71) into the case."""
    way = GoodsWay(str(item.way)).zh
    row = {
        "no": item.no, "name": item.name, "spec": item.spec, "quantity": item.quantity,
        "condition": item.condition, "place": item.place, "disposal": way,
    }  # fmt: skip
    handover = {
        "kind": way, "recipient": item.gone_to, "at": kept["at"], "place": item.place,
        "money_yuan": kept.get("money"), "treasury_on": kept.get("treasury_on"),
    }  # fmt: skip
    blocks = papers.without_none({"items": [row], "handover": handover})
    papers.issue(session, actor, case, "D71", blocks)


def _store(session: Session, actor: Actor, photo: bytes | None) -> bytes | None:
    if not photo:
        return None
    media_type = files.check_image(photo, "photo")
    kept = files.store(
        session, actor.county_code, photo, name="photo", media_type=media_type, actor=actor
    )
    return kept.sha256


def _remember(
    session: Session,
    actor: Actor,
    item: ConfiscatedItem,
    event: E,
    kept: dict[str, Any],
    *,
    seq: int | None = None,
    photo: bytes | None = None,
) -> None:
    session.add(
        ConfiscatedEntry(
            county_code=item.county_code, id=uuid7(), confiscated_item_id=item.id,
            seq=seq or item.version, event=event, state=item.state, by=actor.account_id,
            by_name=actor.name, at=clock.now(session), detail=kept, photo_sha256=photo,
        )
    )  # fmt: skip
    session.flush()
