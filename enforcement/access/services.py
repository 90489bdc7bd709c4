"""Acts at the door: come in with name and password, give the second factor, leave.

Source: procedure.md 7 (GB/T 22239-2019, 8.1.4.1: failed tries lock, rest signs out, two factors).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Final

from sqlalchemy.orm import Session

from enforcement import audit, clock
from enforcement.access import guard, second_factor, sessions
from enforcement.access.guard import Door
from enforcement.actor import Actor
from enforcement.errors import NotSignedInError
from enforcement.i18n import _
from enforcement.law.terms import N_, Role, Term
from enforcement.people import accounts, queries
from enforcement.people.models import Account
from enforcement.settings import queries as settings

TWO_FACTORS: Final = frozenset(
    {Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.HEAD, Role.LEGAL_REVIEWER}
)
"""Roles that must bring a second factor; others may."""


WRONG: Final = N_("验证码不正确，请核对手机时间后输入最新的验证码。")


class Step(Term):
    """What is left before somebody is in."""

    REFUSED = "refused", "不正确", "Refused"
    CODE = "code", "验证码", "Code"
    SET_UP = "set_up", "绑定验证器", "Bind an authenticator"
    RENEW = "renew", "更换密码", "Change the password"
    IN = "in", "已登录", "Signed in"


@dataclass(frozen=True)
class Came:
    """Whence somebody comes: the address we trust and what the browser says of itself."""

    address: str
    agent: str


@dataclass(frozen=True)
class Outcome:
    """What came of a try.

    account -- known from the right password on; actor -- who is in, with his session
    factored -- whether the second factor was given; codes -- new recovery codes, to be shown once
    """

    step: Step
    account: Account | None = None
    actor: Actor | None = None
    factored: bool = False
    codes: tuple[str, ...] = ()


REFUSED: Final = Outcome(Step.REFUSED)


def sign_in(session: Session, username: str, password: str, came: Came) -> Outcome:
    """Take name and password; raises TooManyRequestsError at a locked door.

    A refusal is counted in the caller's transaction, which must be committed.
    """
    account = queries.find_account(session, username)
    doors = _doors(session, account, username, came)
    _hold(session, doors)
    right = accounts.matches(account, password)
    if account is None or not right:
        return _refuse(session, account, doors, came)
    return _next(session, account, came, doors, factored=False)


def come_by_provider(session: Session, account: Account, came: Came) -> Outcome:
    """Take the provider's word in place of the password; raises TooManyRequestsError."""
    doors = _doors(session, account, account.username, came)
    _hold(session, doors)
    if not account.active:
        return _refuse(session, account, doors, came)
    return _next(session, account, came, doors, factored=False, by_provider=True)


def give_code(session: Session, account: Account, code: str, came: Came) -> Outcome:
    """Take the second factor's code after the password; raises TooManyRequestsError."""
    doors = _doors(session, account, account.username, came)
    _hold(session, doors)
    row = second_factor.of_account(session, account.county_code, account.id, lock=True)
    if row is None or row.confirmed_at is None or not second_factor.check(session, row, code):
        return _refuse(session, account, doors, came)
    return _next(session, account, came, doors, factored=True)


def set_up(session: Session, account: Account, code: str, came: Came) -> Outcome:
    """Bind an authenticator by its first code, as a role that needs one must before it is in."""
    doors = _doors(session, account, account.username, came)
    _hold(session, doors)
    codes = confirm_factor(session, account, code)
    if codes is None:
        return _refuse(session, account, doors, came)
    return replace(_next(session, account, came, doors, factored=True), codes=tuple(codes))


def renew_password(
    session: Session, account: Account, old: str, new: str, came: Came, *, factored: bool
) -> Outcome:
    """Replace a password whose time is over; raises InvalidInputError for a weak new one."""
    doors = _doors(session, account, account.username, came)
    _hold(session, doors)
    if not accounts.matches(account, old):
        return _refuse(session, account, doors, came)
    accounts.change_own(session, account, old, new)
    return _next(session, account, came, doors, factored=factored)


