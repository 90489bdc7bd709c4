"""Ways of serving a paper: what proves each, and from which day it counts (罚61, 民诉87-95)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from enforcement.law.articles import APL, CPL, Article
from enforcement.law.terms import N_, ServiceWay


@dataclass(frozen=True)
class Proof:
    """One thing a way of service needs: any of some fields, and why it is asked for."""

    fields: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class WayRule:
    """A way of service. limit -- row of the time limits after which it counts, None at once."""

    way: ServiceWay
    article: Article
    proofs: tuple[Proof, ...] = ()
    consent: bool = False
    limit: str | None = None


W = ServiceWay
RULES: Final = {
    rule.way: rule
    for rule in (
        WayRule(W.DIRECT, CPL[88]),
        WayRule(W.LEFT, CPL[89], (
            Proof(("refusal_reason",), N_("留置送达须写明拒收事由。")),
            Proof(("witness", "photos"), N_("留置送达须有见证人，或者拍照、录像记录送达过程。")),
        )),
        WayRule(W.POST, CPL[91], (
            Proof(("mail_no",), N_("邮寄送达须填写邮件号；送达时间是回执上的收件时间。")),
        )),
        WayRule(W.ELECTRONIC, APL[61], consent=True),
        WayRule(W.ENTRUSTED, CPL[91], (
            Proof(("entrusted_to",), N_("委托送达须写明受委托的机关。")),
        )),
        WayRule(W.NOTICE, CPL[95], (
            Proof(("notice_reason",), N_("公告送达须写明原因：下落不明，或者其他方式无法送达。")),
            Proof(("attempts",), N_("公告送达须在案卷中记明原因和经过。")),
            Proof(("collect_at",), N_("公告送达须写明领取文书的地点。")),
        ), limit="public_notice"),
    )
}  # fmt: skip


def lacking(way: ServiceWay, said: Mapping[str, Any]) -> tuple[str, str] | None:
    """Return the first field that the way needs and that was not said, and why; None if all."""
    for proof in RULES[way].proofs:
        if not any(said.get(name) for name in proof.fields):
            return proof.fields[0], proof.why
    return None


def by_another(
    way: ServiceWay, receiver: str, party: tuple[str | None, ...], relation: str | None
) -> bool:
    """Tell whether another person took the paper without it being said who he is (民诉88).

    party -- the names that count as the party's own: his, his representative's
    """
    at_hand = way in (W.DIRECT, W.POST, W.ENTRUSTED)
    return at_hand and not relation and receiver.strip() not in {one for one in party if one}
