"""What changed in rows is written by the database itself, and what went past it is found."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.people.models import Account, Person
from enforcement.trail import chain, checkpoints
from enforcement.trail.chain import Chain, Fault
from enforcement.trail.models import RowChange, RowLink
from tests.asking import Calls, Pages, actor_of, as_owner
from tests.case.making import filed_case
from tests.web.test_query_counts import counted

COUNTY = "220322"
MACHINES = {
    "accepted_key": "keys of what was taken in once", "area": "drawn anew with each edition",
    "audit_checkpoint": "the chain itself, signed", "audit_head": "the chain itself",
    "audit_link": "the chain itself", "audit_log": "a chain of its own",
    "beat_visit": "reckoned from positions",
    "briefing_filed": "made by the worker, content by its hash", "cell_village": "reckoned",
    "check_in": "only grows, and ends with its time of keeping",
    "clock_shift": "moved by tests",
    "destruction_item": "tombstones, kept by a trigger of their own",
    "device_name": "follows device", "device_state": "positions",
    "division": "the official list, imported", "drill_target": "follows drill",
    "due_step": "the worker's queue", "event": "the stream's queue", "fix": "positions",
    "gpx_file": "an import of positions", "import_upload": "waits for its import",
    "incident_text": "words to search by", "indicator_day": "reckoned",
    "indicator_mark": "reckoned", "indicator_row": "reckoned", "map_cell": "reckoned",
    "map_change": "reckoned", "map_dim": "reckoned", "notice": "the queue of notices",
    "number_counter": "a counter", "patrol_coverage": "reckoned", "patrol_wish": "reckoned",
    "plan_run": "a run of the planner", "post_away": "reckoned from positions",
    "presence_cell": "reckoned", "print_job": "a run of the printer", "proof_look": "a mark",
    "rate_count": "a counter", "recovery_code": "used once", "road": "an imported file",
    "road_file": "an imported file", "road_place": "reckoned", "road_time": "reckoned",
    "row_change": "the chain itself", "row_head": "the chain itself",
    "row_link": "the chain itself", "row_watched": "the chain itself",
    "sign_in_guard": "a counter", "signed_in": "sessions; acts stand in the log",
    "stop_alarm": "reckoned", "todo_item": "reckoned", "track": "reckoned",
    "track_village": "reckoned", "upload": "waits for its report",
}  # fmt: skip
TABLES = text("""
select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace
and c.relkind in ('r', 'p') and not c.relispartition
and c.relname not in ('spatial_ref_sys', 'alembic_version')
and not exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'watched_update')
""")


@pytest.fixture
def linked(county: Session) -> Session:
    """The demonstration county, whose changes are linked at once and not only at the commit."""
    county.execute(text("set constraints all immediate"))
    return county


def changes(session: Session, table: str) -> list[RowChange]:
    query = (
        select(RowChange)
        .join(RowLink, RowLink.change_id == RowChange.id)
        .where(RowChange.table_name == table)
        .order_by(RowLink.seq)
    )
    return list(session.scalars(query))


def test_every_table_is_watched_or_only_grows_or_holds_nobodys_acts(county: Session) -> None:
    assert set(county.scalars(TABLES)) == set(MACHINES)


def test_a_change_says_who_what_stood_there_and_what_stands_there(
    linked: Session,
) -> None:
    case = filed_case(linked)
    linked.expire_all()
    before = len(changes(linked, "case_file"))
    linked.execute(text("set local app.account = :who"), {"who": str(uuid.UUID(int=7))})
    linked.execute(text("update case_file set place = '别处' where id = :id"), {"id": case.id})
    made = changes(linked, "case_file")[before:]
    assert [(one.act, one.account_id, one.keys) for one in made] == [
        ("update", uuid.UUID(int=7), [str(case.id)])]  # fmt: skip
    [row] = made[0].rows
    assert (row["before"], row["after"]) == ({"place": case.place}, {"place": "别处"})
    linked.execute(text("update case_file set place = '别处' where id = :id"), {"id": case.id})
    assert len(changes(linked, "case_file")) == before + 1, "nothing changed, nothing is written"


def test_an_act_through_the_pages_bears_its_account_and_request(
    linked: Session, page: Pages
) -> None:
    linked.execute(text("set local app.account = ''"))
    closed = actor_of(linked, "xieguan")
    answer = page("anquan").post(
        f"/accounts/{closed.account_id}/close", data={"reason": "离岗"},
        headers={"X-Request-Id": "request-of-a-test"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.text[:300]
    made = changes(linked, "account")[-1]
    assert (made.account_id, made.request) == (
        actor_of(linked, "anquan").account_id, "request-of-a-test")  # fmt: skip
    assert made.rows[0]["after"]["active"] is False


def test_secrets_and_what_is_encrypted_are_never_written_out(linked: Session) -> None:
    linked.execute(text("update account set password_hash = 'other' where username = 'zhifa1'"))
    changed = "update person set phone_encrypted = '\\x0102', name = '新名' where id = :id"
    linked.execute(text(changed), {"id": actor_of(linked, "zhifa1").person_id})
    account, person = changes(linked, "account")[-1].rows[0], changes(linked, "person")[-1].rows[0]
    assert account["after"] == {"password_hash": "***"}
    assert person["after"] == {"phone_encrypted": "***", "name": "新名"}
    said = linked.scalar(text("select string_agg(rows::text, ' ') from row_change"))
    assert "argon2" not in said


def test_a_deleted_row_is_kept_and_the_tables_of_changes_only_grow(linked: Session) -> None:
    linked.execute(text("delete from login_name where username = 'xieguan'"))
    gone = changes(linked, "login_name")[-1]
    assert (gone.act, gone.rows[0]["before"]["username"]) == ("delete", "xieguan")
    for act in ("update row_change set act = 'x'", "delete from row_link", "truncate row_link"):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            linked.begin_nested(),
            as_owner(linked),
        ):
            linked.execute(text(act))


def freely(session: Session, statement: str, *tables: str) -> None:
    """Do what only an owner can: without the triggers."""
    with as_owner(session):
        for name in tables:
            session.execute(text(f"alter table {name} disable trigger user"))
        session.execute(text(statement))
        for name in tables:
            session.execute(text(f"alter table {name} enable trigger user"))


def standing(session: Session) -> list[tuple[str | None, Fault]]:
    return [(one.table, one.fault) for one in chain.standing(session, COUNTY)]


@pytest.mark.parametrize(("act", "fault"), [
    ("update person set name = '改名' where id = (select min(id::text)::uuid from person)",
     Fault.CHANGED),
    ("delete from duty_post where id = (select min(id::text)::uuid from duty_post)",
     Fault.MISSING),
])  # fmt: skip
def test_a_row_changed_past_the_triggers_is_found(linked: Session, act: str, fault: Fault) -> None:
    assert standing(linked) == []
    linked.execute(text("insert into duty_post (county_code, id, unit_id, lon, lat, radius_m, "
                        "set_by, set_at) select county_code, gen_random_uuid(), id, 124.3, 43.3, "
                        "50, :who, app_now() from unit limit 1"),
                   {"who": actor_of(linked, "dadui").account_id})  # fmt: skip
    assert standing(linked) == []
    table = act.split()[1] if act.startswith("update") else "duty_post"
    freely(linked, act, table)
    assert standing(linked) == [(table, fault)]
    with as_owner(linked):
        linked.execute(text("select row_restate(:name)"), {"name": table})
    assert standing(linked) == ([] if fault is Fault.CHANGED else [(table, fault)])


def test_touched_changes_are_named_by_the_chain(linked: Session) -> None:
    signed = checkpoints.make(linked, COUNTY)
    assert (signed.rows_seq or 0) > 0
    freely(linked, "update row_change set rows = '[]' where table_name = 'person'", "row_change")
    found = chain.verify(linked, COUNTY, Chain.ROWS).found
    assert {(one.fault, one.chain) for one in found} == {(Fault.CHANGED, Chain.ROWS)}
    assert chain.verify(linked, COUNTY).well


def test_changes_are_listed_by_table_key_and_person(linked: Session, call: Calls) -> None:
    person = linked.get_one(Person, (COUNTY, actor_of(linked, "zhifa1").person_id))
    linked.execute(text("set local app.account = :who"),
                   {"who": str(actor_of(linked, "xitong").account_id)})  # fmt: skip
    person.name = "新名"
    linked.flush()
    found = call("shenji", "GET", f"/audit/rows?table=person&key={person.id}").get_json()
    assert found["rows"][0]["username"] == "xitong"
    assert found["rows"][0]["rows"][0]["after"]["name"] == "新名"
    assert call("shenji", "GET", "/audit/rows?table=nothing").get_json()["rows"] == []
    assert call("xitong", "GET", "/audit/rows").status_code == 403


def test_the_page_shows_before_and_after_and_costs_the_same(
    demo_app: Flask, linked: Session, page: Pages
) -> None:
    account = linked.scalars(select(Account).where(Account.username == "zhifa1")).one()
    account.active = False
    linked.flush()
    browser = page("shenji")
    html = browser.get(f"/audit/rows?table=account&key={account.id}").text
    assert "<code>active</code> True → False" in html
    costs: list[Any] = []
    for asked in ("?table=account", ""):
        with counted(demo_app) as sent:
            assert browser.get(f"/audit/rows{asked}").status_code == 200
        costs.append(len(sent))
    assert costs[0] == costs[1]
    assert "没有符合条件" in browser.get("/audit/rows?table=account&key=nobody").text


@pytest.mark.parametrize("act", [
    "insert into {0} (county_code) select county_code from {0} where false",
    "update {0} set county_code = county_code where false",
    "delete from {0} where false",
])  # fmt: skip
def test_a_watch_suits_the_columns_of_every_table(county: Session, act: str) -> None:
    names = county.scalars(text("select table_name from row_watched")).all()
    assert len(names) > 100
    with as_owner(county):
        for name in names:
            county.execute(text(act.format(name)))
