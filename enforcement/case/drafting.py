"""Papers issued by hand: pre-filled from the case, seen as a draft, issued, amended, withdrawn."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from flask import current_app
from sqlalchemy.orm import Session

from enforcement import audit, clock, once, permissions
from enforcement.actor import Actor
from enforcement.case import paper_data, paper_form, paper_hints, people, queries
from enforcement.case.models import CaseFile
from enforcement.case.papers import organ_in_name_of
from enforcement.case.standing import matter_of
from enforcement.config import Config
from enforcement.document import queries as documents
from enforcement.document import sealing, services
from enforcement.document.copies import DocumentCopy
from enforcement.document.models import Document, DocumentWithdrawal
from enforcement.document.render import preview as pages_of
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.law.articles import APL, Article
from enforcement.law.paper_hand import BY_HAND
from enforcement.law.paper_types import Paper, PaperField
from enforcement.law.paperwork import missing_fields
from enforcement.law.procedure import WORK
from enforcement.law.terms import CaseState, Term
from enforcement.people.models import Organ
from enforcement.permissions import Permission


class PaperEvent(Term):
    """Acts upon papers."""

    ISSUE = "issue_paper", "制作文书", "Issue a paper"


@dataclass(frozen=True)
class ByHand:
    """The row by which `people` judges who may issue a paper: the officers of the case (罚42)."""

    by: str = WORK
    event: Term = PaperEvent.ISSUE
    source: Article = APL[42]


ROW: Final = ByHand()


@dataclass(frozen=True)
class Draft:
    """A paper before it is issued: what it will state, and what it still lacks.

    from_case -- the blocks of the case and the hints, before anything was said
    """

    case: CaseFile
    organ: Organ
    paper: Paper
    data: dict[str, Any]
    from_case: dict[str, Any]
    replaces: Document | None
    at: datetime

    @property
    def missing(self) -> list[PaperField]:
        """Return what the paper must state and the draft lacks."""
        return missing_fields(self.paper, self.data)


def kind(code: str) -> Paper:
    """Return a paper that is issued by hand; raises NotFoundError for others."""
    if code not in BY_HAND:
        raise NotFoundError(_("这种文书不单独制作，办理相应事项时自动制作。"), paper=code)
    return BY_HAND[code]


def draft(
    session: Session,
    actor: Actor,
    case: CaseFile,
    code: str,
    said: dict[str, Any] | None = None,
    *,
    replaces_id: uuid.UUID | None = None,
) -> Draft:
    """Return a paper filled from the case, and from what was said where that is free.

    replaces_id -- an earlier paper of the case of the same kind, whose words stand first
    """
    permissions.check(actor, Permission.CASE_WORK)
    paper = kind(code)
    at = clock.now(session)
    organ, answer = organ_in_name_of(session, case, at)
    blocks = paper_data.blocks(session, case, organ, matter_of(case, answer), at)
    blocks = blocks | _under(paper_hints.hints(session, actor, case, code, blocks, at), blocks)
    old = _old(session, case, code, replaces_id) if replaces_id else None
    if said is None:
        said = old.inputs if old else {}
    data = paper_form.merged(paper, blocks, said)
    if old is not None:
        data["replaces"] = {
            "number": old.number, "name": paper.name,
            "issued_on": clock.local_day(old.issued_at).isoformat(),
        }  # fmt: skip
    return Draft(case, organ, paper, data, blocks, old, at)


def _under(hints: dict[str, Any], blocks: dict[str, Any]) -> dict[str, Any]:
    """Return the hints, under what the case itself holds of the same block."""
    return {
        name: {**one, **blocks[name]}
        if isinstance(one, dict) and isinstance(blocks.get(name), dict)
        else one
        for name, one in hints.items()
    }


def pages(made: Draft) -> list[bytes]:
    """Return the pages of a draft as PNG; errors as issuing would tell them."""
    config: Config = current_app.extensions["enforcement.config"]
    return pages_of(made.paper.code, made.data, issued_at=made.at, font_dirs=config.font_dirs)


def issue(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    code: str,
    said: dict[str, Any],
    *,
    key: str | None = None,
    replaces_id: uuid.UUID | None = None,
    reason: str = "",
    reserved: int | None = None,
) -> Document:
    """Issue a paper by hand; one that amends another withdraws it with the reason.

    reserved -- a number that the actor reserved, for papers made offline
    Raises MissingFieldsError naming what the paper lacks, InvalidInputError, NotPermittedError;
    then no number is used.
    """
    permissions.check(actor, Permission.CASE_WORK)
    what = [case_id, code, said, replaces_id, reserved]
    earlier = once.claim(session, actor, key, "paper:issue", what)
    if earlier is not None:
        return documents.get_document(session, actor.county_code, earlier)
    case = queries.get(session, actor, case_id, lock=True)
    _check(session, actor, case)
    made = draft(session, actor, case, code, said, replaces_id=replaces_id)
    document = services.issue(
        session, actor, made.organ, code, services.Owner(case_id=case.id), made.data, made.at,
        replaces_id=replaces_id, reserved=reserved,
    )  # fmt: skip
    if made.replaces is not None:
        why = (
            f"{reason.strip()}（由{document.number or made.paper.name}替代）" if reason else reason
        )
        services.withdraw(session, actor, made.replaces, why)
    audit.record(
        session, case.county_code, "paper:issue", "document", str(document.id), actor=actor,
        code=code, number=document.number, case=str(case.id),
    )  # fmt: skip
    once.done(session, actor, key, document.id)
    return document


def withdraw(
    session: Session, actor: Actor, case_id: uuid.UUID, document_id: uuid.UUID, reason: str
) -> DocumentWithdrawal:
    """Withdraw a paper that was issued by hand; its number stays taken.

    Raises StepNotAllowedError for papers that an act issued: those are changed by acts (罚75).
    """
    permissions.check(actor, Permission.CASE_WORK)
    case = queries.get(session, actor, case_id, lock=True)
    _check(session, actor, case)
    document = of_case(session, case, document_id)
    if document.code not in BY_HAND:
        raise StepNotAllowedError(_("该文书由办案事项产生，不能单独作废。"), paper=document.code)
    return services.withdraw(session, actor, document, reason)


def of_case(session: Session, case: CaseFile, document_id: uuid.UUID) -> Document:
    """Return a paper of a case; raises NotFoundError, as for a case that is hidden."""
    found = session.get(Document, (case.county_code, document_id))
    return found if found is not None and found.case_id == case.id else queries.missing()


def seal(
    session: Session, actor: Actor, case_id: uuid.UUID, document_id: uuid.UUID
) -> list[DocumentCopy]:
    """Put the organ's seal on a paper of a case that the actor sees; errors as `sealing.apply`."""
    permissions.check(actor, Permission.SEAL_APPLY)
    case = queries.get(session, actor, case_id)
    return sealing.apply(session, actor, of_case(session, case, document_id))


