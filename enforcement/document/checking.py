"""What the public is told of a paper: nothing personal, only what tells a genuine one apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.config import Config
from enforcement.document import queries, sealing, signing
from enforcement.document.models import Document
from enforcement.document.signing import Checked
from enforcement.errors import NotFoundError
from enforcement.i18n import _
from enforcement.law import paperwork
from enforcement.law.paper_types import Paper


@dataclass(frozen=True)
class Told:
    """What is kept of a paper, as the public may know it.

    intact -- the kept bytes still have the hash that was written down at issue
    replaced_by -- number of the paper that amends it
    """

    code: str
    number: str | None
    paper: Paper
    issued_on: date
    organ: str
    pages: int
    sha256: str
    intact: bool
    withdrawn_on: date | None
    replaced_by: str | None


@dataclass(frozen=True)
class Compared:
    """How a file that somebody brought compares with what was issued.

    same -- issued, sealed, signed: which of the kept files it is; None: another file
    signature -- what its own digital signature is worth, None without one
    """

    sha256: str
    same: str | None
    signature: Checked | None


def find(session: Session, code: str) -> Document:
    """Return the paper of a code; raises NotFoundError, the same for all wrong codes."""
    found = queries.find_by_code(session, code) if code else None
    if found is None:
        raise NotFoundError(_("没有这个核验码的文书，请核对；仍不相符的，请向制作机关查询。"))
    return found


def told(session: Session, document: Document) -> Told:
    """Return what the public is told of a paper."""
    withdrawal = queries.withdrawal_of(session, document)
    later = queries.amendments_of(session, document)
    return Told(
        code=document.verify_code or "",
        number=document.number,
        paper=paperwork.paper(document.code),
        issued_on=clock.local_day(document.issued_at),
        organ=document.inputs.get("organ", {}).get("name", ""),
        pages=document.pages,
        sha256=document.sha256.hex(),
        intact=_is_intact(document),
        withdrawn_on=clock.local_day(withdrawal.at) if withdrawal else None,
        replaced_by=later[-1].number if later else None,
    )


def compare(session: Session, document: Document, data: bytes) -> Compared:
    """Compare a file with what is kept under a code, by its hash, and check its signature."""
    sha256 = files.digest(data)
    kept = {document.sha256: "issued"} | {
        one.sha256: one.kind for one in sealing.copies_of(session, document)
    }
    config: Config = current_app.extensions["enforcement.config"]
    signer = signing.signer_of(config)
    signature = signing.check(data, signer.roots() if signer else [])
    return Compared(sha256.hex(), kept.get(sha256), signature)


def _is_intact(document: Document) -> bool:
    try:
        files.read(document.county_code, document.sha256)
    except OSError:
        return False
    return True
