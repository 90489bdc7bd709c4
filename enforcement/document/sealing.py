"""The acts of sealing: keep an organ's seal, put it on a frozen paper, sign the file."""

from __future__ import annotations

import base64
import uuid
from typing import Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, files, permissions
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.document import handwriting, queries, signing
from enforcement.document.copies import DocumentCopy, OrganSeal
from enforcement.document.models import Document
from enforcement.document.render import PNG_START
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law import paperwork
from enforcement.people.models import Organ
from enforcement.permissions import Permission

LARGEST: Final = 2 * 1024 * 1024
KINDS: Final = ("written", "sealed", "signed")


def keep_seal(session: Session, actor: Actor, organ_id: uuid.UUID, png: bytes) -> OrganSeal:
    """Keep the picture of an organ's seal, encrypted; from then on it is the one that is used.

    Raises InvalidInputError for what is no PNG, NotFoundError, NotPermittedError.
    """
    permissions.check(actor, Permission.SEAL_APPLY)
    if session.get(Organ, (actor.county_code, organ_id)) is None:
        raise NotFoundError(_("没有这个执法主体。"))
    if not png.startswith(PNG_START) or len(png) > LARGEST:
        raise InvalidInputError("image", _("印章须为PNG图片，不超过2MB。"))
    files.check_image(png, "image")
    seal = OrganSeal(
        county_code=actor.county_code, id=uuid7(), organ_id=organ_id,
        image_encrypted=crypto.seal(base64.b64encode(png).decode()), sha256=files.digest(png),
        by=actor.account_id, by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(seal)
    session.flush()
    audit.record(
        session, actor.county_code, "seal:keep", "organ_seal", str(seal.id), actor=actor,
        organ=str(organ_id), sha256=seal.sha256.hex(),
    )  # fmt: skip
    return seal


def is_sealed_paper(document: Document) -> bool:
    """Tell whether a paper is one that the organ seals."""
    return any("organ" in one.roles for one in paperwork.paper(document.code).signers)


def apply(session: Session, actor: Actor, document: Document) -> list[DocumentCopy]:
    """Seal a paper and, where there is a certificate, sign the sealed file.

    The frozen bytes stay as they are; the sealed file is set from the frozen inputs, what was
    signed by hand before, and the very template they were issued with. Each use of the seal is
    logged. The caller has checked that the actor may see what the paper belongs to. Raises
    StepNotAllowedError, NotFoundError, signing.CertificateError.
    """
    permissions.check(actor, Permission.SEAL_APPLY)
    queries.lock(session, document)
    if not is_sealed_paper(document):
        raise StepNotAllowedError(_("该文书不盖机关印章。"), paper=document.code)
    if queries.withdrawal_of(session, document) is not None:
        raise StepNotAllowedError(_("该文书已经作废。"))
    kinds = [one.kind for one in copies_of(session, document)]
    if "sealed" in kinds:
        raise StepNotAllowedError(_("该文书已经盖章。"))
    if "written" not in kinds and handwriting.rows_of(session, document):
        raise StepNotAllowedError(_("该文书的手写签名还没有完成，完成后再盖章。"))
    seal = _seal_of(session, document)
    config: Config = current_app.extensions["enforcement.config"]
    pdf = _sealed(session, document, seal)
    made = [_copy(session, actor, document, "sealed", pdf, seal)]
    signer = signing.signer_of(config)
    if signer is not None:
        organ = document.inputs["organ"]
        signed = signer.sign(
            pdf, reason=f"{paperwork.paper(document.code).name} {document.number or ''}".strip(),
            at_place=organ.get("address") or organ["name"],
        )  # fmt: skip
        made.append(_copy(session, actor, document, "signed", signed, seal))
    audit.record(
        session, document.county_code, "seal:apply", "document", str(document.id), actor=actor,
        number=document.number, seal=str(seal.id), signed=signer is not None,
    )  # fmt: skip
    return made


def copies_of(session: Session, document: Document) -> list[DocumentCopy]:
    """Return the files made from a paper: written, sealed, signed, in this order."""
    query = select(DocumentCopy).where(
        DocumentCopy.county_code == document.county_code,
        DocumentCopy.document_id == document.id,
    )
    return sorted(session.scalars(query), key=lambda one: KINDS.index(one.kind))


def newest_of_case(
    session: Session, county_code: str, case_id: uuid.UUID
) -> dict[uuid.UUID, bytes]:
    """Return paper -> hash of its file with seal and handwriting, of those that have one."""
    query = (
        select(DocumentCopy)
        .join(
            Document,
            (Document.county_code == DocumentCopy.county_code)
            & (Document.id == DocumentCopy.document_id),
        )
        .where(
            Document.county_code == county_code,
            Document.case_id == case_id,
            DocumentCopy.kind.in_(("written", "sealed")),
        )
    )
    rows = sorted(session.scalars(query), key=lambda one: KINDS.index(one.kind))
    return {one.document_id: one.sha256 for one in rows}


def hash_of(session: Session, document: Document, kind: str | None) -> bytes:
    """Return the hash of a paper's file, as issued or a copy of that kind; raises NotFoundError."""
    if kind is None:
        return document.sha256
    found = [one.sha256 for one in copies_of(session, document) if one.kind == kind]
    if not found:
        raise NotFoundError(_("没有找到该文书的这种文件。"))
    return found[0]


def _seal_of(session: Session, document: Document) -> OrganSeal:
    """Return the newest seal of the organ in whose name a paper was issued."""
    query = (
        select(OrganSeal)
        .join(
            Organ,
            (Organ.county_code == OrganSeal.county_code) & (Organ.id == OrganSeal.organ_id),
        )
        .where(
            OrganSeal.county_code == document.county_code,
            Organ.name == document.inputs.get("organ", {}).get("name"),
        )
        .order_by(OrganSeal.at.desc(), OrganSeal.id.desc())
        .limit(1)
    )
    seal = session.scalars(query).first()
    if seal is None:
        raise NotFoundError(_("尚未登记该机关的印章。"))
    return seal


def _sealed(session: Session, document: Document, seal: OrganSeal) -> bytes:
    picture = {"seal_png": crypto.unseal(seal.image_encrypted)}
    return handwriting.rendered(session, document, picture).pdf


def _copy(
    session: Session, actor: Actor, document: Document, kind: str, pdf: bytes, seal: OrganSeal
) -> DocumentCopy:
    name = document.number or paperwork.paper(document.code).name
    kept = files.store(
        session, document.county_code, pdf, name=f"{name}（{kind}）.pdf",
        media_type="application/pdf", actor=actor,
    )  # fmt: skip
    row = DocumentCopy(
        county_code=document.county_code, id=uuid7(), document_id=document.id, kind=kind,
        sha256=kept.sha256, seal_id=seal.id, by=actor.account_id, by_name=actor.name,
        at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
