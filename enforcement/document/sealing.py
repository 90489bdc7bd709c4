"""The acts of sealing: keep an organ's seal, put it on a frozen paper, sign the file."""

from __future__ import annotations

import base64
import uuid
from pathlib import Path
from typing import Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, files, permissions
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.document import queries, signing
from enforcement.document.copies import DocumentCopy, OrganSeal
from enforcement.document.models import Document
from enforcement.document.render import PNG_START, render
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law import paperwork
from enforcement.people.models import Organ
from enforcement.permissions import Permission

LARGEST: Final = 2 * 1024 * 1024


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
    """Seal a paper of a case and, where there is a certificate, sign the sealed file.

    The frozen bytes stay as they are; the sealed file is set from the frozen inputs and the very
    template they were issued with. Each use of the seal is logged. The caller has checked that the
    actor may see the case. Raises StepNotAllowedError, NotFoundError, signing.CertificateError.
    """
    permissions.check(actor, Permission.SEAL_APPLY)
    queries.lock(session, document)
    if not is_sealed_paper(document):
        raise StepNotAllowedError(_("该文书不盖机关印章。"), code=document.code)
    if queries.withdrawal_of(session, document) is not None:
        raise StepNotAllowedError(_("该文书已经作废。"))
    if copies_of(session, document):
        raise StepNotAllowedError(_("该文书已经盖章。"))
    seal = _seal_of(session, document)
    config: Config = current_app.extensions["enforcement.config"]
    pdf = _sealed(document, seal, config)
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
    """Return the sealed and the signed file of a paper, in this order."""
    query = select(DocumentCopy).where(
        DocumentCopy.county_code == document.county_code,
        DocumentCopy.document_id == document.id,
    )
    return list(session.scalars(query.order_by(DocumentCopy.kind)))


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


def _sealed(document: Document, seal: OrganSeal, config: Config) -> bytes:
    root: Path = config.templates_dir / document.template_version
    if not root.is_dir():
        raise StepNotAllowedError(_("没有找到制作该文书时的模板，不能盖章；请打印后盖章。"))
    made = render(
        document.code, document.inputs | {"seal_png": crypto.unseal(seal.image_encrypted)},
        number=document.number, issued_at=document.issued_at, font_dirs=config.font_dirs,
        root=root,
    )  # fmt: skip
    return made.pdf


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
