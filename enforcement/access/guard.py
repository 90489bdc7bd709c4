"""Failures at a door and the lock they lead to, counted in rows that are held while one tries.

An account is locked for every address; an address only for accounts that never came in from it,
so that a gateway which a whole hall shares does not lock out those who work there.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement.errors import TooManyRequestsError
from enforcement.i18n import _

NOWHERE: Final = "000000"
HOLD: Final = text("""
INSERT INTO sign_in_guard (county_code, what, failures, first_failed_at)
VALUES (:county, :what, 0, app_now())
ON CONFLICT ON CONSTRAINT pk_sign_in_guard DO UPDATE SET failures = sign_in_guard.failures
RETURNING extract(epoch FROM locked_until - app_now()) AS left_s
""")
FAIL: Final = text("""
UPDATE sign_in_guard SET
  failures = CASE WHEN first_failed_at < app_now() - :window THEN 1 ELSE failures + 1 END,
  first_failed_at = CASE WHEN failures = 0 OR first_failed_at < app_now() - :window
    THEN app_now() ELSE first_failed_at END
WHERE county_code = :county AND what = :what
RETURNING failures
""")
LOCK: Final = text("""
UPDATE sign_in_guard SET failures = 0, locked_until = app_now() + :window
WHERE county_code = :county AND what = :what
""")
FORGET: Final = text("""
DELETE FROM sign_in_guard WHERE county_code = :county AND what = :what
""")
TIDY: Final = text("""
DELETE FROM sign_in_guard WHERE county_code IN (:county, '000000')
  AND first_failed_at < app_now() - interval '2 days'
  AND coalesce(locked_until, app_now()) <= app_now()
""")


@dataclass(frozen=True)
class Door:
    """What is counted: a name of an account, or an address; tries -- failures that lock it."""

    kind: str
    name: str
    county_code: str
    tries: int
    window: timedelta

    @property
    def key(self) -> dict[str, object]:
        """Return the key of its row."""
        digest = hashlib.sha256(f"{self.kind} {self.name}".encode()).digest()
        return {"county": self.county_code, "what": digest}


def hold(session: Session, door: Door) -> None:
    """Hold a door until the transaction ends; raises TooManyRequestsError while it is locked."""
    left_s = session.execute(HOLD, door.key).scalar_one()
    if left_s is not None and left_s > 0:
        raise TooManyRequestsError(
            _("连续输错次数过多，已经锁定。请%(n)d分钟后再试，或者联系安全管理员解锁。",
              n=max(1, math.ceil(left_s / 60))),
            retry_after_s=max(1, math.ceil(left_s)),
        )  # fmt: skip


def failed(session: Session, door: Door) -> bool:
    """Count one failure at a door that is held; return whether it is locked now."""
    values = door.key | {"window": door.window}
    if session.execute(FAIL, values).scalar_one() < door.tries:
        return False
    session.execute(LOCK, values)
    return True


def forget(session: Session, door: Door) -> None:
    """Forget what was counted at a door: somebody came in, or an administrator unlocked it."""
    session.execute(FORGET, door.key)


def tidy(session: Session, county_code: str) -> None:
    """Delete what was counted long ago."""
    session.execute(TIDY, {"county": county_code})