def to_sign(
    session: Session, actor: Actor, case_id: uuid.UUID, document_id: uuid.UUID, write: bool
) -> Document:
    """Return a paper of a case to look at its signatures, or to take one (write).

    Raises NotFoundError, NotPermittedError unless the actor handles the case (罚42).
    """
    case = queries.get(session, actor, case_id, lock=write)
    if write:
        _check(session, actor, case)
    return of_case(session, case, document_id)


def may(session: Session, actor: Actor, case: CaseFile, at: datetime) -> bool:
    """Tell whether the actor may issue papers of a case by hand today."""
    return (
        permissions.allows(actor, Permission.CASE_WORK)
        and case.state != CaseState.ARCHIVED
        and people.problem(session, actor, case, ROW, clock.local_day(at)) is None
    )


def _check(session: Session, actor: Actor, case: CaseFile) -> None:
    if case.state == CaseState.ARCHIVED:
        raise StepNotAllowedError(_("案件已经归档，不能再制作或者作废文书。"))
    people.check_doer(session, actor, case, ROW, clock.today(session))


def _old(session: Session, case: CaseFile, code: str, replaces_id: uuid.UUID) -> Document:
    found = of_case(session, case, replaces_id)
    if found.code != code:
        raise InvalidInputError("replaces", _("只能以同一种文书更正。"))
    if documents.withdrawal_of(session, found) is not None:
        raise StepNotAllowedError(_("该文书已经作废。"))
    return found
