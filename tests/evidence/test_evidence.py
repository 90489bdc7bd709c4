"""Evidence of a case: numbered, immutable, by its hash; distance, custody, recording (罚46)."""

from __future__ import annotations

import hashlib
import io
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from enforcement.case import exhibits, queries, recordings
from enforcement.case.exhibits import Move
from enforcement.case.models import CaseFile
from enforcement.clock import ZONE
from enforcement.document.models import Document
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.evidence import queries as evidence
from enforcement.evidence.storing import Draft
from enforcement.incident import services as incidents
from enforcement.incident.intake import Photo
from enforcement.law.evidence import CustodyAct, EvidenceKind
from enforcement.law.terms import CaseEvent as E
from enforcement.measure import queries as measures
from enforcement.patrol import services as patrols
from tests.asking import Calls, Pages, actor_of, as_owner, set_clock
from tests.case.making import act, filed_case, proposed_case, report_of, served_case, to_case
from tests.measure.making import in_force
from tests.web.test_query_counts import counted

AT = datetime(2026, 3, 3, 8, 30, tzinfo=ZONE)
VIDEO = b"\x00\x00\x00\x18ftypisom" + bytes(40)


def picture(shade: int = 0) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (32, 24), (shade, 90, 120)).save(buffer, "PNG")
    return buffer.getvalue()


def draft(**change: Any) -> Draft:
    said: dict[str, Any] = {
        "kind": EvidenceKind.RECORDING, "name": "现场照片", "captured_at": AT, "taker": "张三",
        "source": "执法人员收集",
    }  # fmt: skip
    return Draft(**(said | change))


def add(session: Session, case: CaseFile, data: bytes | None, **change: Any) -> Any:
    return exhibits.add(session, actor_of(session, "zhifa1"), case.id, draft(**change), data)


def test_items_are_numbered_without_gaps_even_after_a_refusal(county: Session) -> None:
    case = filed_case(county)
    assert add(county, case, picture(1)).no == 1
    with pytest.raises(InvalidInputError, match="校验码"), county.begin_nested():
        exhibits.add(county, actor_of(county, "zhifa1"), case.id, draft(), picture(2),
                     claimed=bytes(32))  # fmt: skip
    with pytest.raises(InvalidInputError, match="已是证据1"), county.begin_nested():
        add(county, case, picture(1))
    item = add(county, case, picture(2))
    assert (item.no, item.sha256) == (2, hashlib.sha256(picture(2)).digest())
    assert [one.no for one in evidence.of_case(county, case.county_code, case.id)] == [1, 2]


def test_the_same_key_enters_an_item_once(county: Session) -> None:
    case, officer = filed_case(county), actor_of(county, "zhifa1")
    first = exhibits.add(county, officer, case.id, draft(), picture(), key="tap")
    again = exhibits.add(county, officer, case.id, draft(), picture(), key="tap")
    assert (again.id, again.no) == (first.id, 1)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"taker": ""}, "taker"),
        ({"captured_at": AT + timedelta(days=9)}, "captured_at"),
        ({"lon": 124.3}, "lat"),
        ({"of_seq": 99}, "of_seq"),
    ],
)
def test_a_wrong_value_is_refused_by_its_field(
    county: Session, change: dict[str, Any], field: str
) -> None:
    case = filed_case(county)
    with pytest.raises(InvalidInputError) as refused, county.begin_nested():
        add(county, case, picture(), **change)
    assert refused.value.field == field
    assert evidence.of_case(county, case.county_code, case.id) == []


def test_only_a_physical_item_may_come_without_a_file(county: Session) -> None:
    case = filed_case(county)
    with pytest.raises(InvalidInputError, match="只有物证"):
        add(county, case, None)
    assert add(county, case, None, kind=EvidenceKind.OBJECT, name="货架").sha256 is None


def test_the_distance_from_the_scene_is_measured_on_the_ground(county: Session) -> None:
    case = filed_case(county)
    assert case.lon is not None
    assert case.lat is not None
    item = add(county, case, picture(), lon=case.lon, lat=case.lat + 0.001)
    assert item.distance_m == pytest.approx(111.1, abs=0.5)  # a thousandth of a degree at 43° N
    assert add(county, case, picture(9)).distance_m is None


