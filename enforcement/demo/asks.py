"""What villagers asked for in one township, half of it done and called back."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.jurisdiction.models import Division
from enforcement.jurisdiction.terms import Level as DivisionLevel
from enforcement.law.ledger import AskEvent, AskKind
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
WRITERS: Final = ("fujing", "jiexian")


def load(session: Session, county_code: str) -> int:
    """Write thirty asks down, half of them done and called back; return how many, once only."""
    mine = select(func.count()).select_from(Ask).where(Ask.county_code == county_code)
    if session.scalar(mine):
        return 0
    today = clock.today(session)
    kinds, count = list(AskKind), 0
    for n in range(30):
        actor = people.find_actor_by_name(session, WRITERS[n % len(WRITERS)])
        if actor is None:
            return count
        matter, promise = MATTERS[n % len(MATTERS)]
        said = Said(
            kind=kinds[n % len(kinds)], matter=matter, promise=promise,
            asked_on=today - timedelta(days=n % 9),
            village_code=_village(session, actor, n),
        )  # fmt: skip
        ask = services.record(session, actor, said)
        count += 1
        if n % 2:
            services.act(session, actor, ask.id, AskEvent.FINISH, Told(note="已经办好。"))
        if n % 4 == 1:
            services.act(
                session, actor, ask.id, AskEvent.CALL_BACK, Told(score=4 + n % 2, note="满意。")
            )
    return count


def _village(session: Session, actor: Actor, n: int) -> str | None:
    """Return a village of the writer's own area, one after another."""
    own = actor.area_codes[0]
    found = session.scalars(
        select(Division.code)
        .where(
            Division.county_code == actor.county_code, Division.level == DivisionLevel.VILLAGE,
            Division.code.startswith(own),
        )
        .order_by(Division.code)
    ).all()  # fmt: skip
    return found[n % len(found)] if found else None
