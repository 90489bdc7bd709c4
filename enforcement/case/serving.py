"""Serving a paper within an act: its way is proved, and the day from which it counts is told."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case import queries
from enforcement.case.doing import Doing
from enforcement.case.models import Party, PartyConsent
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.service_ways import RULES, by_another, lacking
from enforcement.law.terms import ServiceWay


def served_on(do: Doing) -> date:
    """Return the day from which the paper of an act counts as served.

    Raises InvalidInputError naming the field that its way of service needs and lacks.
    """
    do.not_future("at")
    way, rule = ServiceWay(do.said["way"]), RULES[ServiceWay(do.said["way"])]
    party = queries.party_of(do.session, do.case)
    missing = lacking(way, do.said)
    if missing is not None:
        raise InvalidInputError(missing[0], f"{_(missing[1])}（{rule.article}）")
    day = clock.local_day(do.said["at"])
    own = (party.name, party.representative) if party else ()
    if by_another(way, do.said["receiver"], own, do.said.get("relation")):
        message = _("收件人不是当事人本人（法定代表人）的，须写明与当事人的关系（%(article)s）。",
                    article=rule.article)  # fmt: skip
        raise InvalidInputError("relation", message)
    if rule.consent and (party is None or not _consents(do.session, party, day)):
        message = _("当事人没有签署电子送达确认书（D42），不能电子送达（%(article)s）。",
                    article=rule.article)  # fmt: skip
        raise InvalidInputError("way", message)
    return do.due(rule.limit, day).raw if rule.limit else day


def _consents(session: Session, party: Party, on: date) -> bool:
    """Tell whether the newest declaration signed by a day agrees to electronic service."""
    query = (
        select(PartyConsent.agreed)
        .where(
            PartyConsent.county_code == party.county_code,
            PartyConsent.party_id == party.id,
            PartyConsent.signed_on <= on,
        )
        .order_by(PartyConsent.at.desc(), PartyConsent.id.desc())
        .limit(1)
    )
    return bool(session.scalar(query))


def note(said: dict[str, Any]) -> str:
    """Return what a proof of service notes beside its boxes."""
    told = (("邮件号", "mail_no"), ("受委托机关", "entrusted_to"), ("送达照片（张）", "photos"),
            ("公告原因", "notice_reason"), ("经过", "attempts"))  # fmt: skip
    return "；".join(f"{word}：{said[name]}" for word, name in told if said.get(name))
