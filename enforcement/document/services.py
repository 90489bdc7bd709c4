"""The act of issuing a paper: number, bytes and hash are frozen in one transaction."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.document import numbering
from enforcement.document.models import Document
from enforcement.document.render import render
from enforcement.ids import uuid7
from enforcement.law import paperwork
from enforcement.people.models import Organ


@dataclass(frozen=True)
class Owner:
    """What a paper belongs to: exactly one of these."""

    case_id: uuid.UUID | None = None
    spot_penalty_id: uuid.UUID | None = None
    inspection_id: uuid.UUID | None = None


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
) -> Document:
    """Issue one paper: take its number, compile it, keep bytes and hash for good.

    number -- one taken for it before, such as that of a decision on the spot. Raises
    MissingFieldsError, which names what the paper must state and lacks; then nothing is issued
    and no number is used.
    """
    config: Config = current_app.extensions["enforcement.config"]
    paper = paperwork.paper(code)
    number = number or _number(
        session, organ, paperwork.number_word(paper, data), clock.local_day(at).year
    )
    made = render(code, data, number=number, issued_at=at, font_dirs=config.font_dirs)
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
        inputs=dict(data),
        template_version=made.template_version,
        sha256=kept.sha256,
        pages=made.pages,
        issued_at=at,
        issued_by=actor.account_id,
    )
    session.add(document)
    session.flush()
    return document


def _number(session: Session, organ: Organ, word: str | None, year: int) -> str | None:
    if word is None:
        return None
    count = numbering.take(session, organ.county_code, organ.short, word, year)
    return paperwork.number_text(organ.short, word, year, count)
