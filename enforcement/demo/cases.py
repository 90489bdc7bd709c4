"""A few cases of the demonstration squad, each played as far as its story goes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case import services
from enforcement.case.models import CaseFile
from enforcement.incident import services as incidents
from enforcement.incident.intake import Photo, Report
from enforcement.law.redaction import Outcome
from enforcement.law.terms import CaseEvent as E
from enforcement.law.terms import IncidentSource, Role
from enforcement.patrol import services as patrols
from enforcement.publication import services as publications

OPENS: Final = time(8, 30)
Shift = Callable[[timedelta], None]


@dataclass(frozen=True)
class Tale:
    """One case: its party, what happened, how many days ago, and how many steps were taken."""

    party: str
    uscc: str
    act: str
    place: str
    days_ago: int
    steps: int
    matter: str = "M12"
    harm: str = "影响通行"


# fmt: off
TALES: Final = (
    Tale("示例鲜果超市有限公司", "91220322M00010005A", "在人行道摆放货架占道经营", "示例大街12号", 42, 99),  # noqa: E501
    Tale("示例五金商行", "91220322M00010001X", "占用人行道堆放钢材", "示例大街37号", 30, 12),
    Tale("示例餐饮店", "91220322M000100021", "店外摆放桌椅占用道路", "示例东路8号", 20, 9),
    Tale("示例建材经营部", "91220322M000100034", "擅自挖掘道路埋设管线", "示例西路2号", 9, 5),
    Tale("示例便利店", "91220322M000100047", "占用道路停放货车装卸", "示例南街21号", 3, 2),
    Tale("示例养殖场", "91220322M00010006D", "随意弃置病死猪", "示例北路6号", 12, 4, "M24", "气味难闻，担心疫病"),  # noqa: E501
)
# fmt: on


def play(
    session: Session,
    actors: dict[Role, Actor],
    second: Actor,
    point: tuple[float, float],
    shift: Shift,
    photo: bytes,
) -> int:
    """Play all tales; `shift` moves the clock back. Return how many cases there are.

    A case begins in the morning of its day, at whatever hour this is loaded: what is written
    minutes after it happened then bears the same day.
    """
    shift(timedelta())
    hour = since_opening(clock.now(session))
    for tale in TALES:
        _play(session, actors, second, point, lambda b: shift(b + hour), photo, tale)
    return len(TALES)


def since_opening(now: datetime) -> timedelta:
    """Return how long ago today's office hours began; below zero early in the morning."""
    return now - datetime.combine(clock.local_day(now), OPENS, clock.ZONE)


def _play(
    session: Session,
    actors: dict[Role, Actor],
    second: Actor,
    point: tuple[float, float],
    shift: Shift,
    photo: bytes,
    tale: Tale,
) -> None:
    back = timedelta(days=tale.days_ago)
    shift(back)
    case = _lead(session, actors, point, photo, tale)
    for number, (role, event, said, later) in enumerate(_steps(tale, actors, second), 1):
        if number > tale.steps:
            return
        back -= later
        shift(back)
        words = said(clock.now(session))
        services.carry_out(session, actors[role], case.id, event, words)
        if event is E.SERVE:
            publications.review(session, actors[Role.LEGAL_REVIEWER], case.id,
                                outcome=Outcome.PUBLISH, reason="具有一定社会影响")  # fmt: skip


def _lead(
    session: Session,
    actors: dict[Role, Actor],
    point: tuple[float, float],
    photo: bytes,
    tale: Tale,
) -> CaseFile:
    now = clock.now(session)
    what = Report(
        "04", f"{tale.act}，{tale.harm}。", now - timedelta(minutes=15), point[0], point[1],
        accuracy_m=8.0, place=tale.place, source=IncidentSource.PHONE_APP,
    )  # fmt: skip
    incident = incidents.report(session, actors[Role.AUXILIARY], what, [Photo("现场.jpg", photo)])
    officer = actors[Role.OFFICER]
    patrols.send(
        session, actors[Role.BRIGADE_LEADER], incident.id, squad_id=officer.unit_id,
        patrol_on=clock.local_day(now), instructions="现场核查，拍照取证。",
    )  # fmt: skip
    said = {"matter_code": tale.matter, "act": tale.act, "place": tale.place,
            "acted_on": clock.local_day(now)}  # fmt: skip
    return services.register(session, officer, incident.id, said)


