"""Identities at the provider: bound by their owner, who has signed in both ways; found; undone."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import audit, permissions
from enforcement.access import services
from enforcement.access.models import AccountIdentity
from enforcement.access.provider import Identity
from enforcement.access.services import Came, Outcome
from enforcement.actor import Actor
from enforcement.errors import StepNotAllowedError
from enforcement.i18n import _
from enforcement.people.models import Account
from enforcement.permissions import Permission


def sign_in(session: Session, who: Identity, came: Came) -> Outcome | None:
    """Let the account come in that an identity is bound to; None where it is bound to none.

    The provider stands for the password only: a role that needs a second factor is asked for it.
    """
    query = select(Account).join(
        AccountIdentity,
        (AccountIdentity.county_code == Account.county_code)
        & (AccountIdentity.account_id == Account.id),
    )
    mine = (AccountIdentity.issuer == who.issuer, AccountIdentity.subject == who.subject)
    account = session.scalars(query.where(*mine)).first()
    return services.come_by_provider(session, account, came) if account else None


def of_account(session: Session, county_code: str, account_id: uuid.UUID) -> AccountIdentity | None:
    """Return what an account is bound to, None for nothing."""
    return session.get(AccountIdentity, (county_code, account_id))


def bind(session: Session, actor: Actor, who: Identity) -> None:
    """Bind the actor's account to an identity; raises StepNotAllowedError where it is another's."""
    permissions.check(actor, Permission.SELF)
    forget(session, actor.county_code, actor.account_id)
    values = {"county_code": actor.county_code, "account_id": actor.account_id,
              "issuer": who.issuer, "subject": who.subject}  # fmt: skip
    made = insert(AccountIdentity).values(values).on_conflict_do_nothing()
    if session.execute(made.returning(AccountIdentity.account_id)).first() is None:
        raise StepNotAllowedError(_("这个统一身份已经绑定了别的账号。"))
    _log(session, actor, "identity:bind", who.issuer)


def unbind(session: Session, actor: Actor) -> None:
    """Undo the binding of the actor's own account."""
    permissions.check(actor, Permission.SELF)
    if forget(session, actor.county_code, actor.account_id):
        _log(session, actor, "identity:unbind", "")


def forget(session: Session, county_code: str, account_id: uuid.UUID) -> bool:
    """Remove an account's binding; tell whether there was one."""
    mine = (AccountIdentity.county_code == county_code, AccountIdentity.account_id == account_id)
    gone = session.execute(
        delete(AccountIdentity).where(*mine).returning(AccountIdentity.account_id)
    )
    return gone.first() is not None


def _log(session: Session, actor: Actor, act: str, issuer: str) -> None:
    detail = {"issuer": issuer} if issuer else {}
    audit.record(
        session, actor.county_code, act, "account", actor.username, actor=actor, **detail
    )  # fmt: skip
    session.flush()
