"""A seizure, a preservation that lapsed, and two penalties on the spot, for the demonstration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.demo.numbers import id_number
from enforcement.law.errors import CalendarExhaustedError
from enforcement.law.measure_terms import MeasureEvent as M
from enforcement.law.spot_terms import SpotEvent
from enforcement.law.terms import Role
from enforcement.measure import services, watching
from enforcement.measure.models import Measure
from enforcement.notices import Notice
from enforcement.spot import services as spot

Shift = Callable[[timedelta], None]
DAY: Final = timedelta(days=1)
CONFIRMED: Final = {"involved": True, "not_living": True, "not_sealed": True, "milder": True}
AGREED: Final = {"opinion": "同意。"}


def play(
    session: Session, actors: dict[Role, Actor], second: Actor, shift: Shift, photo: bytes
) -> int:
    """Play the measures and the penalties; `shift` moves the clock back. Return how many."""
    try:
        with session.begin_nested():
            _seizure(session, actors, shift, photo)
            _preservation(session, actors, shift)
            _on_the_spot(session, actors, second, shift)
    except CalendarExhaustedError:  # a demonstration in a year whose holidays are not known yet
        return 0
    return 4


def _case(session: Session, county_code: str, act: str) -> CaseFile:
    wanted = (CaseFile.county_code == county_code, CaseFile.act == act)
    return session.scalars(select(CaseFile).where(*wanted)).one()


def _take(
    session: Session, actors: dict[Role, Actor], case: CaseFile, said: dict[str, Any], back: Shift
) -> Measure:
    """Propose, approve and carry out a measure; back -- called before each act."""
    officer, head = actors[Role.OFFICER], actors[Role.HEAD]
    back(timedelta(hours=2))
    measure = services.make(session, officer, case.id, M.PROPOSE, said | CONFIRMED)
    back(timedelta(hours=1))
    services.carry_out(session, head, measure.id, M.APPROVE, AGREED)
    back(timedelta())
    taking = {
        "at": clock.now(session), "told": True, "plea": "无。", "video": "示例记录仪01",
        "record": "当场清点物品，当事人在场。", "receiver": "张示例",
    }  # fmt: skip
    services.carry_out(session, officer, measure.id, M.CARRY_OUT, taking)
    return measure


def _seizure(session: Session, actors: dict[Role, Actor], shift: Shift, photo: bytes) -> None:
    officer = actors[Role.OFFICER]
    case = _case(session, officer.county_code, "随意弃置病死猪")
    said = {
        "kind": "seize", "place": case.place, "reason": "病死猪未作无害化处理，运输车辆须查扣。",
        "items": "病死猪，，3头，已腐败\n厢式货车，示例牌，1辆，车身完好",
    }  # fmt: skip
    measure = _take(session, actors, case, said, lambda more: shift(10 * DAY + more))
    shift(10 * DAY - timedelta(hours=2))
    kept = {
        "items": "2", "at": clock.now(session), "place": "中队停车场", "from_name": officer.name,
        "to_name": "李示例（保管员）", "condition": "完好",
    }  # fmt: skip
    services.carry_out(session, officer, measure.id, M.KEEP, kept, photo=photo)


def _preservation(session: Session, actors: dict[Role, Actor], shift: Shift) -> None:
    case = _case(session, actors[Role.OFFICER].county_code, "店外摆放桌椅占用道路")
    shift(timedelta())
    real = clock.now(session)
    said = {
        "kind": "preserve", "place": case.place, "reason": "桌椅可能被转移，以后难以取得。",
        "items": "折叠桌，，6张，完好\n塑料椅，红色，24把，完好",
    }  # fmt: skip
    measure = _take(session, actors, case, said, lambda more: shift(18 * DAY + more))
    if measure.due_on is None or measure.due_on >= clock.local_day(real):
        return  # holidays lie between: it has not lapsed yet
    over = datetime.combine(measure.due_on + DAY, datetime.min.time(), ZONE)
    shift(real - over - timedelta(minutes=1))
    watching.lapse(session, case, measure)
    told = update(Notice).where(Notice.subject_id == measure.id)
    session.execute(
        told.values(seen_at=Notice.at, heard_at=Notice.at)
    )  # days ago: it rings no more
    watching.plan(session, measure)


def _on_the_spot(session: Session, actors: dict[Role, Actor], second: Actor, shift: Shift) -> None:
    officer = actors[Role.OFFICER]
    township = actors[Role.AUXILIARY].area_codes[0][:9]

    def decide(days: int, **change: Any) -> Any:
        shift(days * DAY)
        said: dict[str, Any] = {
            "matter_code": "M12", "act": "占用人行道摆摊卖菜，经劝离后离开。",
            "evidence": "现场照片两张\n执法记录仪录像", "place": "示例北街5号",
            "place_code": township, "acted_at": clock.now(session) - timedelta(minutes=20),
            "party_kind": "person", "party_name": "孙示例", "party_id_number": id_number(901),
            "party_address": "示例村", "officer_a": str(officer.person_id),
            "officer_b": str(second.person_id), "kind": "fine", "amount": Decimal(50),
            "certain": True, "told": True, "plea": "none", "receiver": "孙示例",
            "no_interest": True,
        }  # fmt: skip
        return spot.decide(session, officer, said | change)

    first = decide(8)
    acts: tuple[tuple[SpotEvent, int, dict[str, Any]], ...] = (
        (SpotEvent.COLLECT, 8, {"ground": "small", "receipt": "示例00000101"}),
        (SpotEvent.HAND_IN, 7, {"receiver": "局财务室"}),
        (SpotEvent.REPORT, 7, {"receiver": "局法制科"}),
        (SpotEvent.CLOSE, 6, {"reason": "罚款已缴，已备案。"}),
    )
    for event, days, said in acts:
        shift(days * DAY)
        more = {"handed_in_on": clock.today(session)} if event is SpotEvent.HAND_IN else {}
        spot.carry_out(session, officer, first.id, event, said | more)
    decide(
        1, place="示例北街9号", party_name="周示例", party_id_number=id_number(902),
        amount=Decimal(200), act="在人行道堆放建材，影响通行。", receiver="周示例",
        plea="not_accepted", plea_text="称马上清理；堆放已半日，意见不予采纳。",
    )  # fmt: skip