def test_a_correction_is_a_new_item_and_the_old_one_stays(county: Session) -> None:
    case = filed_case(county)
    old = add(county, case, picture(1))
    with pytest.raises(InvalidInputError) as refused:
        add(county, case, picture(2), replaces_id=old.id)
    assert refused.value.field == "reason"
    new = add(county, case, picture(2), replaces_id=old.id, reason="拍摄时间填错")
    items = evidence.of_case(county, case.county_code, case.id)
    assert [one.no for one in items] == [1, 2]
    assert [one.id for one in evidence.in_use(items)] == [new.id]
    with pytest.raises(InvalidInputError, match="最新"):
        add(county, case, picture(3), replaces_id=old.id, reason="再改")
    for statement in ("update evidence_item set name = 'x'", "delete from evidence_item"):
        with (
            pytest.raises(IntegrityError, match="only grows"),
            county.begin_nested(),
            as_owner(county),
        ):
            county.execute(text(statement))


def test_only_the_officers_of_the_case_enter_evidence(county: Session, call: Calls) -> None:
    case = filed_case(county)
    with pytest.raises(NotPermittedError, match="两名承办人员"):
        exhibits.add(county, actor_of(county, "zhongdui"), case.id, draft(), picture())
    with pytest.raises(NotPermittedError):
        exhibits.add(county, actor_of(county, "fazhi"), case.id, draft(), picture())
    case.recused_ids = [actor_of(county, "zhifa1").person_id]
    with pytest.raises(NotPermittedError, match="回避"):
        add(county, case, picture())
    assert evidence.of_case(county, case.county_code, case.id) == []


def test_photos_of_the_incident_are_carried_over_at_registration(county: Session) -> None:
    set_clock(county, "2026-03-02 09:30")
    shots = [Photo("1.jpg", picture(1)), Photo("2.jpg", picture(2))]
    incident = incidents.report(county, actor_of(county, "fujing"), report_of(county), shots)
    squad = actor_of(county, "zhifa1").unit_id
    patrols.send(county, actor_of(county, "dadui"), incident.id, squad_id=squad,
                 patrol_on=datetime(2026, 3, 2, tzinfo=ZONE).date())  # fmt: skip
    case = to_case(county, "zhifa1", incident)
    items = evidence.of_case(county, case.county_code, case.id)
    assert [(one.no, one.name, one.from_incident) for one in items] == [
        (1, "现场照片1", True), (2, "现场照片2", True)]  # fmt: skip
    assert items[0].sha256 == hashlib.sha256(picture(1)).digest()


def test_p10_evidence_opens_the_end_of_the_investigation_and_stands_in_the_decision(
    county: Session,
) -> None:
    case = served_case(county)
    [paper] = county.query(Document).filter_by(case_id=case.id, code="D38").all()
    assert [one["kind"] for one in paper.inputs["evidence"]] == ["现场笔录"]
    other = filed_case(county)
    gates = {one.id: one for one in _gates(county, other, E.CLOSE_INVESTIGATION)}
    assert not gates["scene"].open
    add(county, other, picture(), kind=EvidenceKind.EXPERT, name="测绘报告")
    gates = {one.id: one for one in _gates(county, other, E.CLOSE_INVESTIGATION)}
    assert gates["scene"].open
    assert gates["scene"].values == {"n": 1}


def _gates(session: Session, case: CaseFile, event: E) -> Any:
    from enforcement import clock
    from enforcement.case.facts import facts_of, open_steps
    from enforcement.law.terms import CaseState

    facts = facts_of(session, case, clock.today(session))
    return next(
        found for step, found in open_steps(facts, CaseState(case.state)) if step.event is event
    )


