"""The second factor: a time-based code (RFC 6238) of the owner's phone, or a recovery code."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime
from typing import Final

import pyotp
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from enforcement import clock, crypto
from enforcement.access.models import RecoveryCode, SecondFactor
from enforcement.ids import uuid7

STEP_S: Final = 30
RECOVERY_CODES: Final = 10
LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are read as another


def of_account(
    session: Session, county_code: str, account_id: uuid.UUID, *, lock: bool = False
) -> SecondFactor | None:
    """Return the second factor of an account, confirmed or not; None without one."""
    query = select(SecondFactor).where(
        SecondFactor.county_code == county_code, SecondFactor.account_id == account_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).first()


def is_on(session: Session, county_code: str, account_id: uuid.UUID) -> bool:
    """Tell whether an account asks for a code."""
    row = of_account(session, county_code, account_id)
    return row is not None and row.confirmed_at is not None


def offer(session: Session, county_code: str, account_id: uuid.UUID) -> SecondFactor:
    """Return the secret that waits to be confirmed, made when there is none."""
    row = of_account(session, county_code, account_id, lock=True)
    if row is None:
        row = SecondFactor(
            county_code=county_code,
            account_id=account_id,
            secret=crypto.seal(pyotp.random_base32()),
            made_at=clock.now(session),
            last_step=0,
        )
        session.add(row)
        session.flush()
    return row


def address_of(row: SecondFactor, username: str, issuer: str) -> str:
    """Return what an authenticator reads from the QR code."""
    return _totp(row).provisioning_uri(name=username, issuer_name=issuer)


def letters_of(row: SecondFactor) -> str:
    """Return the secret in groups of four, to be typed where no camera reads the code."""
    secret = crypto.unseal(row.secret) or ""
    return " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


def confirm(session: Session, row: SecondFactor, code: str) -> list[str] | None:
    """Switch the factor on with its first code; return new recovery codes, None if it is wrong."""
    if not _take(session, row, code):
        return None
    row.confirmed_at = clock.now(session)
    return renew_recovery(session, row)


def renew_recovery(session: Session, row: SecondFactor) -> list[str]:
    """Replace the recovery codes; they are shown this once, only their hashes are kept."""
    _forget_codes(session, row)
    codes = ["".join(secrets.choice(LETTERS) for _n in range(10)) for _m in range(RECOVERY_CODES)]
    for code in codes:
        session.add(
            RecoveryCode(
                county_code=row.county_code,
                id=uuid7(),
                account_id=row.account_id,
                code_hash=_hash(code),
            )
        )
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def check(session: Session, row: SecondFactor, code: str) -> bool:
    """Take a code of the authenticator, or a recovery code, once; False for any other."""
    return _take(session, row, code) or _take_recovery(session, row, code)


def codes_left(session: Session, row: SecondFactor) -> int:
    """Return how many recovery codes have not been used."""
    return len(session.scalars(select(RecoveryCode.id).where(*_unused(row))).all())


def switch_off(session: Session, row: SecondFactor) -> None:
    """Remove the factor with its recovery codes: its owner lost it, or will set it up anew."""
    _forget_codes(session, row)
    session.delete(row)
    session.flush()


def _take(session: Session, row: SecondFactor, code: str) -> bool:
    """Compare with the codes of now and half a minute around it; none is taken twice."""
    now, typed = clock.now(session), "".join(code.split())
    step = next((one for one in _steps(now) if _is_of(row, one, typed)), None)
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    return True


def _steps(now: datetime) -> list[int]:
    current = int(now.timestamp()) // STEP_S
    return [current, current - 1, current + 1]


def _is_of(row: SecondFactor, step: int, typed: str) -> bool:
    return hmac.compare_digest(_totp(row).at(step * STEP_S).encode(), typed.encode())


def _totp(row: SecondFactor) -> pyotp.TOTP:
    return pyotp.TOTP(crypto.unseal(row.secret) or "", interval=STEP_S)


def _take_recovery(session: Session, row: SecondFactor, code: str) -> bool:
    plain = code.replace("-", "").replace(" ", "").upper()
    taken = session.execute(
        update(RecoveryCode)
        .where(*_unused(row), RecoveryCode.code_hash == _hash(plain))
        .values(used_at=clock.now(session))
        .returning(RecoveryCode.id)
    )
    return taken.first() is not None


def _unused(row: SecondFactor) -> tuple[ColumnElement[bool], ...]:
    return (
        RecoveryCode.county_code == row.county_code,
        RecoveryCode.account_id == row.account_id,
        RecoveryCode.used_at.is_(None),
    )


def _forget_codes(session: Session, row: SecondFactor) -> None:
    session.execute(
        delete(RecoveryCode).where(
            RecoveryCode.county_code == row.county_code, RecoveryCode.account_id == row.account_id
        )
    )


def _hash(code: str) -> bytes:
    return hashlib.sha256(code.encode()).digest()
