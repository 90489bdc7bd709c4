"""Tokens of accounts: made with a scope and an end, listed, revoked."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.people import queries
from enforcement.people.models import ApiToken
from enforcement.permissions import Permission

TOKEN_DAYS = 90


def create_token(
    session: Session,
    username: str,
    *,
    days: int = TOKEN_DAYS,
    scopes: Collection[str] | None = None,
    label: str = "",
) -> str:
    """Return a new bearer token for an account; it is shown once and only its hash is kept.

    scopes -- the permissions it is good for; None: whatever the account's role holds.
    Raises NotFoundError, InvalidInputError for a word that is no permission.
    """
    account = queries.find_account(session, username)
    if account is None:
        raise NotFoundError(_("没有用户 %(name)s。", name=username))
    for word in scopes or ():
        if word not in list(Permission):
            raise InvalidInputError("scopes", _("没有名为 %(name)s 的权限。", name=word))
    secret, now = secrets.token_urlsafe(32), clock.now(session)
    session.add(
        ApiToken(
            county_code=account.county_code,
            id=uuid7(),
            account_id=account.id,
            token_hash=queries.token_hash(secret),
            label=label.strip()[:100],
            scopes=sorted({str(word) for word in scopes}) if scopes is not None else None,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    audit.record(session, account.county_code, "token:create", "account", username)
    session.flush()
    return f"{account.county_code}.{secret}"


def of_account(session: Session, county_code: str, account_id: uuid.UUID) -> list[ApiToken]:
    """Return the tokens of an account that open something now, the latest first."""
    query = select(ApiToken).where(
        ApiToken.county_code == county_code,
        ApiToken.account_id == account_id,
        ApiToken.revoked_at.is_(None),
        ApiToken.expires_at > func.app_now(),
    )
    return list(session.scalars(query.order_by(ApiToken.created_at.desc(), ApiToken.id).limit(50)))


def revoke(session: Session, actor: Actor, token_id: uuid.UUID) -> ApiToken:
    """Revoke one of the actor's own tokens; raises NotFoundError."""
    permissions.check(actor, Permission.SELF)
    row = session.get(ApiToken, (actor.county_code, token_id))
    if row is None or row.account_id != actor.account_id:
        raise NotFoundError(_("没有这个令牌。"))
    if row.revoked_at is None:
        row.revoked_at = clock.now(session)
        audit.record(
            session, actor.county_code, "token:revoke", "account", actor.username, actor=actor
        )
        session.flush()
    return row
