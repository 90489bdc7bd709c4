"""Break-glass access takes two people, one object and an end time; the database says so, too."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.audit import AuditLog
from enforcement.db import transaction
from enforcement.errors import (
    DomainError,
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.glass import queries, services
from enforcement.glass.models import GlassGrant, GlassKind, GlassState
from enforcement.ids import uuid7
from enforcement.law.staff import ADMINISTRATORS
from enforcement.law.terms import Role
from enforcement.notices import Notice
from enforcement.people.models import Account, Person, Post, Unit
from enforcement.permissions import PERMISSIONS_OF, Permission
from tests.asking import actor_of, set_clock
from tests.case.making import filed_case, reported
from tests.glass.asking import REASON, asked, opened

COUNTY = "220322"
CASE, INCIDENT = GlassKind.CASE, GlassKind.INCIDENT


def told(session: Session, who: str) -> list[str]:
    """Return the rules of somebody's notices of grants, in order."""
    person = actor_of(session, who).person_id
    query = select(Notice.rule).where(Notice.person_id == person, Notice.kind == "glass")
    return list(session.scalars(query.order_by(Notice.at, Notice.id)))


def decide(session: Session, who: str, grant: GlassGrant, *, agree: bool = True) -> GlassGrant:
    return services.decide(session, actor_of(session, who), grant.id, agree=agree, reason="可以")


@pytest.mark.parametrize("who", ["fujing", "zhifa1", "fazhi", "juzhang", "shenji"])
def test_who_has_no_such_need_cannot_ask(county: Session, who: str) -> None:
    case = filed_case(county)
    with pytest.raises(NotPermittedError):
        asked(county, who, case)


@pytest.mark.parametrize("who", ["zhifa1", "zhongdui", "dadui", "xitong", "shenji", "zhihui"])
def test_only_the_head_and_the_security_administrator_decide(county: Session, who: str) -> None:
    grant = asked(county, "xitong", filed_case(county))
    with pytest.raises(NotPermittedError):
        decide(county, who, grant)
    assert grant.state == GlassState.ASKED


def test_the_asker_never_decides_nor_does_another_of_his_role(county: Session) -> None:
    grant = asked(county, "anquan", filed_case(county))
    with pytest.raises(NotPermittedError, match="另一人"):
        decide(county, "anquan", grant)
    second = replace(actor_of(county, "anquan"), person_id=uuid.uuid4(), account_id=uuid.uuid4())
    with pytest.raises(NotPermittedError, match="行政机关负责人"):
        services.decide(county, second, grant.id, agree=True, reason="可以")
    assert decide(county, "juzhang", grant).decided_name == actor_of(county, "juzhang").name


def test_the_same_person_by_another_account_is_refused(county: Session) -> None:
    grant = asked(county, "xitong", filed_case(county))
    twin = replace(actor_of(county, "juzhang"), person_id=grant.person_id)
    with pytest.raises(NotPermittedError, match="另一人"):
        services.decide(county, twin, grant.id, agree=True, reason="可以")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": "AJ0"}, "number"),
        ({"reason": "  "}, "reason"),
        ({"reason": "长" * 501}, "reason"),
        ({"hours": 0}, "until"),
        ({"hours": 4.01}, "until"),
    ],
)
def test_a_request_names_an_object_a_reason_and_an_end(
    county: Session, change: dict[str, Any], field: str
) -> None:
    case = filed_case(county)
    with pytest.raises(InvalidInputError) as refused:
        asked(county, "xitong", case, **change)
    assert refused.value.field == field


def test_a_refusal_opens_nothing_and_says_why(county: Session) -> None:
    case = filed_case(county)
    grant = asked(county, "xitong", case)
    with pytest.raises(InvalidInputError, match="理由"):
        services.decide(county, actor_of(county, "anquan"), grant.id, agree=False, reason=" ")
    decide(county, "anquan", grant, agree=False)
    assert (grant.state, grant.decided_why) == (GlassState.REFUSED, "可以")
    assert (
        queries.find_standing(county, actor_of(county, "xitong"), GlassKind.CASE, case.id) is None
    )
    with pytest.raises(StepNotAllowedError, match="已经有了结果"):
        decide(county, "juzhang", grant)
    assert told(county, "xitong") == ["glass_mine_refused"]
    assert told(county, "shenji") == ["glass_asked", "glass_refused"]


def test_an_answer_that_comes_too_late_opens_nothing(county: Session) -> None:
    grant = asked(county, "xitong", filed_case(county), hours=1)
    set_clock(county, "2026-03-03 10:05")
    with pytest.raises(StepNotAllowedError, match="截止时间已过"):
        decide(county, "juzhang", grant)


def test_each_step_is_logged_and_told(county: Session) -> None:
    grant = asked(county, "xitong", filed_case(county))
    assert told(county, "juzhang") == told(county, "anquan") == ["glass_waiting"]
    decide(county, "anquan", grant)
    services.end(county, actor_of(county, "anquan"), grant.id)
    assert told(county, "shenji") == ["glass_asked", "glass_agreed", "glass_ended"]
    assert told(county, "xitong") == ["glass_mine_agreed", "glass_mine_ended"]
    acts = county.scalars(select(AuditLog.act).where(AuditLog.subject == str(grant.id))).all()
    assert sorted(acts) == ["glass:agree", "glass:ask", "glass:end"]


@pytest.mark.parametrize(("who", "may"), [("xitong", True), ("juzhang", True), ("anquan", False),
                                          ("shenji", False), ("dadui", False)])  # fmt: skip
