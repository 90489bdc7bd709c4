"""A decision that was handed over without a network: its moment, its words, its signatures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.document import handsigning, handwriting
from enforcement.document.handsigning import Refused, Signed
from enforcement.document.models import Document
from enforcement.errors import InvalidInputError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.spot import receipt

FAST: Final = timedelta(minutes=10)
"""How far the clock of a phone may run ahead."""
LONGEST: Final = timedelta(days=7)


@dataclass(frozen=True)
class Offline:
    """What a device says of a decision besides its fields.

    n -- its number, of a block that the account reserved for the device
    decided_at -- by the clock of the device; verify_code -- made by it for the QR code
    seen -- SHA-256 (hex) of the words that were handed over, as `receipt.digest` gives it
    signed, refused -- what was taken on the device
    """

    n: int
    decided_at: datetime
    verify_code: str | None = None
    seen: str | None = None
    signed: tuple[Signed, ...] = ()
    refused: Refused | None = None


def decided_at(session: Session, offline: Offline | None) -> datetime:
    """Return when a decision was taken: now, or as the device says within bounds.

    Raises InvalidInputError for a moment to come, StepNotAllowedError for one too long ago.
    """
    now = clock.now(session)
    if offline is None:
        return now
    if offline.decided_at > now + FAST:
        raise InvalidInputError("decided_at", _("手机时间比系统时间快，请校准手机时间。"))
    if offline.decided_at < now - LONGEST:
        days = LONGEST.days
        raise StepNotAllowedError(_("离线决定超过%(days)d天才上传，不能入库。", days=days))
    return offline.decided_at


def settle(session: Session, actor: Actor, paper: Document, offline: Offline) -> None:
    """Compare the issued decision with what was handed over, and keep what was signed on it.

    Raises StepNotAllowedError where the words differ: then nothing is issued.
    """
    day = clock.local_day(paper.issued_at)
    if offline.seen is not None and offline.seen != receipt.digest(receipt.lines_of(paper, day)):
        raise StepNotAllowedError(
            _("交付当事人的内容与系统中的依据、机关信息不一致，请更新后重新制作。")
        )
    for one in offline.signed:
        handsigning.sign(session, actor, paper, one)
    if offline.refused is not None:
        handsigning.refuse(session, actor, paper, offline.refused)
    waits = [one for one in handwriting.places(session, paper) if one.required and not one.done]
    if (offline.signed or offline.refused) and not waits:
        handsigning.finish(session, actor, paper)
