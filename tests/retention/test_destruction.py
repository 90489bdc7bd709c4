"""Preview, approval by another person, destruction in batches, tombstones and the certificate."""

from __future__ import annotations

import hashlib
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.incident.models import Incident
from enforcement.notices import Notice
from enforcement.people import tokens
from enforcement.people.models import ApiToken
from enforcement.retention import certificates, holds, queries, running, services
from enforcement.retention.holds import HoldIn
from enforcement.retention.models import (
    Destruction,
    DestructionCertificate,
    DestructionItem,
    DestructionState,
    HoldKind,
    ItemState,
)
from tests.asking import Calls, Pages, actor_of, as_owner, set_clock
from tests.retention.making import (
    COUNTY,
    KIND,
    approve,
    approved,
    closed_report,
    contact,
    proposed,
    run,
    signed_in,
)
from tests.web.test_query_counts import counted

GONE = (None, None, None, 0)


@pytest.fixture
def reports(county: Session) -> list[Incident]:
    """Three citizens' reports: two closed more than a year ago, one on the last day kept."""
    made = [closed_report(county, day) for day in ("2026-01-10", "2026-02-28", "2026-03-02")]
    set_clock(county, "2027-03-02 09:00")
    return made


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Batches of one record."""
    monkeypatch.setattr(running.batch, "__defaults__", (1,))


def found(session: Session, kind: str = KIND) -> queries.Preview:
    return next(one for one in queries.preview(session, COUNTY) if one.rule.kind == kind)


def hold(session: Session, kind: HoldKind, named: str, **more: object) -> None:
    what = HoldIn(kind, named, "行政诉讼", **more)  # type: ignore[arg-type]
    holds.place(session, actor_of(session, "fazhi"), what)


def items(session: Session, row: Destruction) -> dict[str, str]:
    query = select(DestructionItem.subject, DestructionItem.state).where(
        DestructionItem.destruction_id == row.id
    )
    return {one[0]: one[1] for one in session.execute(query)}


def certificate(session: Session, row: Destruction) -> DestructionCertificate:
    query = select(DestructionCertificate).where(DestructionCertificate.destruction_id == row.id)
    return session.scalars(query).one()


def test_the_preview_counts_what_is_due_and_what_is_held_back(
    county: Session, reports: list[Incident]
) -> None:
    one = found(county)
    assert (one.count, one.held) == (2, 0)
    assert (one.oldest, one.newest) == (reports[0].closed_at, reports[1].closed_at)
    assert one.rule.basis.startswith("个人信息保护法第十九条")
    hold(county, HoldKind.INCIDENT, reports[0].number)
    one = found(county)
    assert (one.count, one.held, one.oldest) == (1, 1, reports[1].closed_at)


def test_two_people_destroy_what_was_listed_and_a_certificate_says_so(
    county: Session, reports: list[Incident]
) -> None:
    row = approved(county)
    run(county, row)
    assert [contact(county, one) for one in reports[:2]] == [GONE, GONE]
    assert contact(county, reports[2])[3] == 1
    assert items(county, row) == {str(one.id): ItemState.DONE for one in reports[:2]}
    made = certificate(county, row)
    assert (made.rows, made.tombstones, made.held, made.changed) == (2, 2, 0, 0)
    assert (made.oldest_at, made.newest_at) == (reports[0].closed_at, reports[1].closed_at)
    people = [actor_of(county, one).name for one in ("xitong", "juzhang")]
    assert [made.proposed_name, made.decided_name] == people
    listed = "".join(f"{one}\n" for one in sorted(str(one.id) for one in reports[:2]))
    assert made.sha256 == hashlib.sha256(listed.encode()).digest()
    assert made.number == "XH2027-0001"
    assert certificates.is_true(county, made)
    acts = county.scalars(select(AuditLog.act).where(AuditLog.subject == str(row.id))).all()
    assert sorted(acts) == ["retention:approve", "retention:certificate", "retention:propose"]
    told = county.scalars(select(Notice.rule).where(Notice.kind == "retention")).all()
    assert sorted(told) == ["retention_approved"] * 2 + ["retention_done"] * 2 + [
        "retention_waiting"
    ]


def test_a_second_run_destroys_nothing(county: Session, reports: list[Incident]) -> None:
    row = approved(county)
    run(county, row)
    assert run(county, row) == 0
    assert running.batch(county, row) == 0
    assert county.scalar(select(func.count()).select_from(DestructionCertificate)) == 1
    assert found(county).count == 0
    with pytest.raises(InvalidInputError, match="没有到期"):
        proposed(county)


def test_a_hold_wins_over_an_approval(county: Session, reports: list[Incident]) -> None:
    row = approved(county)
    hold(county, HoldKind.INCIDENT, reports[0].number)
    run(county, row)
    assert contact(county, reports[0])[3] == 1
    assert contact(county, reports[1]) == GONE
    assert items(county, row)[str(reports[0].id)] == ItemState.HELD
    made = certificate(county, row)
    assert (made.rows, made.held, made.tombstones) == (1, 1, 1)


def test_a_record_that_changed_since_is_left_alone(
    county: Session, reports: list[Incident]
) -> None:
    row = approved(county)
    county.execute(
        text("update incident set state = 'handling', closed_at = null where id = :id"),
        {"id": reports[1].id},
    )
    run(county, row)
    assert contact(county, reports[1])[3] == 1
    assert items(county, row)[str(reports[1].id)] == ItemState.CHANGED
    assert (certificate(county, row).rows, certificate(county, row).changed) == (1, 1)


def test_what_falls_due_after_the_proposal_is_not_destroyed_with_it(
    county: Session, reports: list[Incident]
) -> None:
    row = proposed(county)
    set_clock(county, "2027-03-03 09:00")
    assert found(county).count == 3
    run(county, approve(county, row))
    assert contact(county, reports[2])[3] == 1
    assert certificate(county, row).rows == 2


@pytest.mark.usefixtures("small_batches")
def test_a_run_that_was_broken_off_goes_on_where_it_stood(
    county: Session, reports: list[Incident]
) -> None:
    row = approved(county)
    broken = county.begin_nested()
    assert running.batch(county, row) == 1
    broken.rollback()  # killed within a batch: nothing of it happened
    county.expire_all()
    assert set(items(county, row).values()) == {ItemState.WAITING}
    assert running.batch(county, row) == 1
    assert sorted(items(county, row).values()) == [ItemState.DONE, ItemState.WAITING]
    assert run(county, row) == 2  # one batch, and the certificate
    assert certificate(county, row).rows == 2


def test_a_refused_proposal_destroys_nothing(county: Session, reports: list[Incident]) -> None:
    row = proposed(county)
    services.decide(county, actor_of(county, "juzhang"), row.id, agree=False, reason="再核实")
    assert run(county, row) == 0
    assert contact(county, reports[0])[3] == 1
    with pytest.raises(StepNotAllowedError, match="已经有了决定"):
        approve(county, row)
    assert proposed(county).state == DestructionState.PROPOSED


def test_one_of_a_kind_is_under_way_at_a_time(county: Session, reports: list[Incident]) -> None:
    proposed(county)
    with pytest.raises(StepNotAllowedError, match="还没有办完"):
        proposed(county)


@pytest.mark.parametrize("who", ["juzhang", "fazhi", "anquan", "shenji", "zhifa1", "dadui"])
def test_only_the_system_administrator_proposes(county: Session, who: str) -> None:
    with pytest.raises(NotPermittedError):
        services.propose(county, actor_of(county, who), KIND, "x")


@pytest.mark.parametrize("who", ["xitong", "fazhi", "anquan", "shenji", "dadui"])
def test_only_the_head_approves(county: Session, reports: list[Incident], who: str) -> None:
    row = proposed(county)
    with pytest.raises(NotPermittedError):
        services.decide(county, actor_of(county, who), row.id, agree=True, reason="x")


def test_the_proposer_never_approves(county: Session, reports: list[Incident]) -> None:
    row = proposed(county)
    head = actor_of(county, "juzhang")
    county.execute(
        text("update destruction set proposed_by = :who where id = :id"),
        {"who": head.person_id, "id": row.id},
    )
    county.expire_all()
    with pytest.raises(NotPermittedError, match="提出人不能批准"):
        approve(county, row)


@pytest.mark.parametrize("who", ["xitong", "anquan", "shenji", "zhifa1"])
def test_only_the_head_and_the_reviewer_place_holds(county: Session, who: str) -> None:
    with pytest.raises(NotPermittedError):
        holds.place(county, actor_of(county, who), HoldIn(HoldKind.PERSON, "zhifa1", "x"))


@pytest.mark.parametrize(
    ("kind", "field"),
    [("case_file", "kind"), ("audit_log", "kind"), ("fix", "kind"), ("nothing", "kind")],
)
def test_what_is_kept_or_goes_by_the_rule_is_not_proposed(
    county: Session, kind: str, field: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        proposed(county, kind)
    assert refused.value.field == field


def test_a_reason_is_needed_and_unknown_rows_are_not_found(
    county: Session, reports: list[Incident]
) -> None:
    with pytest.raises(InvalidInputError, match="理由"):
        services.propose(county, actor_of(county, "xitong"), KIND, " ")
    with pytest.raises(NotFoundError):
        services.decide(county, actor_of(county, "juzhang"), uuid.uuid4(), agree=True, reason="x")


def test_sessions_and_tokens_go_after_their_months_but_not_a_held_persons(
    county: Session,
) -> None:
    old = {who: signed_in(county, who, "2026-01-31") for who in ("zhifa1", "zhifa2")}
    kept = signed_in(county, "zhifa1", "2026-03-01")
    set_clock(county, "2026-08-01 09:00")
    hold(county, HoldKind.PERSON, "zhifa2")
    assert (found(county, "session").count, found(county, "session").held) == (1, 1)
    row = approved(county, "session")
    run(county, row)
    left = set(county.scalars(text("select id from signed_in where address = '192.0.2.9'")))
    assert left == {old["zhifa2"].id, kept.id}


def test_a_token_that_still_opens_is_never_due(county: Session, call: Calls) -> None:
    call("zhifa1", "GET", "/me")
    [token] = county.scalars(select(ApiToken))
    before = found(county, "token").count
    tokens.revoke(county, actor_of(county, "zhifa1"), token.id)
    county.flush()
    set_clock(county, "2036-01-01 09:00")
    assert found(county, "token").count == before + 1


# --- what the database keeps --------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "update destruction_item set rows = 5",
        "update destruction_item set state = 'waiting', done_at = null",
        "delete from destruction_item",
        "update destruction_certificate set rows = 0",
        "delete from destruction_certificate",
        "delete from destruction",
        "update destruction set decided_by = proposed_by where state = 'running'",
    ],
)
def test_tombstones_and_certificates_are_final(
    county: Session, reports: list[Incident], sql: str
) -> None:
    row = approved(county)
    if "running" not in sql:
        run(county, row)
    with pytest.raises(IntegrityError), county.begin_nested(), as_owner(county):
        county.execute(text(sql))


def test_a_certificate_shows_when_its_tombstones_were_touched(
    county: Session, reports: list[Incident]
) -> None:
    row = approved(county)
    run(county, row)
    made = certificate(county, row)
    with as_owner(county):
        county.execute(text("alter table destruction_item disable trigger user"))
        county.execute(
            text("update destruction_item set subject = :new where subject = :old"),
            {"new": str(uuid.uuid4()), "old": str(reports[0].id)},
        )
    assert not certificates.is_true(county, made)


# --- pages, calls -------------------------------------------------------------------------------


def test_pages_from_the_preview_to_the_certificate(
    county: Session, page: Pages, reports: list[Incident]
) -> None:
    county.commit()
    admin, head, auditor = page("xitong"), page("juzhang"), page("shenji")
    html = admin.get("/retention").text
    assert "群众上报的联系方式" in html
    assert "审计日志和查看轨迹的记录" in html
    refused = admin.post("/retention/propose", data={"kind": KIND, "reason": ""})
    assert (refused.status_code, "请写明理由" in refused.text) == (422, True)
    data = {"kind": KIND, "reason": "保存期满"}
    assert admin.post("/retention/propose", data=data).status_code == 302
    [row] = county.scalars(select(Destruction).where(Destruction.month.is_(None)))
    assert "批准销毁" not in admin.get("/retention").text
    assert "批准销毁" in head.get("/retention").text
    answer = head.post(f"/retention/{row.id}/decide", data={"do": "agree", "reason": "同意"})
    assert answer.status_code == 302
    run(county, row)
    county.commit()
    made = certificate(county, row)
    assert made.number in auditor.get("/retention/certificates").text
    shown = auditor.get(f"/retention/certificates/{made.id}").text
    assert "条数和校验码与销毁登记一致" in shown
    assert made.sha256.hex() in shown
    assert "销毁已完成" in admin.get("/notices").text


def test_holds_are_placed_and_released_by_pages(
    county: Session, page: Pages, reports: list[Incident]
) -> None:
    county.commit()
    reviewer = page("fazhi")
    assert "没有保全的资料" in reviewer.get("/retention/holds").text
    data = {"kind": "incident", "named": reports[0].number, "reason": "行政复议"}
    wrong = reviewer.post("/retention/holds", data=data | {"named": "SJ0"})
    assert (wrong.status_code, "没有这个编号或者用户名" in wrong.text) == (422, True)
    days = reviewer.post("/retention/holds", data={"kind": "tracks", "reason": "x"})
    assert "保全轨迹须写明起止日期" in days.text
    assert reviewer.post("/retention/holds", data=data).status_code == 302
    assert found(county).held == 1
    [row] = queries.list_holds(county, COUNTY)
    answer = reviewer.post(f"/retention/holds/{row.id}/release", data={"reason": "已结案"})
    assert answer.status_code == 302
    assert (found(county).held, found(county).count) == (0, 2)
    again = reviewer.post(f"/retention/holds/{row.id}/release", data={"reason": "已结案"})
    assert again.status_code == 409


def test_calls_do_what_the_pages_do(county: Session, call: Calls, reports: list[Incident]) -> None:
    county.commit()
    told = call("xitong", "GET", "/retention").get_json()
    [one] = [one for one in told["kinds"] if one["kind"] == KIND]
    assert (one["count"], one["months"], one["deed"]) == (2, 12, "anonymise")
    made = call("xitong", "POST", "/retention", json={"kind": KIND, "reason": "期满"})
    assert (made.status_code, made.get_json()["count"]) == (201, 2)
    where = f"/retention/{made.get_json()['id']}/decide"
    assert call("xitong", "POST", where, json={"agree": True, "reason": "x"}).status_code == 403
    answer = call("juzhang", "POST", where, json={"agree": True, "reason": "同意"})
    assert answer.get_json()["state"] == "running"
    held = {"kind": "incident", "named": reports[0].number, "reason": "复议"}
    placed = call("fazhi", "POST", "/retention/holds", json=held)
    assert placed.status_code == 201
    [row] = county.scalars(select(Destruction).where(Destruction.month.is_(None)))
    run(county, row)
    county.commit()
    [listed] = call("shenji", "GET", "/retention/certificates").get_json()["certificates"]
    assert (listed["rows"], listed["held"]) == (1, 1)
    shown = call("shenji", "GET", f"/retention/certificates/{listed['id']}").get_json()
    assert shown["agrees"] is True
    release = f"/retention/holds/{placed.get_json()['id']}/release"
    assert call("fazhi", "POST", release, json={"reason": "撤回"}).get_json()["released_at"]
    assert call("juzhang", "GET", "/retention/holds").get_json()["holds"][0]["released_why"]


def test_the_preview_costs_one_statement_a_kind(
    demo_app: Flask, county: Session, page: Pages, reports: list[Incident]
) -> None:
    county.commit()
    browser, sent_first = page("xitong"), 0
    browser.get("/retention")
    with counted(demo_app) as sent:
        browser.get("/retention")
    sent_first = len(sent)
    proposed(county)
    county.commit()
    with counted(demo_app) as sent:
        browser.get("/retention")
    assert len(sent) <= sent_first + 1