def test_a_service_left_in_place_without_a_picture_is_a_defect(county: Session) -> None:
    case = proposed_case(county)
    told = {"at": datetime(2026, 3, 18, 14, tzinfo=ZONE), "receiver": "张示例"}
    act(county, "zhifa1", case, E.NOTIFY, **told, way="left", place="示例大街12号",
        refusal_reason="拒收", witness="村委会李某")  # fmt: skip

    def missing() -> list[tuple[str, bool]]:
        items = evidence.of_case(county, case.county_code, case.id)
        entries = queries.history(county, case.county_code, case.id)
        found = recordings.lacking(county, case, entries, items)
        return [(str(one.rule.event), one.rule.must) for one in found]

    assert missing() == [("record_scene", False), ("notify", True)]
    entries = queries.history(county, case.county_code, case.id)
    left = next(one.seq for one in entries if one.event == "notify")
    scene = next(one.seq for one in entries if one.event == "record_scene")
    add(county, case, picture(5), of_seq=left, name="留置照片")
    add(county, case, picture(6), of_seq=scene, name="照片不是录像")
    assert missing() == [("record_scene", False)]
    add(county, case, VIDEO, of_seq=scene, name="执法记录仪录像", device="记录仪07")
    assert missing() == []


def test_a_seizure_without_a_recording_is_a_defect_until_its_recording_is_entered(
    county: Session, page: Pages, call: Calls
) -> None:
    measure = in_force(county)
    case = county.get_one(CaseFile, (measure.county_code, measure.case_id))

    def missing() -> list[tuple[str, bool, str | None]]:
        items = evidence.of_case(county, case.county_code, case.id)
        entries = queries.history(county, case.county_code, case.id)
        found = recordings.lacking(county, case, entries, items)
        return [(str(one.rule.event), one.rule.must, one.number) for one in found]

    assert ("carry_out", True, measure.number) in missing()
    county.commit()
    listed = call("zhifa1", "GET", f"/cases/{case.id}/evidence").get_json()["lacking"]
    [entry] = [one["measure_entry_id"] for one in listed if one["measure"] == measure.number]
    officer = page("zhifa1")
    for path in (f"/cases/{case.id}", f"/cases/{case.id}/evidence", f"/measures/{measure.id}"):
        shown = officer.get(path).text
        assert "缺少全过程记录" in shown, path
        assert measure.number in shown
    new = f"/cases/{case.id}/evidence/new?of={entry}"
    assert f'value="{entry}"' in officer.get(new).text.split("selected", 1)[1][:120] or (
        f'selected value="{entry}"' in officer.get(new).text
    )
    said = {"kind": "recording", "name": "查扣录像", "captured_at": "2026-03-04T10:00",
            "taker": "张三", "source": "执法记录仪", "of_seq": entry,
            "files": (io.BytesIO(VIDEO), "a.mp4")}  # fmt: skip
    assert officer.post(new, data=said).status_code == 302
    assert "carry_out" not in {event for event, _must, _number in missing()}
    assert "缺少全过程记录" not in officer.get(f"/measures/{measure.id}").text
    assert "实施" in officer.get(f"/cases/{case.id}/evidence").text


def test_a_record_shows_one_act_of_its_own_case(county: Session) -> None:
    measure = in_force(county)
    case = county.get_one(CaseFile, (measure.county_code, measure.case_id))
    with pytest.raises(InvalidInputError, match="没有这个办案环节"):
        add(county, case, picture(), measure_entry_id=case.id)
    act_of_measure = measures.acts_of_case(county, case.county_code, case.id)[-1][0]
    with pytest.raises(InvalidInputError, match="只能对应一个"):
        add(county, case, picture(), measure_entry_id=act_of_measure.id, of_seq=1)
    item = add(county, case, picture(), measure_entry_id=act_of_measure.id)
    assert item.measure_entry_id == act_of_measure.id