def test_the_asker_and_who_agreed_end_it_and_nobody_else(
    county: Session, who: str, may: bool
) -> None:
    grant = opened(county, "xitong", filed_case(county))
    actor = actor_of(county, who)
    if not may:
        with pytest.raises(NotFoundError):
            services.end(county, actor, grant.id)
        return
    assert services.end(county, actor, grant.id).state == GlassState.ENDED
    with pytest.raises(StepNotAllowedError):
        services.end(county, actor, grant.id)


def test_its_time_ends_it_without_anybody(
    demo_app: Flask, county: Session, work_all: Callable[[], None]
) -> None:
    incident = reported(county)
    grant = opened(county, "xitong", incident, by="anquan", hours=1)
    who = actor_of(county, "xitong")
    assert queries.find_standing(county, who, GlassKind.INCIDENT, incident.id) is not None
    set_clock(county, "2026-03-02 10:35")
    assert queries.find_standing(county, who, GlassKind.INCIDENT, incident.id) is None
    county.commit()
    work_all()
    county.refresh(grant)
    assert (grant.state, grant.ended_at, grant.ended_name) == ("lapsed", grant.until, None)
    assert told(county, "shenji")[-1] == "glass_ended"
    assert told(county, "xitong")[-1] == "glass_mine_ended"


def test_a_grant_stands_for_its_account_and_object_only(county: Session) -> None:
    case, incident = filed_case(county), reported(county)
    opened(county, "xitong", case)
    closed = (("xitong", CASE, uuid.uuid4()), ("xitong", INCIDENT, case.id),
              ("xitong", INCIDENT, incident.id), ("dadui", CASE, case.id))  # fmt: skip
    for who, kind, object_id in closed:
        found = queries.find_standing(county, actor_of(county, who), kind, object_id)
        assert found is None, (who, kind)
    found = queries.find_standing(county, actor_of(county, "xitong"), GlassKind.CASE, case.id)
    assert found is not None


@pytest.mark.parametrize(
    "sql",
    [
        "update glass_grant set decided_by_person = person_id where id = :id",
        "update glass_grant set until = until + interval '1 day' where id = :id",
        "update glass_grant set account_id = account_id, reason = 'x' where id = :id",
        "update glass_grant set kind = 'incident' where id = :id",
        "delete from glass_grant where id = :id",
    ],
)
def test_the_database_keeps_what_was_granted(county: Session, sql: str) -> None:
    grant = opened(county, "xitong", filed_case(county))
    with pytest.raises(IntegrityError), county.begin_nested():
        county.execute(text(sql), {"id": grant.id})


def test_the_database_lets_nobody_be_two_administrators(county: Session) -> None:
    for username in ("xitong", "anquan", "shenji"):
        account = county.query(Account).filter_by(username=username).one()
        unit = county.query(Unit).filter_by(code="01.01").one()
        mine = county.get_one(Post, (COUNTY, account.post_id))
        for role in ADMINISTRATORS - {Role(mine.role)}:
            post = Post(county_code=COUNTY, id=uuid7(), person_id=account.person_id,
                        unit_id=unit.id, role=role, valid_from=date(2026, 3, 2))  # fmt: skip
            nested = county.begin_nested()
            county.add(post)
            with pytest.raises(IntegrityError, match="ex_post_administrator"):
                county.flush()
            nested.rollback()


def test_one_may_become_another_administrator_once_the_first_post_has_ended(
    county: Session,
) -> None:
    account = county.query(Account).filter_by(username="shenji").one()
    mine = county.get_one(Post, (COUNTY, account.post_id))
    mine.valid_to = date(2026, 3, 2)
    county.flush()
    county.add(
        Post(county_code=COUNTY, id=uuid7(), person_id=account.person_id, unit_id=mine.unit_id,
             role=Role.SECURITY_ADMIN, valid_from=date(2026, 3, 2))
    )  # fmt: skip
    county.flush()
    assert county.get_one(Person, (COUNTY, account.person_id)).name


def test_the_three_administrators_share_no_right_upon_each_other() -> None:
    shared = {Permission.SELF, Permission.POWER_READ, Permission.RETENTION_READ}
    system, security, audit = (
        PERMISSIONS_OF[role] for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    )
    assert audit & (system | security) == shared  # of destruction they see counts only
    assert system & security <= shared | {Permission.PEOPLE_READ, Permission.GLASS_ASK}


def test_of_two_deciders_at_once_one_counts(live_app: Flask) -> None:
    with live_app.app_context(), transaction() as session:
        number = session.scalar(text("select number from incident order by id limit 1"))
        until = clock.now(session) + timedelta(hours=2)
        what = services.Request(GlassKind.INCIDENT, str(number), REASON, until)
        grant_id = services.ask(session, actor_of(session, "xitong"), what).id
    start, answers = threading.Barrier(2), []

    def press(who: str, agree: bool) -> None:
        with live_app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    actor = actor_of(session, who)
                    row = services.decide(session, actor, grant_id, agree=agree, reason="是")
                    answers.append(row.state)
            except DomainError as refused:
                answers.append(type(refused))

    threads = [threading.Thread(target=press, args=one)
               for one in (("juzhang", True), ("anquan", False))]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert StepNotAllowedError in answers
    [won] = [one for one in answers if one is not StepNotAllowedError]
    with live_app.app_context(), transaction() as session:
        assert queries.get(session, COUNTY, grant_id).state == won