def confirm_factor(session: Session, account: Account, code: str) -> list[str] | None:
    """Switch the second factor on by its first code; None where the code is wrong."""
    row = second_factor.of_account(session, account.county_code, account.id, lock=True)
    if row is None:
        return None
    if row.confirmed_at is not None:
        raise NotSignedInError(_("请重新登录。"))
    codes = second_factor.confirm(session, row, code)
    if codes is not None:
        _log(session, "factor:on", account, by=_actor(session, account))
    return codes


def _next(
    session: Session,
    account: Account,
    came: Came,
    doors: list[Door],
    *,
    factored: bool,
    by_provider: bool = False,
) -> Outcome:
    """Return the step that follows a right answer; the last one begins the session.

    by_provider -- no password was given: an old one is not asked to be changed
    """
    county_code, actor = account.county_code, _actor(session, account)
    if actor is None:
        return _refuse(session, account, doors, came)
    if not factored and second_factor.is_on(session, county_code, account.id):
        return Outcome(Step.CODE, account)
    if not factored and needs_factor(session, county_code, actor.role):
        return Outcome(Step.SET_UP, account)
    if not by_provider and _is_old(session, account):
        return Outcome(Step.RENEW, account, factored=factored)
    for door in doors:
        guard.forget(session, door)
    row = sessions.begin(
        session, county_code, account.id,
        hours=settings.value(session, county_code, "session_hours"),
        address=came.address, agent=came.agent, second_factor=factored,
    )  # fmt: skip
    _log(session, "account:sign_in", account, by=actor, address=came.address, device=row.device)
    return Outcome(Step.IN, account, replace(actor, session_id=row.id), factored)


def needs_factor(session: Session, county_code: str, role: Role) -> bool:
    """Tell whether a role must bring a second factor in this county."""
    return role in TWO_FACTORS and bool(settings.value(session, county_code, "second_factor"))


def _is_old(session: Session, account: Account) -> bool:
    days = settings.value(session, account.county_code, "password_days")
    since = account.password_at or account.created_at
    return bool(days) and clock.now(session) - since > timedelta(days=days)


def _doors(session: Session, account: Account | None, username: str, came: Came) -> list[Door]:
    """Return what is counted: the account, and the address unless the account is known there."""
    county_code = account.county_code if account else guard.NOWHERE
    figure = partial(settings.value, session, county_code)
    window = timedelta(minutes=figure("sign_in_lock_minutes"))
    doors = [Door("name", username, county_code, figure("sign_in_tries"), window)]
    if account is None or not sessions.is_known(session, county_code, account.id, came.address):
        tries = figure("sign_in_address_tries")
        doors.append(Door("address", came.address, guard.NOWHERE, tries, window))
    return doors


def _hold(session: Session, doors: list[Door]) -> None:
    for door in doors:
        guard.hold(session, door)


def _refuse(session: Session, account: Account | None, doors: list[Door], came: Came) -> Outcome:
    """Count the failure at every door, and log it where a county is known."""
    locked = [guard.failed(session, door) for door in doors]
    if account is not None:
        _log(session, "account:sign_in_refused", account, address=came.address)
        if locked[0]:
            _log(session, "account:locked", account, address=came.address)
    return REFUSED


def _actor(session: Session, account: Account) -> Actor | None:
    return queries.find_actor(session, account.county_code, account.id)


def _log(
    session: Session, act: str, account: Account, *, by: Actor | None = None, **detail: object
) -> None:
    audit.record(session, account.county_code, act, "account", account.username, actor=by, **detail)
    session.flush()


def leave(session: Session, actor: Actor) -> None:
    """End the session by which somebody acts: he signs out."""
    sessions.end(session, actor.county_code, actor.account_id, "signed_out", only=actor.session_id)