def test_the_custody_of_a_thing_is_one_unbroken_chain(county: Session) -> None:
    case, officer = filed_case(county), actor_of(county, "zhifa1")
    item = add(county, case, None, kind=EvidenceKind.OBJECT, name="货架")

    def move(what: CustodyAct, giver: str, taker: str, hours: int = 0) -> Any:
        step = Move(what, giver, taker, "涉案物品室", AT + timedelta(minutes=hours))
        return exhibits.move(county, officer, case.id, item.id, step)

    with pytest.raises(InvalidInputError, match="接收保管开始"):
        move(CustodyAct.HAND_OVER, "甲", "乙")
    assert move(CustodyAct.TAKE, "张示例", "甲").seq == 1
    with pytest.raises(InvalidInputError, match="现由甲保管"):
        move(CustodyAct.HAND_OVER, "丙", "乙", 1)
    with pytest.raises(InvalidInputError, match="早于"):
        move(CustodyAct.HAND_OVER, "甲", "乙", -1)
    move(CustodyAct.HAND_OVER, "甲", "乙", 1)
    move(CustodyAct.RETURN, "乙", "张示例", 2)
    with pytest.raises(StepNotAllowedError, match="退还"):
        move(CustodyAct.HAND_OVER, "张示例", "甲", 3)
    chain = evidence.custody(county, case.county_code, case.id)
    assert [(one.giver, one.taker) for one in chain] == [
        ("张示例", "甲"), ("甲", "乙"), ("乙", "张示例")]  # fmt: skip
    photo = add(county, case, picture())
    with pytest.raises(StepNotAllowedError, match="只有物证"):
        exhibits.move(county, officer, case.id, photo.id,
                      Move(CustodyAct.TAKE, "a", "b", "c", AT))  # fmt: skip


def test_pages_take_several_photos_show_and_give_back_their_bytes(
    county: Session, page: Pages
) -> None:
    case = filed_case(county)
    county.commit()
    officer, base = page("zhifa1"), f"/cases/{case.id}/evidence"
    assert "还没有证据" in officer.get(base).text
    said = {"kind": "recording", "name": "现场照片", "captured_at": "2026-03-03T08:30",
            "taker": "张三", "source": "执法人员收集", "key": "k",
            "files": [(io.BytesIO(picture(n)), f"{n}.jpg") for n in (1, 2)]}  # fmt: skip
    assert officer.post(f"{base}/new", data=said).status_code == 302
    shown = officer.get(base).text
    assert "现场照片1" in shown
    assert hashlib.sha256(picture(2)).hexdigest() in shown
    [first, _second] = evidence.of_case(county, case.county_code, case.id)
    assert officer.get(f"{base}/{first.id}/file").data == picture(1)
    late = said | {"captured_at": "2027-01-01T08:00", "key": "l",
                   "files": [(io.BytesIO(picture(3)), "3.jpg")]}  # fmt: skip
    refused = officer.post(f"{base}/new", data=late)
    assert refused.status_code == 422
    assert "时间不能在将来" in refused.text
    assert officer.get(f"{base}/{uuid.uuid4()}/file").status_code == 404
    assert "现场照片1" in page("fazhi").get(base).text


def test_the_api_takes_bytes_with_their_hash_and_refuses_another(
    county: Session, call: Calls
) -> None:
    case = filed_case(county)
    said = {"kind": "recording", "name": "录像", "captured_at": "2026-03-03T08:30:00+08:00",
            "taker": "张三", "source": "执法记录仪", "device": "07"}  # fmt: skip
    good = said | {"sha256": hashlib.sha256(VIDEO).hexdigest()}
    path = f"/cases/{case.id}/evidence"
    wrong = call("zhifa1", "POST", path, query_string=said | {"sha256": "0" * 64}, data=VIDEO)
    assert wrong.status_code == 422
    made = call("zhifa1", "POST", path, query_string=good, data=VIDEO)
    assert (made.status_code, made.get_json()["media_type"]) == (201, "video/mp4")
    listed = call("fazhi", "GET", path).get_json()
    assert [one["no"] for one in listed["items"]] == [1]
    file = call("fazhi", "GET", f"{path}/{made.get_json()['id']}/file")
    assert file.data == VIDEO


def test_the_list_of_evidence_needs_the_same_statements_for_many_items(
    demo_app: Flask, county: Session, call: Calls
) -> None:
    case = filed_case(county)
    counts = []
    for n in (1, 8):
        for shade in range(n):
            add(county, case, picture(10 * n + shade))
        call("fazhi", "GET", f"/cases/{case.id}/evidence")
        with counted(demo_app) as sent:
            assert call("fazhi", "GET", f"/cases/{case.id}/evidence").status_code == 200
        counts.append(len(sent))
    assert counts[0] == counts[1] <= 9
