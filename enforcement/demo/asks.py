"""What villagers asked for in several townships: half of it done and called back, some overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.terms import Level as DivisionLevel
from enforcement.law.ledger import ASSISTED, AskEvent, AskKind
from enforcement.ledger import people as near
from enforcement.ledger import services
from enforcement.ledger.models import Ask
from enforcement.ledger.services import Said, Told
from enforcement.people import queries as people

MATTERS: Final = (
    ("路灯不亮，晚上走路不方便。", "联系电工来修。"),
    ("低保材料不知道怎么交。", "帮助整理材料，送到大厅。"),
    ("邻居家排水流到院子里。", "上门说和。"),
    ("老人行动不便，需要代取药。", "每周一代取。"),
    ("村口垃圾没有人收。", "请保洁员每天清运。"),
    ("机井水泵坏了，影响浇地。", "报水利站检修。"),
)
SURNAMES: Final = "王李张刘陈杨赵"
WRITERS: Final = ("fujing", "jiexian")
COUNTY_WRITER: Final = "zhihui"
ASKS: Final = 30
TOWNSHIPS: Final = 4
IN_EACH: Final = 5
DAYS: Final = 24
"""How far back the first ask lies; a promise has five working days, so the older ones are late."""


def load(session: Session, county_code: str) -> int:
    """Write some fifty asks of the last weeks down; return how many, once only.

    The database clock is moved back inside this transaction, so that each bears its own day.
    """
    mine = select(func.count()).select_from(Ask).where(Ask.county_code == county_code)
    if session.scalar(mine):
        return 0
    before = session.execute(text("select shift from clock_shift")).scalar_one()
    morning = datetime.combine(clock.today(session), time(9, 40), clock.ZONE)
    ahead = max(clock.now(session) - morning, timedelta(0))

    def go_back(days: int) -> None:
        moved = before - timedelta(days=days) - (ahead if days else timedelta(0))
        session.execute(text("update clock_shift set shift = :shift"), {"shift": moved})

    try:
        count = _own(session, go_back) + _others(session, county_code, go_back)
    finally:
        go_back(0)
    _forget_past(session, county_code)
    return count


def _forget_past(session: Session, county_code: str) -> None:
    """Take back reminders whose moment lies before today: nobody was there to be reminded."""
    session.execute(
        text("update due_step set state = 'cancelled', ended_at = app_now() where state = 'waiting'"
             " and county_code = :county and task = 'ledger:remind' and due_at <= app_now()"),
        {"county": county_code},
    )  # fmt: skip


def _own(session: Session, go_back: Callable[[int], None]) -> int:
    """Write down what the township of the demonstration accounts was asked."""
    count = 0
    for n in range(ASKS):
        actor = people.find_actor_by_name(session, WRITERS[n % len(WRITERS)])
        if actor is None:
            return count
        go_back(DAYS - DAYS * n // ASKS if n % 6 == 0 else 9 - n % 9)
        _one(session, actor, n, _village(session, actor.county_code, actor.area_codes[0], n))
        count += 1
    return count


def _others(session: Session, county_code: str, go_back: Callable[[int], None]) -> int:
    """Write down what the command centre was asked of other townships; some stays overdue."""
    actor = people.find_actor_by_name(session, COUNTY_WRITER)
    auxiliary = people.find_actor_by_name(session, WRITERS[0])
    if actor is None or auxiliary is None:
        return 0
    towns = session.scalars(
        select(Division.code)
        .where(
            Division.county_code == county_code, Division.level == DivisionLevel.TOWNSHIP,
            Division.code != auxiliary.area_codes[0][:9],
        )
        .order_by(Division.code)
        .limit(TOWNSHIPS)
    ).all()  # fmt: skip
    for n in range(len(towns) * IN_EACH):
        go_back(DAYS - n)
        _one(session, actor, n, _village(session, county_code, towns[n % len(towns)], n))
    return len(towns) * IN_EACH


def _one(session: Session, actor: Actor, n: int, village: str | None) -> None:
    """Write one ask down and, for every second one, what became of it."""
    matter, promise = MATTERS[n % len(MATTERS)]
    kind = list(AskKind)[n % len(AskKind)]
    found = near.for_actor(session, actor, village)
    helper = found[n % len(found)].person_id if found and kind in ASSISTED else None
    keeper = found[0].person_id if found and actor.username == COUNTY_WRITER else None
    said = Said(
        kind=kind, matter=matter, promise=promise, asked_on=clock.today(session),
        village_code=village, handler_id=keeper, agent_id=helper,
        visitor=f"{SURNAMES[n % len(SURNAMES)]}某", phone=f"1390434{n:04d}",
    )  # fmt: skip
    ask = services.record(session, actor, said)
    if n % 2:
        services.act(session, actor, ask.id, AskEvent.FINISH, Told(note="已经办好。"))
    if n % 4 == 1:
        services.act(
            session, actor, ask.id, AskEvent.CALL_BACK, Told(score=4 + n % 2, note="满意。")
        )


def _village(session: Session, county_code: str, area: str, n: int) -> str | None:
    """Return a village of an area, one after another."""
    found = session.scalars(
        select(Division.code)
        .where(
            Division.county_code == county_code, Division.level == DivisionLevel.VILLAGE,
            Division.code.startswith(area),
        )
        .order_by(Division.code)
    ).all()  # fmt: skip
    return found[n % len(found)] if found else None
