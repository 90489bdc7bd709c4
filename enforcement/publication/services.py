"""Acts: review a decision for publication (罚48), withdraw what is published."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any, Final

from flask import current_app
from sqlalchemy.orm import Session

from enforcement import audit, clock, db, files, permissions
from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile, Party
from enforcement.case.paper_execution import is_notice
from enforcement.case.standing import age_of
from enforcement.config import Config
from enforcement.document import queries as documents
from enforcement.document.models import Document
from enforcement.document.render import render
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.redaction import (
    Located,
    Outcome,
    Rules,
    names_in,
    redact,
    redact_text,
    short_name,
)
from enforcement.law.terms import PartyKind
from enforcement.permissions import Permission
from enforcement.publication import listing, queries
from enforcement.publication.models import Publication, PublicationWithdrawal

ADULT: Final = 18


def review(
    session: Session,
    actor: Actor,
    case_id: uuid.UUID,
    *,
    outcome: Outcome,
    reason: str,
    name_person: bool = False,
    hide: str = "",
    document_id: uuid.UUID | None = None,
) -> Publication:
    """Decide whether a decision is published; then its redacted paper and summary are public.

    document_id -- a notice of demolition in place of the newest decision
    name_person -- the name of a natural person is shown, for social impact
    hide -- further words to hide, one a line. Raises NotPermittedError for the case's officers,
    StepNotAllowedError without a new decision, InvalidInputError("outcome") for a minor's case.
    """
    permissions.check(actor, Permission.PUBLISH)
    case = cases.get(session, actor, case_id, lock=True)
    if actor.person_id in {case.officer_a_id, case.officer_b_id}:
        raise NotPermittedError(_("承办人员不得审核公开自己办理的案件。"))
    document = decision(session, case, document_id)
    _need_reason(reason)
    party = cases.party_of(session, case)
    _check_age(case, party, outcome)
    rules = rules_of(document, party, name_person=name_person, hide=hide)
    sha256 = _paper(session, actor, document, rules) if outcome is Outcome.PUBLISH else None
    day = decided_day(case, document)
    row = Publication(
        county_code=case.county_code, id=uuid7(), case_id=case.id, document_id=document.id,
        outcome=str(outcome), reason=reason.strip(), sha256=sha256,
        shown=summary(case, document, party, rules) if outcome is not Outcome.WITHHOLD else {},
        decided_on=day, due_on=queries.limit_day(
            session, case.county_code, queries.limit_of(document.code), day
        ),
        by=actor.account_id, by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    _audit(session, actor, "publication:review", case.number, outcome=str(outcome))
    listing.tell(session, case.county_code, case.id)
    return row


def withdraw(
    session: Session, actor: Actor, publication_id: uuid.UUID, *, reason: str
) -> PublicationWithdrawal:
    """Take a published decision back; it stays in the record with its reason."""
    permissions.check(actor, Permission.PUBLISH)
    db.take_turn(session, f"publication:{publication_id}")
    found = session.get(Publication, (actor.county_code, publication_id))
    if found is None:
        cases.missing()
    case = cases.get(session, actor, found.case_id)
    _need_reason(reason)
    standing = queries.withdrawal_of(session, found) is None
    if found.outcome == Outcome.WITHHOLD or not standing:
        raise StepNotAllowedError(_("该决定没有公开，或者已经撤回。"))
    row = PublicationWithdrawal(
        county_code=found.county_code, id=uuid7(), publication_id=found.id, reason=reason.strip(),
        by=actor.account_id, by_name=actor.name, at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    _audit(session, actor, "publication:withdraw", case.number)
    listing.tell(session, case.county_code, case.id)
    return row


def _audit(session: Session, actor: Actor, act: str, number: str, **more: Any) -> None:
    audit.record(session, actor.county_code, act, "case", number, actor=actor, **more)
    session.flush()


def _need_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInputError("reason", _("必填。"))


def decision(session: Session, case: CaseFile, document_id: uuid.UUID | None = None) -> Document:
    """Return the paper to review: the notice asked for, else the newest decision.

    Raises StepNotAllowedError where there is none, or where its review still stands.
    """
    papers = documents.list_of_case(session, case.county_code, case.id)
    papers = [one for one in papers if one.code in queries.DECISIONS]
    found = [one for one in papers if not is_notice(one)]
    if document_id is not None:
        found = [one for one in papers if one.id == document_id]
    if not found or case.decided_on is None:
        raise StepNotAllowedError(_("本案还没有处罚决定或者不予处罚决定。"))
    for one in queries.of_case(session, case.county_code, case.id):
        same = one.document_id == found[-1].id
        if same and queries.withdrawal_of(session, one) is None:
            raise StepNotAllowedError(_("该决定已经过公开审核；要更改，请先撤回。"))
    return found[-1]


def decided_day(case: CaseFile, document: Document) -> date | None:
    """Return the day of a decision, or that on which a notice of demolition was issued."""
    return clock.local_day(document.issued_at) if is_notice(document) else case.decided_on


def _check_age(case: CaseFile, party: Party | None, outcome: Outcome) -> None:
    age = age_of(party, case.acted_on)
    if age is not None and age < ADULT and outcome is not Outcome.WITHHOLD:
        raise InvalidInputError("outcome", _("未成年人的案件不得公开。"))


def rules_of(document: Document, party: Party | None, *, name_person: bool, hide: str) -> Rules:
    """Return what is hidden in a decision: all natural persons, homes, what the reviewer named."""
    data = document.inputs
    names, addresses = set(names_in(data)), set[str]()
    public: list[str] = [str(data.get("organ", {}).get("name", ""))]
    told = data.get("party", {})
    name = str(told.get("name") or (party.name if party else ""))
    if told.get("kind") == PartyKind.PERSON:
        (names.discard if name_person else names.add)(name)
        public += [name] if name_person else []
    else:
        public += [name, str(told.get("uscc") or "")]
    if told.get("kind") != PartyKind.ORGANISATION and told.get("address"):
        addresses.add(str(told["address"]))
    words = frozenset(line.strip() for line in hide.splitlines() if line.strip())
    return Rules(frozenset(names), frozenset(addresses), words, tuple(public))


def summary(
    case: CaseFile, document: Document, party: Party | None, rules: Rules
) -> dict[str, Any]:
    """Return what the public list shows of a decision."""
    name = party.name if party else ""
    penalty = document.inputs.get("penalty", {})
    fined = document.code == "D38" and penalty.get("amount_yuan")
    return {
        "number": document.number,
        "party": short_name(name) if name in rules.names else name,
        "cause": redact_text(case.cause, rules),
        "act": redact_text(case.act, rules),
        "basis": document.inputs.get("law", {}).get("basis", ""),
        "paper": document.inputs.get("demolition", {}).get("kind") and _demolition(document)[0],
        "content": f"罚款{penalty['amount_yuan']}元" if fined else _content(document),
        "organ": document.inputs.get("organ", {}).get("name", ""),
        "decided_on": case.decided_on.isoformat() if case.decided_on else None,
        "located": str(located(case, document, rules)),
    }  # fmt: skip


def located(case: CaseFile, document: Document, rules: Rules) -> Located:
    """Return how exactly the place of the act may be shown (procedure.md 4).

    Only that of an organisation, and only where nothing of its words was hidden: a natural
    person's or a small trader's act may have been done at home.
    """
    told = document.inputs.get("party", {})
    hidden = redact_text(case.place, rules) != case.place
    open_to_all = told.get("kind") == PartyKind.ORGANISATION and not hidden
    return Located.ACT if open_to_all else Located.VILLAGE


def _content(document: Document) -> str:
    """Return in a sentence what a decision without a fine, or a notice, says."""
    if document.code == queries.DEMOLITION:
        return _demolition(document)[1]
    return str(document.inputs.get("decision", {}).get("content") or "不予行政处罚")


def _demolition(document: Document) -> tuple[str, str]:
    told = document.inputs["demolition"]
    if is_notice(document):
        return "强制拆除公告", f"公告：限{told['until_on']}前自行拆除违法建筑，逾期依法强制拆除"
    return "限期拆除决定书", f"责令{told['until_on']}前自行拆除违法建筑"


def _paper(session: Session, actor: Actor, document: Document, rules: Rules) -> bytes:
    """Typeset the served paper once more, redacted, and keep it; return its SHA-256.

    The paper must come out as it was served where nothing is hidden, or nothing is published.
    """
    config: Config = current_app.extensions["enforcement.config"]
    same: dict[str, Any] = {
        "number": document.number, "issued_at": document.issued_at, "font_dirs": config.font_dirs
    }  # fmt: skip
    served = render(document.code, document.inputs, **same)
    if bytes.fromhex(served.sha256) != document.sha256:
        raise StepNotAllowedError(_("文书模板已更新，不能保证与送达文本一致；请选择只公开摘要。"))
    open_inputs = {name: one for name, one in document.inputs.items() if name != "verify"}
    made = render(document.code, redact(open_inputs, rules), **same)
    kept = files.store(
        session, document.county_code, made.pdf, name=f"{document.number}（公开）.pdf",
        media_type="application/pdf", actor=actor,
    )  # fmt: skip
    return kept.sha256
