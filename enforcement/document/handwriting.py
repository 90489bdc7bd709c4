"""What was signed by hand on a paper: who has signed, who is still to, and whether it is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.config import Config
from enforcement.document import strokes
from enforcement.document.copies import DocumentCopy, DocumentSignature
from enforcement.document.models import Document
from enforcement.document.render import RenderedPaper, render
from enforcement.errors import StepNotAllowedError
from enforcement.i18n import _
from enforcement.law import paperwork
from enforcement.law.paper_signing import (
    OFFICERS,
    SignRole,
    is_page_signed,
    is_required,
    sign_roles,
    sign_title,
)

SUPPORT: Final = 'data.at("drawn"'
"""Stands in the shared module of templates that draw handwriting."""


@dataclass(frozen=True)
class Place:
    """One who signs a paper: as whom, which of several, and what he has signed so far.

    pages -- the pages that he signs; (0,) for a paper that is signed once
    title -- what the paper calls him
    """

    role: SignRole
    n: int
    name: str
    pages: tuple[int, ...]
    title: str
    rows: tuple[DocumentSignature, ...]
    required: bool

    @property
    def refused(self) -> DocumentSignature | None:
        """Return that the signature was refused, None otherwise."""
        return next((row for row in self.rows if row.sha256 is None), None)

    @property
    def signed_pages(self) -> set[int]:
        """Return the pages that bear his signature."""
        return {row.page for row in self.rows if row.sha256 is not None}

    @property
    def done(self) -> bool:
        """Tell whether nothing is missing of him."""
        return self.refused is not None or set(self.pages) <= self.signed_pages


def rows_of(session: Session, document: Document) -> list[DocumentSignature]:
    """Return the signatures of a paper in the order taken."""
    query = select(DocumentSignature).where(
        DocumentSignature.county_code == document.county_code,
        DocumentSignature.document_id == document.id,
    )
    return list(session.scalars(query.order_by(DocumentSignature.at, DocumentSignature.id)))


def places(session: Session, document: Document) -> list[Place]:
    """Return who signs a paper by hand, in the order of the declaration; [] where nobody does."""
    rows = rows_of(session, document)
    paper = paperwork.paper(document.code)
    roles = list(sign_roles(paper))
    refused = next((row for row in rows if row.sha256 is None), None)
    needs_witness = refused is not None and bool(refused.witness_name)
    if needs_witness and SignRole.WITNESS not in roles:
        roles.append(SignRole.WITNESS)
    pages = _pages(session, document, changed=refused is not None)
    found = []
    for role in roles:
        for n in range(1, (OFFICERS if role is SignRole.OFFICER else 1) + 1):
            mine = tuple(row for row in rows if row.role == role and row.n == n)
            witness = role is SignRole.WITNESS and needs_witness
            known = refused.witness_name if witness and refused else name_of(document, role, n)
            name = mine[0].name if mine else known or ""
            required = witness or is_required(paper, role)
            found.append(Place(role, n, name, pages, sign_title(paper, role), mine, required))
    return found


def _pages(session: Session, document: Document, *, changed: bool) -> tuple[int, ...]:
    """Return which pages each signs; the note of a refusal may have made one more."""
    if not is_page_signed(paperwork.paper(document.code)):
        return (0,)
    count = rendered(session, document, {}).pages if changed else document.pages
    return tuple(range(1, count + 1))


NAMES: Final = {
    SignRole.PARTY: ("act.person", "service.receiver", "handover.recipient", "report.receiver",
                     "record.present"),
    SignRole.WITNESS: ("service.witness", "signatures.witness.name"),
    SignRole.CHAIR: ("hearing.chair",),
    SignRole.CLERK: ("hearing.clerk", "record.recorder"),
}  # fmt: skip
"""Where a paper names who will sign it."""


def name_of(document: Document, role: SignRole, n: int) -> str | None:
    """Return who is to sign, as the paper names him; None where it names nobody."""
    data = document.inputs
    if role is SignRole.OFFICER:
        officers = data.get("officers") or []
        return officers[n - 1].get("name") if len(officers) >= n else None
    for path in NAMES[role]:
        value = next(paperwork.values_at(data, path), None)
        if value:
            return str(value)
    party = data.get("party") or {}
    return (party.get("representative") or party.get("name")) if role is SignRole.PARTY else None


def read(row: DocumentSignature, document: Document) -> dict[str, Any]:
    """Return the kept strokes of a signature with what they are bound to.

    Raises StepNotAllowedError where bytes changed or belong to another paper or place.
    """
    assert row.sha256 is not None  # noqa: S101 -- a refusal has none
    try:
        kept: dict[str, Any] = json.loads(files.read(row.county_code, row.sha256))
    except (OSError, ValueError) as error:
        raise StepNotAllowedError(_("签名数据已被改动，不能使用。")) from error
    bound = (kept["paper"]["sha256"], kept["role"], kept["n"], kept["page"], kept["name"])
    if bound != (document.sha256.hex(), row.role, row.n, row.page, row.name):
        raise StepNotAllowedError(_("签名不属于该文书，不能使用。"))
    return kept


def with_handwriting(session: Session, document: Document) -> dict[str, Any]:
    """Return the frozen inputs of a paper, with what was signed so far drawn at its places."""
    drawn, data = {}, dict(document.inputs)
    for row in rows_of(session, document):
        if row.sha256 is None:
            data["signatures"] = (data.get("signatures") or {}) | {
                "refused": True, "refusal": row.refusal, "recording": row.recording,
                "witness": {"name": row.witness_name},
            }  # fmt: skip
            continue
        picture = strokes.svg(read(row, document)["strokes"])
        day = clock.local_day(row.at).isoformat()
        drawn[f"{row.role}-{row.n}-{row.page}"] = {"svg": picture, "name": row.name, "on": day}
    return data | {"drawn": drawn}


def rendered(
    session: Session, document: Document, more: dict[str, Any], *, roll_mm: int | None = None
) -> RenderedPaper:
    """Return the paper set anew with handwriting, from the very template it was issued with.

    roll_mm -- 58 or 80: on a roll of that width
    """
    config: Config = current_app.extensions["enforcement.config"]
    return render(
        document.code, with_handwriting(session, document) | more, number=document.number,
        issued_at=document.issued_at, font_dirs=config.font_dirs, root=template_of(document),
        roll_mm=roll_mm,
    )  # fmt: skip


def template_of(document: Document) -> Path:
    """Return the folder of the template that a paper was issued with.

    Raises StepNotAllowedError where it is not kept.
    """
    config: Config = current_app.extensions["enforcement.config"]
    root: Path = config.templates_dir / document.template_version
    if not root.is_dir():
        raise StepNotAllowedError(_("没有找到制作该文书时的模板，请打印后签名、盖章。"))
    return root


def copy_of(session: Session, document: Document, kind: str) -> DocumentCopy | None:
    """Return a file that was made from a paper, None where there is none of that kind."""
    query = select(DocumentCopy).where(
        DocumentCopy.county_code == document.county_code,
        DocumentCopy.document_id == document.id,
        DocumentCopy.kind == kind,
    )
    return session.scalars(query).first()


def problems(session: Session, document: Document) -> list[str]:
    """Return what is no longer as it was signed; [] where all is whole."""
    found = []
    for row in rows_of(session, document):
        if row.document_sha256 != document.sha256:
            found.append(_("%(name)s签名时的文书与现在不同。", name=row.name))
        if row.sha256 is not None:
            try:
                read(row, document)
            except StepNotAllowedError as error:
                found.append(f"{row.name}{_('：')}{error}")
    written = copy_of(session, document, "written")
    for sha256 in (document.sha256, *((written.sha256,) if written else ())):
        try:
            files.read(document.county_code, sha256)
        except OSError:
            found.append(_("文书文件已被改动。"))
    return found