Step = tuple[Role, E, Callable[[datetime], dict[str, Any]], timedelta]
DAY, SOON = timedelta(days=1), timedelta(minutes=40)


def _steps(tale: Tale, actors: dict[Role, Actor], second: Actor) -> Iterator[Step]:
    """Yield who does what, what is said at that moment, and how long after the step before."""
    worker, leader, head = Role.OFFICER, Role.SQUAD_LEADER, Role.HEAD
    filing = {
        "party_kind": "organisation", "party_name": tale.party, "party_uscc": tale.uscc,
        "party_representative": "张示例", "party_address": tale.place, "party_phone": "13800000000",
        "officer_a": str(actors[worker].person_id), "officer_b": str(second.person_id),
        "reason": f"涉嫌{tale.act}，符合立案条件。", "no_interest": True,
    }  # fmt: skip
    agreed = {"opinion": "同意。"}
    yield worker, E.CHECK, lambda _now: {"opinion": "经现场核查，情况属实。"}, SOON
    yield worker, E.PROPOSE_FILING, lambda _now: filing, SOON
    yield leader, E.ENDORSE, lambda _now: agreed, SOON
    yield head, E.APPROVE_FILING, lambda _now: {"opinion": "同意立案。"}, SOON
    yield worker, E.RECORD_SCENE, lambda now: _scene(tale, now), DAY
    yield worker, E.ORDER_CORRECTION, _correction, SOON
    yield worker, E.CLOSE_INVESTIGATION, lambda _now: {"circumstances": "逾期未改正。"}, 6 * DAY
    yield worker, E.PROPOSE_PENALTY, _amount, SOON
    yield leader, E.ENDORSE, lambda _now: agreed, SOON
    yield head, E.APPROVE_PROPOSAL, lambda _now: agreed, SOON
    yield worker, E.NOTIFY, lambda now: _handed(tale, now), DAY
    yield worker, E.HEAR_STATEMENT, lambda _now: {"outcome": "waived"}, DAY
    yield worker, E.PROPOSE_DECISION, _amount, 6 * DAY
    yield leader, E.ENDORSE, lambda _now: agreed, SOON
    yield head, E.DECIDE, lambda _now: {"opinion": "同意处罚。"}, SOON
    yield worker, E.SERVE, lambda now: _handed(tale, now), DAY
    yield worker, E.RECORD_PAYMENT, _paid, 5 * DAY
    yield worker, E.PROPOSE_CLOSING, lambda _now: {"reason": "处罚决定已全部履行。"}, SOON
    yield leader, E.ENDORSE, lambda _now: agreed, SOON
    yield head, E.APPROVE_CLOSING, lambda _now: {"opinion": "同意结案。"}, SOON


def _scene(tale: Tale, now: datetime) -> dict[str, Any]:
    return {"from_at": now - timedelta(minutes=40), "to_at": now - timedelta(minutes=5),
            "place": tale.place, "weather": "晴", "present": "张示例（法定代表人）", "photos": 4,
            "findings": f"当事人{tale.act}，占用约18平方米。", "shown": True}  # fmt: skip


def _correction(now: datetime) -> dict[str, Any]:
    return {"demand": "立即停止违法行为，恢复道路原状。",
            "until_on": clock.local_day(now) + timedelta(days=5)}  # fmt: skip


def _amount(_now: datetime) -> dict[str, Any]:
    return {"amount": Decimal(2000), "mitigation": "eliminated",
            "reason": "当事人在调查期间主动清理现场，减轻了危害后果，依法从轻处罚。"}  # fmt: skip


def _handed(tale: Tale, now: datetime) -> dict[str, Any]:
    return {"way": "direct", "at": now - timedelta(minutes=10), "place": tale.place,
            "receiver": "张示例", "relation": "法定代表人"}  # fmt: skip


def _paid(now: datetime) -> dict[str, Any]:
    return {"amount": Decimal(2000), "receipt": "示例00012345", "paid_on": clock.local_day(now)}
