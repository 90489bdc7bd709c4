"""Officers' cards: name, number, unit, field, and a code that leads to the public page."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from flask import current_app, has_request_context, url_for
from sqlalchemy.orm import Session

from enforcement import clock, codes, permissions
from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.document.render import render_sheet
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.people import unit_queries
from enforcement.permissions import Permission
from enforcement.publication import register


def address_of(county_code: str, number: str) -> str:
    """Return where anybody checks a certificate.

    Raises InvalidInputError where this installation does not know its own address.
    """
    config: Config = current_app.extensions["enforcement.config"]
    if config.public_url:
        asked = urlencode({"county": county_code, "number": number})
        return f"{config.public_url}/public/officer?{asked}"
    if has_request_context():
        return url_for("public.officer", county=county_code, number=number, _external=True)
    raise InvalidInputError("public_url", _("没有设置公开网址（ENFORCEMENT_PUBLIC_URL）。"))


def picture(county_code: str, number: str) -> str:
    """Return the code of a certificate as the address of an SVG picture."""
    return codes.picture(address_of(county_code, number))


def sheet(session: Session, actor: Actor, unit_id: uuid.UUID) -> bytes:
    """Return the cards of a unit's officers, and of those below it, ten a page, as PDF.

    Only who is certified today has a card. Raises NotFoundError where nobody is.
    """
    permissions.check(actor, Permission.PEOPLE_READ)
    unit = unit_queries.get_unit(session, actor.county_code, unit_id)
    now, today = clock.now(session), clock.today(session)
    rows = register.of_unit(session, actor.county_code, unit.code, today)
    if not rows:
        raise NotFoundError(_("该单位今天没有持有效证件的执法人员。"))
    config: Config = current_app.extensions["enforcement.config"]
    said = {
        "title": f"{unit.name}执法人员公示卡",
        "printed_on": today.isoformat(),
        "cards": [
            {
                "name": one.name, "number": one.number, "organ": one.organ, "unit": one.unit,
                "field": one.field, "area": one.area, "valid_to": one.valid_to.isoformat(),
                "qr_svg": codes.drawn(address_of(actor.county_code, one.number)),
            }
            for one in rows
        ],
    }  # fmt: skip
    return render_sheet(
        "officer_cards.typ", said, font_dirs=config.font_dirs, issued_at=now
    )  # fmt: skip
