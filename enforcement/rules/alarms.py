"""A rule that has failed is told to the system administrators: once a day, not a thousand times."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import alarms, notices
from enforcement.alarms import AlarmKind, Cause
from enforcement.ids import uuid7
from enforcement.rules.models import RuleAlarm

KIND: Final = "rule"


def tell(
    session: Session, county_code: str, on: date, broken: Iterable[Mapping[str, Any]]
) -> list[uuid.UUID]:
    """Tell of failed rules (id, name, broken) that were not told of on this day; return their ids.

    Two reports at once tell only once: the row of the day is taken by the first. Each has an
    alarm open until it is mended.
    """
    told: dict[uuid.UUID, Cause] = {}
    for one in sorted(broken, key=lambda rule: str(rule["id"])):
        taken = session.execute(
            insert(RuleAlarm)
            .values(
                county_code=county_code, id=uuid7(), rule_id=one["id"], on_day=on,
                why=one["broken"],
            )
            .on_conflict_do_nothing()
            .returning(RuleAlarm.rule_id)
        ).first()  # fmt: skip
        if taken is not None:
            told[taken.rule_id] = Cause(one["name"], tuple(one["broken"]))
            _send(session, county_code, on, taken.rule_id, one)
    alarms.raise_for(session, county_code, AlarmKind.RULE, told)
    return list(told)


def _send(
    session: Session, county_code: str, on: date, rule_id: uuid.UUID, one: Mapping[str, Any]
) -> None:
    for person_id in alarms.administrators(session, county_code, on):
        notices.send(
            session, county_code, person_id, KIND, rule_id,
            does="notify", rule="rule_failed", name=one["name"], why=one["broken"],
        )  # fmt: skip
