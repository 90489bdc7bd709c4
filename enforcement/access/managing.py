"""Acts upon what stands at the door: by its owner, or by the security administrator."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy.orm import Session

from enforcement import audit, permissions
from enforcement.access import guard, second_factor, services, sessions
from enforcement.access.guard import Door
from enforcement.access.models import SecondFactor
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.people import accounts
from enforcement.people.models import Account
from enforcement.permissions import Permission


def own_account(session: Session, actor: Actor) -> Account:
    """Return the account that somebody acts with."""
    permissions.check(actor, Permission.SELF)
    return session.get_one(Account, (actor.county_code, actor.account_id))


def own_factor(session: Session, actor: Actor) -> SecondFactor:
    """Return the actor's second factor, with a new secret to confirm where he has none."""
    permissions.check(actor, Permission.SELF)
    return second_factor.offer(session, actor.county_code, actor.account_id)


def confirm_own(session: Session, actor: Actor, code: str) -> list[str]:
    """Bind the actor's authenticator; return recovery codes. Raises InvalidInputError."""
    codes = services.confirm_factor(session, own_account(session, actor), code)
    if codes is None:
        raise InvalidInputError("code", _(services.WRONG))
    return codes


def renew_own_codes(session: Session, actor: Actor, code: str) -> list[str]:
    """Give the actor new recovery codes against a code of his authenticator."""
    row = _checked(session, actor, code)
    _log(session, actor, "factor:recovery", actor.username)
    return second_factor.renew_recovery(session, row)


def drop_own(session: Session, actor: Actor, code: str) -> None:
    """Unbind the actor's authenticator; raises StepNotAllowedError for a role that needs one."""
    if services.needs_factor(session, actor.county_code, actor.role):
        raise StepNotAllowedError(_("您的岗位必须使用验证器；换手机请联系安全管理员重置。"))
    second_factor.switch_off(session, _checked(session, actor, code))
    _log(session, actor, "factor:off", actor.username)


def _checked(session: Session, actor: Actor, code: str) -> SecondFactor:
    permissions.check(actor, Permission.SELF)
    row = second_factor.of_account(session, actor.county_code, actor.account_id, lock=True)
    if row is None or row.confirmed_at is None:
        raise StepNotAllowedError(_("还没有绑定验证器。"))
    if not second_factor.check(session, row, code):
        raise InvalidInputError("code", _(services.WRONG))
    return row


def change_own_password(
    session: Session, actor: Actor, old: str, new: str, *, here: uuid.UUID | None
) -> None:
    """Change the actor's password; his other sessions end. Raises InvalidInputError."""
    accounts.change_own(session, own_account(session, actor), old, new)
    sessions.end(session, actor.county_code, actor.account_id, "password", but=here)
    _log(session, actor, "account:password", actor.username)


def end_own(session: Session, actor: Actor, session_id: uuid.UUID) -> None:
    """End one of the actor's sessions, on a phone he lost for instance."""
    permissions.check(actor, Permission.SELF)
    if sessions.end(session, actor.county_code, actor.account_id, "ended", only=session_id):
        _log(session, actor, "session:end", actor.username)


def end_all(session: Session, actor: Actor, account: Account) -> int:
    """End every session of another's account; the security administrator does."""
    permissions.check(actor, Permission.ACCOUNT_MANAGE)
    count = sessions.end(session, account.county_code, account.id, "ended")
    _log(session, actor, "session:end", account.username, sessions=count)
    return count


def unlock(session: Session, actor: Actor | None, account: Account) -> None:
    """Open an account that failed tries have locked; actor -- None for the command line."""
    if actor is not None:
        permissions.check(actor, Permission.ACCOUNT_MANAGE)
    guard.forget(session, Door("name", account.username, account.county_code, 0, timedelta()))
    _log(session, actor, "account:unlock", account.username, county_code=account.county_code)


def reset_factor(session: Session, actor: Actor | None, account: Account) -> None:
    """Forget the second factor of another's account, whose phone is lost; his sessions end."""
    if actor is not None:
        permissions.check(actor, Permission.ACCOUNT_MANAGE)
        if actor.account_id == account.id:
            raise StepNotAllowedError(_("不能重置自己的验证器，请由另一名安全管理员办理。"))
    row = second_factor.of_account(session, account.county_code, account.id, lock=True)
    if row is None:
        raise StepNotAllowedError(_("该账号没有绑定验证器。"))
    second_factor.switch_off(session, row)
    sessions.end(session, account.county_code, account.id, "ended")
    _log(session, actor, "factor:reset", account.username, county_code=account.county_code)


def _log(
    session: Session,
    actor: Actor | None,
    act: str,
    username: str,
    *,
    county_code: str | None = None,
    **detail: object,
) -> None:
    county = actor.county_code if actor else county_code or ""
    audit.record(session, county, act, "account", username, actor=actor, **detail)
    session.flush()
