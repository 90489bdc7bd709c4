"""Links to reports: the report as it was, readable without an account, until a day."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from enforcement import audit, clock, files, permissions
from enforcement.actor import Actor
from enforcement.briefing import drawn, services, wording
from enforcement.briefing.asking import Wanted
from enforcement.briefing.models import BriefingShare
from enforcement.errors import GoneError, InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.permissions import Permission
from enforcement.scope import COUNTY_WIDE
from enforcement.settings import queries as settings

MOST_DAYS: Final = 30
SHOWN: Final = 50


def share(
    session: Session, actor: Actor, wanted: Wanted, days: int | None = None
) -> tuple[BriefingShare, str]:
    """Keep a report as it is now and return it with the token of its link, which is told once.

    days -- until it expires, by default as the county sets; raises what `make` raises, and
    InvalidInputError for days out of bounds.
    """
    permissions.check(actor, Permission.REPORT_READ)
    default = settings.value(session, actor.county_code, "briefing_share_days")
    kept_for = default if days is None else days
    if not 1 <= kept_for <= MOST_DAYS:
        raise InvalidInputError("days", _("请填写1至%(n)d天。", n=MOST_DAYS))
    briefing = services.make(session, actor, wanted)
    html = drawn.as_html(session, actor, briefing, public=True)
    title = f"{wording.title(briefing)} {wording.about(briefing)}"
    file = files.store(session, actor.county_code, html.encode(), name="briefing.html",
                       media_type="text/html", actor=actor)  # fmt: skip
    secret, now = secrets.token_urlsafe(24), clock.now(session)
    row = BriefingShare(
        county_code=actor.county_code, id=uuid.uuid4(), token_hash=_hash(secret),
        sha256=file.sha256, title=title, asked=briefing.asked.said, made_by=actor.account_id,
        made_at=now, expires_at=now + timedelta(days=kept_for), opened=0,
    )  # fmt: skip
    session.add(row)
    session.flush()
    audit.record(session, actor.county_code, "briefing:share", "briefing", str(row.id),
                 actor=actor, days=kept_for, **row.asked)  # fmt: skip
    return row, f"{actor.county_code}.{secret}"


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()


def open_link(session: Session, token: str) -> str:
    """Return the HTML that a link shows, and count that it was opened.

    Raises NotFoundError for an unknown link, GoneError for one that is over. A link is found by
    the hash of its secret, so that the time it takes tells nothing of other links.
    """
    county_code, _dot, secret = token.partition(".")
    query = select(BriefingShare).where(
        BriefingShare.county_code == county_code, BriefingShare.token_hash == _hash(secret)
    )
    row = session.scalars(query).first()
    if row is None:
        raise NotFoundError(_("没有这个链接，请核对是否完整。"))
    if row.revoked_at is not None:
        raise GoneError(_("分享人已经撤回这份报告。"))
    if row.expires_at <= clock.now(session):
        raise GoneError(_("这份报告的分享期限已过。"))
    session.execute(
        update(BriefingShare)
        .where(BriefingShare.county_code == county_code, BriefingShare.id == row.id)
        .values(opened=BriefingShare.opened + 1)
    )
    return files.read(county_code, row.sha256).decode()


def list_shares(session: Session, actor: Actor) -> Sequence[BriefingShare]:
    """Return the links that the actor made, all of the county for its heads; newest first."""
    permissions.check(actor, Permission.REPORT_READ)
    query = select(BriefingShare).where(BriefingShare.county_code == actor.county_code)
    if actor.role not in COUNTY_WIDE:
        query = query.where(BriefingShare.made_by == actor.account_id)
    newest = query.order_by(BriefingShare.made_at.desc(), BriefingShare.id).limit(SHOWN)
    return session.scalars(newest.execution_options(populate_existing=True)).all()


def revoke(session: Session, actor: Actor, share_id: uuid.UUID) -> BriefingShare:
    """Take a link back; raises NotFoundError for one that is not the actor's to take back."""
    permissions.check(actor, Permission.REPORT_READ)
    row = session.get(BriefingShare, (actor.county_code, share_id), with_for_update=True)
    if row is None or (row.made_by != actor.account_id and actor.role not in COUNTY_WIDE):
        raise NotFoundError(_("没有找到这个链接，或者不是您分享的。"))
    if row.revoked_at is None:
        row.revoked_at, row.revoked_by = clock.now(session), actor.account_id
        session.flush()
        audit.record(session, actor.county_code, "briefing:revoke", "briefing", str(row.id),
                     actor=actor)  # fmt: skip
    return row
