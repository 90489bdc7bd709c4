"""Acts upon parties: correct, merge and part again, take down the consent to e-service (D42)."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, permissions
from enforcement.actor import Actor
from enforcement.case.models import CaseFile, Party, PartyConsent, PartyEntry
from enforcement.case.parties import remember
from enforcement.errors import InvalidInputError, StaleVersionError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.party import queries
from enforcement.permissions import Permission


def correct(
    session: Session,
    actor: Actor,
    party_id: uuid.UUID,
    *,
    name: str,
    reason: str,
    version: int | None = None,
) -> Party:
    """Change the name of a record, for example after a company was renamed; papers stay."""
    permissions.check(actor, Permission.CASE_WORK)
    party = _locked(session, actor, party_id, version)
    _need("reason", reason)
    _need("name", name)
    if name.strip() == party.name:
        raise InvalidInputError("name", _("名称没有变化。"))
    before, party.name = party.name, name.strip()
    _keep(session, actor, party, "correct", before=before, name=party.name, reason=reason.strip())
    return party


def consent(
    session: Session,
    actor: Actor,
    party_id: uuid.UUID,
    *,
    agreed: bool,
    address: str | None,
    signed_on: date,
    paper: str,
) -> PartyConsent:
    """Take down that a party agreed to e-service at an address, or took it back (罚61第二款)."""
    permissions.check(actor, Permission.CASE_WORK)
    party = _locked(session, actor, party_id, None)
    _need("paper", paper)
    if signed_on > clock.today(session):
        raise InvalidInputError("signed_on", _("时间不能在将来。"))
    if agreed:
        _need("address", address)
    row = PartyConsent(
        county_code=party.county_code, id=uuid7(), party_id=party.id, agreed=agreed,
        address_encrypted=crypto.seal(address.strip()) if agreed and address else None,
        signed_on=signed_on, paper=paper.strip(), by=actor.account_id, by_name=actor.name,
        at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    _keep(session, actor, party, "consent", agreed=agreed, signed_on=signed_on, paper=paper.strip())
    return row


def merge(
    session: Session,
    actor: Actor,
    party_id: uuid.UUID,
    into_id: uuid.UUID,
    *,
    reason: str,
    version: int | None = None,
) -> Party:
    """Let another record stand for this one; its cases go over. Return the one that goes on.

    Raises InvalidInputError where the two cannot be the same: another kind, or other numbers.
    """
    permissions.check(actor, Permission.PARTY_MERGE)
    _need("reason", reason)
    if party_id == into_id:
        raise InvalidInputError("into", _("不能与自己合并。"))
    locked = {
        one: queries.get(session, actor, one, lock=True) for one in sorted((party_id, into_id))
    }
    gone, stays = locked[party_id], locked[into_id]
    _check_version(gone, version)
    _check_same(gone, stays)
    moved = _move(session, gone, stays.id, None)
    gone.merged_into_id = stays.id
    _keep(session, actor, gone, "merge", into=str(stays.id), name=stays.name,
          reason=reason.strip(), cases=moved)  # fmt: skip
    _keep(session, actor, stays, "take_in", record=str(gone.id), name=gone.name,
          reason=reason.strip())  # fmt: skip
    return stays


def unmerge(session: Session, actor: Actor, party_id: uuid.UUID, *, reason: str) -> Party:
    """Undo a merge: the record is in use again, with the cases that went over by it.

    Cases that another merge took further stay where they are.
    """
    permissions.check(actor, Permission.PARTY_MERGE)
    _need("reason", reason)
    query = select(Party).where(Party.county_code == actor.county_code, Party.id == party_id)
    gone = session.scalars(query.with_for_update().execution_options(populate_existing=True)).one()
    if gone.merged_into_id is None:
        raise StepNotAllowedError(_("该记录没有被合并。"))
    stays = queries.get(session, actor, gone.merged_into_id, lock=True)
    moved = [uuid.UUID(one) for one in _last_merge(session, gone).detail.get("cases", [])]
    gone.merged_into_id = None
    _move(session, stays, gone.id, moved)
    _keep(session, actor, gone, "unmerge", name=stays.name, reason=reason.strip())
    _keep(session, actor, stays, "give_back", record=str(gone.id), name=gone.name,
          reason=reason.strip())  # fmt: skip
    return gone


def _locked(session: Session, actor: Actor, party_id: uuid.UUID, version: int | None) -> Party:
    party = queries.get(session, actor, party_id, lock=True)
    _check_version(party, version)
    return party


def _check_version(party: Party, version: int | None) -> None:
    if version is not None and version != party.version:
        raise StaleVersionError(
            _("该当事人刚被他人修改，请刷新后再操作。"), current={"version": party.version}
        )


def _check_same(gone: Party, stays: Party) -> None:
    if gone.kind != stays.kind:
        raise InvalidInputError("into", _("两条记录的当事人类型不同，不能合并。"))
    for name in ("id_number_hash", "uscc"):
        one, other = getattr(gone, name), getattr(stays, name)
        if one is not None and other is None:
            raise InvalidInputError("into", _("请合并到有号码的记录。"))
        if one is not None and one != other:
            raise InvalidInputError("into", _("两条记录的号码不同，不是同一当事人，不能合并。"))


def _move(
    session: Session, party: Party, to_id: uuid.UUID, only: list[uuid.UUID] | None
) -> list[str]:
    """Give a party's cases (only those named) to another record; return their ids."""
    query = update(CaseFile).where(
        CaseFile.county_code == party.county_code, CaseFile.party_id == party.id
    )
    if only is not None:
        query = query.where(CaseFile.id.in_(only))
    moved = query.values(party_id=to_id, version=CaseFile.version + 1).returning(CaseFile.id)
    done = session.scalars(moved.execution_options(synchronize_session="fetch"))
    return sorted(str(one) for one in done)


def _last_merge(session: Session, party: Party) -> PartyEntry:
    merges = [one for one in queries.history(session, party) if one.event == "merge"]
    return merges[-1]


def _keep(session: Session, actor: Actor, party: Party, event: str, **detail: object) -> None:
    party.version += 1
    session.flush()
    remember(session, actor, party, event, dict(detail))
    audit.record(
        session, actor.county_code, f"party:{event}", "party", str(party.id), actor=actor
    )  # fmt: skip


def _need(field: str, text: str | None) -> None:
    if not (text or "").strip():
        raise InvalidInputError(field, _("必填。"))
