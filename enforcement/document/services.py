"""The acts of issuing and withdrawing papers: number, bytes and hash are frozen at once."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from enforcement import audit, clock, files
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.document import numbering, queries, verifying
from enforcement.document.models import CasePaper, Document, DocumentWithdrawal
from enforcement.document.numbering import Series
from enforcement.document.render import render
from enforcement.document.typesetting import keep
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law import paperwork
from enforcement.law.paper_types import Paper
from enforcement.people.models import Organ


@dataclass(frozen=True)
class Owner:
    """What a paper belongs to: exactly one of these."""

    case_id: uuid.UUID | None = None
    spot_penalty_id: uuid.UUID | None = None
    inspection_id: uuid.UUID | None = None


def count_among(
    session: Session, county_code: str, case_id: uuid.UUID, rows: Sequence[Document]
) -> None:
    """Let papers of another record count among those of a case; only ever added."""
    session.add_all(
        CasePaper(
            county_code=county_code, id=uuid7(), case_id=case_id, document_id=row.id,
            at=clock.now(session),
        )
        for row in rows
    )  # fmt: skip
    session.flush()


def issue(
    session: Session,
    actor: Actor,
    organ: Organ,
    code: str,
    owner: Owner,
    data: Mapping[str, Any],
    at: datetime,
    *,
    number: str | None = None,
    replaces_id: uuid.UUID | None = None,
    reserved: int | None = None,
    verify_code: str | None = None,
) -> Document:
    """Issue one paper: take its number, compile it, keep bytes and hash for good.

    number -- one taken for it before, such as that of a decision on the spot
    replaces_id -- the paper that this one amends
    reserved -- a number that the actor reserved, in place of the counter's next
    verify_code -- one that a device made for a paper handed over without a network
    Raises MissingFieldsError, which names what the paper must state and lacks; then nothing is
    issued and no number is used.
    """
    config: Config = current_app.extensions["enforcement.config"]
    paper = paperwork.paper(code)
    data = dict(data) | _verified(paper, organ.county_code, verify_code)
    number = number or _number(
        session, actor, organ, paperwork.number_word(paper, data), clock.local_day(at).year,
        reserved,
    )  # fmt: skip
    made = render(code, data, number=number, issued_at=at, font_dirs=config.font_dirs)
    keep(config.templates_dir, paper.template, made.template_version)
    kept = files.store(
        session,
        organ.county_code,
        made.pdf,
        name=f"{number or paper.name}.pdf",
        media_type="application/pdf",
        actor=actor,
    )
    document = Document(
        county_code=organ.county_code,
        id=uuid7(),
        case_id=owner.case_id,
        spot_penalty_id=owner.spot_penalty_id,
        inspection_id=owner.inspection_id,
        code=code,
        number=number,
        inputs=data,
        template_version=made.template_version,
        sha256=kept.sha256,
        pages=made.pages,
        issued_at=at,
        issued_by=actor.account_id,
        verify_code=data.get("verify", {}).get("code"),
        replaces_id=replaces_id,
    )
    session.add(document)
    session.flush()
    return document


def withdraw(session: Session, actor: Actor, document: Document, reason: str) -> DocumentWithdrawal:
    """Say that a paper no longer holds (作废); bytes, hash and number stay as they are.

    The caller has checked who may. Raises InvalidInputError without a reason, StepNotAllowedError
    for a paper that is withdrawn already.
    """
    if not reason.strip():
        raise InvalidInputError("reason", _("请填写作废原因。"))
    queries.lock(session, document)
    if queries.withdrawal_of(session, document) is not None:
        raise StepNotAllowedError(_("该文书已经作废。"))
    row = DocumentWithdrawal(
        county_code=document.county_code, id=uuid7(), document_id=document.id,
        reason=reason.strip(), by=actor.account_id, by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(
        session, document.county_code, "document:withdraw", "document", str(document.id),
        actor=actor, number=document.number, reason=row.reason,
    )  # fmt: skip
    return row


def _verified(paper: Paper, county_code: str, made: str | None) -> dict[str, Any]:
    """Return the block that the QR code is drawn from, {} for a paper that stays inside."""
    if not verifying.has_code(paper):
        return {}
    if made is not None and not verifying.is_code_of(made, county_code):
        raise InvalidInputError("verify_code", _("核验码的格式不对。"))
    code = made or verifying.new_code(county_code)
    return {"verify": {"code": code, "address": verifying.address_of(code)}}


def _number(
    session: Session,
    actor: Actor,
    organ: Organ,
    word: str | None,
    year: int,
    reserved: int | None,
) -> str | None:
    if word is None:
        return None
    series = Series(organ.short, word, year)
    if reserved is None:
        return series.number(numbering.take(session, organ.county_code, organ.short, word, year))
    numbering.check_reserved(session, actor, series, reserved)
    return series.number(reserved)
