"""How often one sender may knock: counted in the database, so that all processes count together."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import CHAR, LargeBinary, delete, func, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from enforcement.db import Base, transaction
from enforcement.errors import TooManyRequestsError
from enforcement.i18n import _

COUNT: Final = text("""
INSERT INTO rate_count (county_code, what, who, began_at, n)
VALUES (:county, :what, :who,
  date_bin(:window, app_now(), timestamptz '2000-01-01 00:00:00+00'), :times)
ON CONFLICT ON CONSTRAINT pk_rate_count DO UPDATE SET n = rate_count.n + :times
RETURNING n, extract(epoch FROM began_at + :window - app_now()) AS left_s
""")


class RateCount(Base):
    """How often somebody did something since a window of time began; who -- a hash, no address."""

    __tablename__ = "rate_count"
    county_code: Mapped[str] = mapped_column(CHAR(6), primary_key=True)
    what: Mapped[str] = mapped_column(primary_key=True)
    who: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    began_at: Mapped[datetime] = mapped_column(primary_key=True)
    n: Mapped[int]


def count(
    county_code: str, what: str, who: str, *, most: int, within: timedelta = timedelta(minutes=1),
    times: int = 1,
) -> None:  # fmt: skip
    """Count a knock, in a transaction of its own; raises TooManyRequestsError above `most`.

    times -- as how many it counts
    who -- an address or an id; only a hash of it is kept
    """
    values = {
        "county": county_code,
        "what": what,
        "who": hashlib.sha256(f"{what} {who}".encode()).digest(),
        "window": within,
        "times": times,
    }
    with transaction() as session:
        found = session.execute(COUNT, values).one()
    if found.n > most:
        message = _("请求太频繁，请稍后再试。")
        raise TooManyRequestsError(message, retry_after_s=max(1, math.ceil(found.left_s)))


def forget(session: Session, county_code: str) -> None:
    """Delete a county's counts of windows that are long over."""
    session.execute(
        delete(RateCount).where(
            RateCount.county_code == county_code,
            RateCount.began_at < func.app_now() - timedelta(days=2),
        )
    )
