"""The acts of signing by hand: take a signature, note a refusal, make the signed file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from enforcement import audit, clock, files, once, permissions
from enforcement.actor import Actor
from enforcement.document import handwriting, queries, strokes
from enforcement.document.copies import DocumentCopy, DocumentSignature
from enforcement.document.handwriting import Place
from enforcement.document.models import Document
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law import paperwork
from enforcement.law.paper_signing import NEEDS_NO_WITNESS, SignRole
from enforcement.permissions import Permission


@dataclass(frozen=True)
class Taken:
    """Where and by what a signature or refusal was taken.

    signed_at -- by the clock of the device; lon, lat -- degrees, WGS 84; accuracy_m -- metres
    """

    device: str = ""
    signed_at: datetime | None = None
    place: str | None = None
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True)
class Signed:
    """Who signed as whom, and the strokes of each page, as `strokes.read` takes them."""

    role: SignRole
    n: int
    name: str
    pages: Mapping[int, Any]
    taken: Taken


@dataclass(frozen=True)
class Refused:
    """Why the party did not sign, the witness of it, photo or video of it."""

    reason: str
    witness_name: str = ""
    recording: str = ""
    taken: Taken = Taken()


def sign(
    session: Session, actor: Actor, document: Document, said: Signed, *, key: str | None = None
) -> Document:
    """Keep what a person signed: strokes of every page of his, bound to the hash of the paper.

    The caller has checked that the actor handles what the paper belongs to. Raises
    InvalidInputError for strokes that are none or lack on a page, StepNotAllowedError where he
    has signed or refused, or the paper is sealed, withdrawn or its signing has ended.
    """
    permissions.check(actor, Permission.CASE_WORK)
    what = [document.id, said.role, said.n, said.name, {str(k): v for k, v in said.pages.items()}]
    with session.begin_nested():
        if once.claim(session, actor, key, "paper:sign", what) is not None:
            return document
        place = _place(session, document, said.role, said.n)
        written = _pages(place, said.pages)
        name = _name(said.name)
        for page, lines in written.items():
            _keep(session, actor, document, said, name, page, lines)
        _log(session, actor, document, "document:sign", said.role)
        once.done(session, actor, key, document.id)
    return document


def refuse(
    session: Session, actor: Actor, document: Document, said: Refused, *, key: str | None = None
) -> Document:
    """Note that the party refuses to sign, with the witness or a recording of it; as `sign`.

    Raises InvalidInputError where neither is named and the paper asks for one (强18, 民诉89).
    """
    permissions.check(actor, Permission.CASE_WORK)
    what = [document.id, said.reason, said.witness_name, said.recording]
    with session.begin_nested():
        if once.claim(session, actor, key, "paper:refuse", what) is not None:
            return document
        place = _place(session, document, SignRole.PARTY, 1)
        _check_refusal(document, said)
        row = _row(actor, document, SignRole.PARTY, 1, 0, place.name or label(SignRole.PARTY),
                   said.taken, clock.now(session))  # fmt: skip
        row.refusal, row.witness_name = said.reason.strip(), said.witness_name.strip() or None
        row.recording = said.recording.strip() or None
        session.add(row)
        session.flush()
        _log(session, actor, document, "document:refuse", SignRole.PARTY)
        once.done(session, actor, key, document.id)
    return document


def finish(
    session: Session, actor: Actor, document: Document, *, key: str | None = None
) -> DocumentCopy:
    """Make the signed file: the same inputs and template, handwriting at its places.

    The bytes as issued stay. Raises StepNotAllowedError naming who has not signed yet.
    """
    permissions.check(actor, Permission.CASE_WORK)
    with session.begin_nested():
        once.claim(session, actor, key, "paper:written", [document.id])
        made = handwriting.copy_of(session, document, "written")
        if made is not None:
            return made
        _check_open(session, document)
        lacking = [one for one in handwriting.places(session, document)
                   if one.required and not one.done]  # fmt: skip
        if lacking:
            who = "、".join(f"{label(one.role)}{one.name}" for one in lacking)
            raise StepNotAllowedError(_("还没有签完：%(who)s。", who=who))
        pdf = handwriting.rendered(session, document, {}).pdf
        copy = _copy(session, actor, document, pdf)
        once.done(session, actor, key, copy.id)
    return copy


def _place(session: Session, document: Document, role: SignRole, n: int) -> Place:
    """Return a place that is still to be signed, the paper locked."""
    _check_open(session, document)
    found = handwriting.places(session, document)
    place = next((one for one in found if (one.role, one.n) == (role, n)), None)
    if place is None:
        raise StepNotAllowedError(_("该文书没有这个签名处。"), paper=document.code)
    if place.refused is not None:
        raise StepNotAllowedError(_("已注明拒绝签名。"))
    if place.done:
        raise StepNotAllowedError(_("%(name)s已经签名，不能修改。", name=place.name))
    return place


def _check_open(session: Session, document: Document) -> None:
    """Lock a paper; raise StepNotAllowedError unless it may be signed by hand now."""
    queries.lock(session, document)
    if queries.withdrawal_of(session, document) is not None:
        raise StepNotAllowedError(_("该文书已经作废。"))
    if handwriting.copy_of(session, document, "sealed") is not None:
        raise StepNotAllowedError(_("该文书已经盖章；签名应当在盖章之前。"))
    if handwriting.copy_of(session, document, "written") is not None:
        raise StepNotAllowedError(_("该文书的签名已经完成。"))
    module = handwriting.template_of(document) / "format.typ"
    if handwriting.SUPPORT not in module.read_text(encoding="utf-8"):
        raise StepNotAllowedError(_("制作该文书时的模板不能显示手写签名，请打印后签名。"))


def _pages(place: Place, said: Mapping[int, Any]) -> dict[int, list[strokes.Stroke]]:
    pages = [page for page in place.pages if page not in place.signed_pages]
    lacking = [page for page in pages if not said.get(page)]
    if lacking and lacking != [0]:
        raise InvalidInputError("strokes", _("第%(page)d页还没有签名。", page=lacking[0]))
    if lacking:
        raise InvalidInputError("strokes", _("还没有签名。"))
    if set(said) - set(pages):
        raise InvalidInputError("strokes", _("该文书没有这一页，或者已经签名。"))
    return {page: strokes.read(said[page]) for page in pages}


def _name(text: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= 100:
        raise InvalidInputError("name", _("请填写签名人姓名。"))
    return name


def _check_refusal(document: Document, said: Refused) -> None:
    if not said.reason.strip():
        raise InvalidInputError("reason", _("请填写拒绝签名的原因。"))
    witnessed = said.witness_name.strip() or said.recording.strip()
    if not witnessed and document.code not in NEEDS_NO_WITNESS:
        raise InvalidInputError(
            "witness_name",
            _("请填写见证人，或者写明拍照、录像的编号（行政强制法18，民事诉讼法89）。"),
        )


def _keep(
    session: Session,
    actor: Actor,
    document: Document,
    said: Signed,
    name: str,
    page: int,
    lines: list[strokes.Stroke],
) -> None:
    """Store the strokes with what they are bound to, and the row that names them."""
    at = clock.now(session)
    row = _row(actor, document, said.role, said.n, page, name, said.taken, at)
    paper = {"id": str(document.id), "code": document.code, "number": document.number,
             "sha256": document.sha256.hex()}  # fmt: skip
    content = {
        "paper": paper, "role": str(said.role), "n": said.n, "page": page, "name": name,
        "box": [strokes.WIDTH, strokes.HEIGHT], "strokes": lines, "at": at.isoformat(),
        "signed_at": row.signed_at.isoformat() if row.signed_at else None,
        "lon": row.lon, "lat": row.lat, "place": row.place, "device": row.device,
        "taken_by": actor.name,
    }  # fmt: skip
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    kept = files.store(
        session, document.county_code, text.encode(), name=f"{said.role}-{said.n}-{page}.json",
        media_type="application/json", actor=actor,
    )  # fmt: skip
    row.sha256 = kept.sha256
    session.add(row)
    session.flush()


def _row(
    actor: Actor,
    document: Document,
    role: SignRole,
    n: int,
    page: int,
    name: str,
    taken: Taken,
    at: datetime,
) -> DocumentSignature:
    return DocumentSignature(
        county_code=document.county_code, id=uuid7(), document_id=document.id, role=role, n=n,
        page=page, name=name, document_sha256=document.sha256, signed_at=taken.signed_at,
        device=taken.device[:200], place=(taken.place or "").strip()[:200] or None, lon=taken.lon,
        lat=taken.lat, accuracy_m=taken.accuracy_m, by=actor.account_id, by_name=actor.name, at=at,
    )  # fmt: skip


def _copy(session: Session, actor: Actor, document: Document, pdf: bytes) -> DocumentCopy:
    name = document.number or paperwork.paper(document.code).name
    kept = files.store(
        session, document.county_code, pdf, name=f"{name}（written）.pdf",
        media_type="application/pdf", actor=actor,
    )  # fmt: skip
    row = DocumentCopy(
        county_code=document.county_code, id=uuid7(), document_id=document.id, kind="written",
        sha256=kept.sha256, by=actor.account_id, by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    _log(session, actor, document, "document:written", None)
    return row


def _log(
    session: Session, actor: Actor, document: Document, act: str, role: SignRole | None
) -> None:
    audit.record(
        session, document.county_code, act, "document", str(document.id), actor=actor,
        number=document.number, role=str(role) if role else None,
    )  # fmt: skip
