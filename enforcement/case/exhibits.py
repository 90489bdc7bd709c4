"""Acts upon the evidence of a case: enter and correct items, custody of physical ones."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, files, once, permissions
from enforcement.actor import Actor
from enforcement.case import queries
from enforcement.case.models import CaseFile
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.evidence import queries as evidence
from enforcement.evidence.models import EvidenceCustody, EvidenceItem
from enforcement.evidence.storing import Draft, Scene, media_of, store
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.incident import queries as incidents
from enforcement.law.evidence import ENDS_CUSTODY, CustodyAct, EvidenceKind
from enforcement.law.terms import CaseState
from enforcement.measure import queries as measures
from enforcement.permissions import Permission

ENDED: Final = frozenset(
    {CaseState.CLOSED, CaseState.NOT_FILED, CaseState.WITHDRAWN, CaseState.TERMINATED,
     CaseState.ARCHIVED}
)  # fmt: skip
REPORTED: Final = "事件上报时拍摄"


def add(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    draft: Draft,
    data: bytes | None = None,
    *,
    claimed: bytes | None = None,
    key: str | None = None,
) -> EvidenceItem:
    """Enter one item of evidence with its original bytes; it gets the case's next number.

    claimed -- the SHA-256 that the phone computed. Raises InvalidInputError where it differs, the
    same bytes are an item already, or a value is wrong; NotPermittedError for others than officers.
    """
    permissions.check(actor, Permission.CASE_WORK)
    sha256 = files.digest(data) if data else None
    known = [case_id, sha256.hex() if sha256 else None, draft.name, draft.replaces_id]
    earlier = once.claim(session, actor, key, "evidence:add", known)
    if earlier is not None:
        return _item(session, queries.get(session, actor, case_id), earlier)
    case = _locked(session, actor, case_id)
    _check(session, case, draft)
    if claimed is not None and claimed != sha256:
        raise InvalidInputError("sha256", _("文件与手机给出的校验码不一致，请重新上传。"))
    if data and sha256:
        _check_new(session, case, sha256)
        files.store(
            session, case.county_code, data, name=draft.name[:200], media_type=media_of(data),
            actor=actor,
        )  # fmt: skip
    elif draft.kind is not EvidenceKind.OBJECT:
        raise InvalidInputError("file", _("请选择文件；只有物证可以没有文件。"))
    [item] = store(session, actor, _scene(case), [replace(draft, sha256=sha256)])
    audit.record(
        session, case.county_code, "evidence:add", "case", case.number, actor=actor, no=item.no
    )  # fmt: skip
    once.done(session, actor, key, item.id)
    return item


def carry_over(session: Session, actor: Actor, case: CaseFile) -> list[EvidenceItem]:
    """Enter the photos and voice notes of the incident as the first items of its case."""
    if case.incident_id is None:
        return []
    photos = incidents.photos(session, case.county_code, case.incident_id)
    drafts = [
        Draft(
            EvidenceKind.RECORDING,
            _carried_name(n, is_picture=one.is_picture),
            one.file.exif_taken_at or one.taken_at,
            "事件上报人",
            REPORTED,
            sha256=one.sha256,
            lon=one.file.exif_lon,
            lat=one.file.exif_lat,
            from_incident=True,
        )
        for n, one in enumerate(_once_each(photos), 1)
    ]
    return store(session, actor, _scene(case), drafts)


def _once_each(photos: Sequence[Any]) -> list[Any]:
    return list({one.sha256: one for one in photos}.values())


def _carried_name(n: int, *, is_picture: bool) -> str:
    return f"现场照片{n}" if is_picture else f"现场录音{n}"


def _scene(case: CaseFile) -> Scene:
    return Scene(case.id, case.lon, case.lat)


def _locked(session: Session, actor: Actor, case_id: uuid.UUID) -> CaseFile:
    case = queries.get(session, actor, case_id, lock=True)
    officers = {case.officer_a_id, case.officer_b_id} - {None}
    if actor.person_id in case.recused_ids:
        raise NotPermittedError(_("您在本案中已被决定回避。"))
    if officers and actor.person_id not in officers:
        raise NotPermittedError(_("只有本案的两名承办人员可以办理。"))
    if CaseState(case.state) in ENDED:
        raise StepNotAllowedError(_("本案已经结束，不能再加入证据。"), state=case.state)
    return case


def _check(session: Session, case: CaseFile, draft: Draft) -> None:
    for field in ("name", "taker", "source"):
        if not getattr(draft, field).strip():
            raise InvalidInputError(field, _("必填。"))
    if draft.captured_at > clock.now(session):
        raise InvalidInputError("captured_at", _("时间不能在将来。"))
    if (draft.lon is None) != (draft.lat is None):
        raise InvalidInputError("lat", _("经度和纬度应当一起填写。"))
    if draft.of_seq is not None and draft.of_seq not in {
        one.seq for one in queries.history(session, case.county_code, case.id)
    }:
        raise InvalidInputError("of_seq", _("没有这个办案环节。"))
    if draft.measure_entry_id is not None and draft.measure_entry_id not in {
        one.id for one, _measure in measures.acts_of_case(session, case.county_code, case.id)
    }:
        raise InvalidInputError("of_seq", _("没有这个办案环节。"))
    if draft.of_seq is not None and draft.measure_entry_id is not None:
        raise InvalidInputError("of_seq", _("一份记录只能对应一个办案环节。"))
    if draft.replaces_id is not None:
        _check_replaced(session, case, draft)


def _check_replaced(session: Session, case: CaseFile, draft: Draft) -> None:
    old = _item(session, case, draft.replaces_id)
    if not (draft.reason or "").strip():
        raise InvalidInputError("reason", _("更正证据须写明理由。"))
    items = evidence.of_case(session, case.county_code, case.id)
    if old not in evidence.in_use(items):
        raise InvalidInputError("replaces", _("该证据已被更正，请更正最新的一项。"))


def _check_new(session: Session, case: CaseFile, sha256: bytes) -> None:
    items = evidence.of_case(session, case.county_code, case.id)
    same = [one.no for one in evidence.in_use(items) if one.sha256 == sha256]
    if same:
        raise InvalidInputError("file", _("同一文件已是证据%(n)d。", n=same[0]))


def _item(session: Session, case: CaseFile, item_id: uuid.UUID | None) -> EvidenceItem:
    found = evidence.find(session, case.county_code, case.id, item_id) if item_id else None
    if found is None:
        raise NotFoundError(_("本案没有这项证据。"))
    return found


def get(session: Session, actor: Actor, case_id: uuid.UUID, item_id: uuid.UUID) -> EvidenceItem:
    """Return an item of a case that the actor sees; raises NotFoundError."""
    return _item(session, queries.get(session, actor, case_id), item_id)


@dataclass(frozen=True)
class Move:
    """One step of a physical item: what, from whom to whom, where and when; a photo's bytes."""

    act: CustodyAct
    giver: str
    taker: str
    place: str
    happened_at: datetime
    note: str | None = None
    photo: bytes | None = None


