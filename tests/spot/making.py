"""Valid penalties on the spot for tests, of 2026-03-03, and their acts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from enforcement.clock import ZONE
from enforcement.law.spot_terms import SpotEvent
from enforcement.spot import services
from enforcement.spot.models import SpotPenalty
from tests.asking import actor_of, set_clock
from tests.case.making import person_of

PERSON = "11010519491231002X"  # born in 1949
USCC = "91350100M000100Y43"


def decision(session: Session, **change: Any) -> dict[str, Any]:
    """Return what the officers say: a fine of 50 yuan for a person."""
    said: dict[str, Any] = {
        "matter_code": "M12", "act": "占用人行道摆摊。", "evidence": "照片两张",
        "place": "示例大街12号", "place_code": actor_of(session, "fujing").area_codes[0][:9],
        "acted_at": datetime(2026, 3, 3, 9, 0, tzinfo=ZONE), "party_kind": "person",
        "party_name": "李示例", "party_id_number": PERSON, "party_address": "示例村",
        "officer_a": person_of(session, "zhifa1"), "officer_b": person_of(session, "zhifa2"),
        "kind": "fine", "amount": Decimal(50), "certain": True, "told": True, "plea": "none",
        "receiver": "李示例", "no_interest": True,
    }  # fmt: skip
    return said | change


ORGANISATION: dict[str, Any] = {
    "party_kind": "organisation", "party_id_number": None, "party_uscc": USCC,
    "party_name": "示例鲜果超市有限公司", "party_representative": "王示例",
}  # fmt: skip


def decided(session: Session, **change: Any) -> SpotPenalty:
    """Return a penalty decided on 2026-03-03 at 09:30."""
    set_clock(session, "2026-03-03 09:30")
    return services.decide(session, actor_of(session, "zhifa1"), decision(session, **change))


def act(
    session: Session, spot: SpotPenalty, event: SpotEvent, who: str = "zhifa1", **said: Any
) -> SpotPenalty:
    """Carry out one act as a demonstration account."""
    return services.carry_out(session, actor_of(session, who), spot.id, event, said)