def move(
    session: Session, actor: Actor, case_id: uuid.UUID, item_id: uuid.UUID, step: Move
) -> EvidenceCustody:
    """Add a step to the custody of a physical item; the chain begins with taking it in.

    Raises InvalidInputError where the step does not follow, StepNotAllowedError after its end.
    """
    permissions.check(actor, Permission.CASE_WORK)
    case = _locked(session, actor, case_id)
    item = _item(session, case, item_id)
    _check_move(session, item, step)
    sha256 = None
    if step.photo:
        kind = files.check_image(step.photo, "photo")
        kept = files.store(
            session, case.county_code, step.photo, name=f"证据{item.no}", media_type=kind,
            actor=actor,
        )  # fmt: skip
        sha256 = kept.sha256
    chain = _chain(session, item)
    row = EvidenceCustody(
        county_code=case.county_code, id=uuid7(), item_id=item.id, seq=len(chain) + 1,
        act=str(step.act), giver=step.giver.strip(), taker=step.taker.strip(),
        place=step.place.strip(), happened_at=step.happened_at, note=step.note, sha256=sha256,
        by=actor.account_id, by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    audit.record(
        session, case.county_code, "evidence:move", "case", case.number, actor=actor, no=item.no,
        move=str(step.act),
    )  # fmt: skip
    session.flush()
    return row


def _chain(session: Session, item: EvidenceItem) -> list[EvidenceCustody]:
    query = select(EvidenceCustody).where(
        EvidenceCustody.county_code == item.county_code, EvidenceCustody.item_id == item.id
    )
    return list(session.scalars(query.order_by(EvidenceCustody.seq)))


def _check_move(session: Session, item: EvidenceItem, step: Move) -> None:
    if item.kind != EvidenceKind.OBJECT:
        raise StepNotAllowedError(_("只有物证登记保管经过。"))
    for field in ("giver", "taker", "place"):
        if not getattr(step, field).strip():
            raise InvalidInputError(field, _("必填。"))
    if step.happened_at > clock.now(session):
        raise InvalidInputError("happened_at", _("时间不能在将来。"))
    chain = _chain(session, item)
    if bool(chain) == (step.act is CustodyAct.TAKE):
        raise InvalidInputError("act", _("保管经过从接收保管开始，且只接收一次。"))
    if chain and chain[-1].act in ENDS_CUSTODY:
        raise StepNotAllowedError(_("该物证已退还或者处理。"))
    if chain and step.happened_at < chain[-1].happened_at:
        raise InvalidInputError("happened_at", _("时间不能早于上一次移交。"))
    if chain and step.giver.strip() != chain[-1].taker:
        message = _("现由%(name)s保管，应当由其移交。", name=chain[-1].taker)
        raise InvalidInputError("giver", message)
