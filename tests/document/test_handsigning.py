"""Signing by hand: on each page, bound to the paper, before the seal; changes are detected."""

from __future__ import annotations

import io
import json
import re
import subprocess
from xml.etree import ElementTree

import pikepdf
import pytest
from flask import current_app
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.case import drafting
from enforcement.document import handsigning, handwriting, sealing, strokes
from enforcement.document.handsigning import Refused
from enforcement.document.models import Document
from enforcement.document.typesetting import TEMPLATES
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.law.paper_signing import HAND_SIGNED, PAGE_SIGNED, SignRole, sign_roles
from enforcement.law.paperwork import PAPERS
from tests.asking import Calls, Pages, actor_of
from tests.case.making import served_case
from tests.document.extremes import longest
from tests.document.handwriting import STROKES, sign, sign_all
from tests.document.reading import squeezed_text
from tests.document.samples import sample
from tests.document.test_sealing import keep
from tests.spot.making import decided


@pytest.fixture
def scene(county: Session) -> Document:
    case = served_case(county)
    return county.query(Document).filter_by(case_id=case.id, code="D08").one()


def alternatives(pdf: bytes) -> list[str]:
    """Return what the pictures of a file are described as."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = [one.get("/Alt") for one in opened.objects if isinstance(one, pikepdf.Dictionary)]
        return [str(one) for one in found if one is not None]


def written_at_the_foot(pdf: bytes, plain: bytes, share: float = 1 / 3) -> list[bool]:
    """Tell of each page whether so wide a part of its foot differs from the plain one."""
    found = []
    for one, other in zip(pictures_of(pdf), pictures_of(plain), strict=True):
        foot = (0, one.height * 85 // 100, one.width, one.height)
        box = ImageChops.difference(one.crop(foot), other.crop(foot)).getbbox()
        found.append(box is not None and box[2] - box[0] > one.width * share)
    return found


def pictures_of(pdf: bytes) -> list[Image.Image]:
    made = subprocess.run(["pdftoppm", "-r", "40", "-gray", "-"], input=pdf, capture_output=True,
                          check=True).stdout  # fmt: skip
    found, stream = [], io.BytesIO(made)
    while stream.tell() < len(made):
        _magic, size, _most = (stream.readline() for _n in range(3))
        wide, high = map(int, size.split())
        found.append(Image.frombytes("L", (wide, high), stream.read(wide * high)))
    return found


def test_each_paper_draws_the_handwriting_of_all_who_sign_it(print_paper) -> None:  # type: ignore[no-untyped-def]
    for code in sorted(HAND_SIGNED):
        data = sample(code)
        picture = strokes.svg(STROKES)
        places = [(role, n) for role in sign_roles(PAPERS[code])
                  for n in ((1, 2) if role is SignRole.OFFICER else (1,))]  # fmt: skip
        data["drawn"] = {
            f"{role}-{n}-{page}": {"svg": picture, "name": f"{role}{n}", "on": "2026-03-12"}
            for role, n in places
            for page in (range(1, 5) if code in PAGE_SIGNED else (0,))
        }
        made, plain = print_paper(code, data), print_paper(code)
        assert made.pages == plain.pages, code
        shown = alternatives(made.pdf)
        for role, n in places:
            if code not in PAGE_SIGNED or role not in (SignRole.CLERK, SignRole.WITNESS):
                assert f"{role}{n}的签名" in shown, (code, role, n)
        assert "2026年3月12日" in squeezed_text(made.pdf), code
        if code in PAGE_SIGNED:
            assert all(written_at_the_foot(made.pdf, plain.pdf)), code


def test_the_records_that_are_signed_on_each_page_are_those_with_a_strip() -> None:
    strips = {
        path.stem
        for path in TEMPLATES.glob("D*.typ")
        if re.search(r"record\.with|signing-line", path.read_text(encoding="utf-8"))
    }
    assert strips - {"D36"} == PAGE_SIGNED
    assert PAGE_SIGNED <= HAND_SIGNED


def test_twelve_pages_are_signed_on_each(print_paper) -> None:  # type: ignore[no-untyped-def]
    data, picture = longest("D07"), strokes.svg(STROKES)
    pages = print_paper("D07", data).pages
    assert pages >= 12
    data["drawn"] = {f"party-1-{n}": {"svg": picture, "name": "甲", "on": "2026-03-12"}
                     for n in range(1, pages + 1)}  # fmt: skip
    made = print_paper("D07", data)
    assert made.pages == pages
    assert all(written_at_the_foot(made.pdf, print_paper("D07", longest("D07")).pdf, 0.05))


def test_a_record_is_signed_then_made_then_sealed_and_its_bytes_stay(
    county: Session, scene: Document
) -> None:
    frozen, officer = files.read(scene.county_code, scene.sha256), actor_of(county, "zhifa1")
    sign(county, scene, SignRole.PARTY)
    with pytest.raises(StepNotAllowedError, match="还没有签完"):
        handsigning.finish(county, officer, scene)
    sign_all(county, scene)
    assert {row.page for row in handwriting.rows_of(county, scene)} == set(
        range(1, scene.pages + 1)
    )
    copy = handsigning.finish(county, officer, scene, key="k")
    assert handsigning.finish(county, officer, scene, key="k").id == copy.id
    pdf = files.read(scene.county_code, copy.sha256)
    assert files.read(scene.county_code, scene.sha256) == frozen != pdf
    names = [place.name for place in handwriting.places(county, scene) if place.required]
    for name in names:
        assert f"{name}的签名" in alternatives(pdf)
    assert handwriting.rendered(county, scene, {}).pdf == pdf
    assert handwriting.problems(county, scene) == []
    with pytest.raises(StepNotAllowedError, match="签名已经完成"):
        sign(county, scene, SignRole.WITNESS)


def test_the_seal_comes_after_the_handwriting_and_keeps_it(county: Session) -> None:
    case, officer = served_case(county), actor_of(county, "zhifa1")
    said = {"sampling": {"at": "2026-03-12T09:00:00+08:00", "place": "示例大街12号"},
            "items": [{"name": "果蔬", "quantity": "1份"}]}  # fmt: skip
    order = drafting.issue(county, officer, case.id, "D12", said)
    keep(county)
    head = actor_of(county, "juzhang")
    sign(county, order, SignRole.PARTY, name="王示例")
    with pytest.raises(StepNotAllowedError, match="手写签名还没有完成"):
        sealing.apply(county, head, order)
    sign_all(county, order)
    handsigning.finish(county, officer, order)
    [sealed] = sealing.apply(county, head, order)
    pdf = files.read(order.county_code, sealed.sha256)
    assert {"王示例的签名"} < set(alternatives(pdf))
    kinds = [one.kind for one in sealing.copies_of(county, order)]
    assert kinds == ["written", "sealed"]
    with pytest.raises(StepNotAllowedError, match="盖章"):
        sign(county, order, SignRole.PARTY, pages={0: STROKES})


def test_a_refusal_needs_a_witness_who_signs_or_a_recording(
    county: Session, scene: Document
) -> None:
    officer = actor_of(county, "zhifa1")
    with pytest.raises(InvalidInputError, match="见证人"):
        handsigning.refuse(county, officer, scene, Refused("不认可"))
    with pytest.raises(InvalidInputError, match="原因"):
        handsigning.refuse(county, officer, scene, Refused(" ", "张见证"))
    handsigning.refuse(county, officer, scene, Refused("不认可现场情况", "张见证"))
    with pytest.raises(StepNotAllowedError, match="拒绝签名"):
        sign(county, scene, SignRole.PARTY)
    places = {one.role: one for one in handwriting.places(county, scene)}
    assert places[SignRole.WITNESS].required
    assert places[SignRole.WITNESS].name == "张见证"
    sign_all(county, scene)
    copy = handsigning.finish(county, officer, scene)
    pdf = files.read(scene.county_code, copy.sha256)
    assert "拒绝签名或者盖章：不认可现场情况" in squeezed_text(pdf)
    assert "张见证的签名" in alternatives(pdf)


def test_a_refused_decision_on_the_spot_needs_no_witness(county: Session) -> None:
    spot = decided(county)
    paper = county.query(Document).filter_by(spot_penalty_id=spot.id).one()
    officer = actor_of(county, "zhifa1")
    handsigning.refuse(county, officer, paper, Refused("拒绝签收"))
    sign_all(county, paper)
    copy = handsigning.finish(county, officer, paper)
    assert "拒绝签名或者盖章：拒绝签收" in squeezed_text(files.read(paper.county_code, copy.sha256))


def test_a_key_signs_once_and_nobody_signs_twice(county: Session, scene: Document) -> None:
    sign(county, scene, SignRole.PARTY, key="one")
    sign(
        county, scene, SignRole.PARTY, key="one", pages={n + 1: STROKES for n in range(scene.pages)}
    )
    assert len(handwriting.rows_of(county, scene)) == scene.pages
    with pytest.raises(StepNotAllowedError, match="已经签名"):
        sign(county, scene, SignRole.PARTY, pages={1: STROKES})


@pytest.mark.parametrize(
    ("pages", "why"),
    [
        ({}, "没有签名"),
        ({1: STROKES, 2: STROKES, 9: STROKES}, "没有这一页"),
        ({1: [[[0, 0, 0]]], 2: [[[0, 0, 0]]]}, "太短"),
        ({1: "x", 2: "x"}, "有误"),
    ],
    ids=["none", "a page too many", "a dot", "no strokes"],
)
def test_what_is_no_handwriting_is_refused(
    county: Session, scene: Document, pages: dict[int, object], why: str
) -> None:
    kept = {n: lines for n, lines in pages.items() if n <= scene.pages or n == 9}
    with pytest.raises(InvalidInputError, match=why):
        sign(county, scene, SignRole.PARTY, pages=kept)
    assert handwriting.rows_of(county, scene) == []


def test_changed_strokes_and_strokes_of_another_paper_are_detected(
    county: Session, scene: Document
) -> None:
    officer = actor_of(county, "zhifa1")
    sign_all(county, scene)
    row = handwriting.rows_of(county, scene)[0]
    assert row.sha256 is not None
    kept_in = current_app.extensions["enforcement.config"].files_dir
    path = kept_in / files.key_of(row.county_code, row.sha256)
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"100,80", b"100,81"))
    assert any("改动" in one for one in handwriting.problems(county, scene))
    with pytest.raises(StepNotAllowedError, match="改动"):
        handsigning.finish(county, officer, scene)
    path.write_bytes(whole)
    assert handwriting.problems(county, scene) == []
    other = county.query(Document).filter_by(case_id=scene.case_id, code="D38").one()
    with pytest.raises(StepNotAllowedError, match="不属于"):
        handwriting.read(row, other)
    said = json.loads(whole)
    assert said["paper"]["sha256"] == scene.sha256.hex()
    assert said["strokes"] == STROKES
    for change in ("update document_signature set name = 'x'", "delete from document_signature"):
        with pytest.raises(DBAPIError), county.begin_nested():
            county.execute(text(change))


def test_only_the_officers_of_a_case_take_signatures(county: Session, scene: Document) -> None:
    assert scene.case_id is not None
    drafting.to_sign(county, actor_of(county, "zhifa2"), scene.case_id, scene.id, True)
    for username in ("zhongdui", "juzhang"):
        drafting.to_sign(county, actor_of(county, username), scene.case_id, scene.id, False)
        with pytest.raises(NotPermittedError):
            drafting.to_sign(county, actor_of(county, username), scene.case_id, scene.id, True)
    with pytest.raises(NotFoundError):
        drafting.to_sign(county, actor_of(county, "xiangzhen"), scene.case_id, scene.id, False)
    decision = county.query(Document).filter_by(case_id=scene.case_id, code="D38").one()
    assert handwriting.places(county, decision) == []
    with pytest.raises(StepNotAllowedError, match="没有这个签名处"):
        handsigning.refuse(county, actor_of(county, "zhifa1"), decision, Refused("x", "y"))


def test_no_withdrawn_paper_is_signed(county: Session) -> None:
    case, officer = served_case(county), actor_of(county, "zhifa1")
    said = {"address": {"postal": "示例村1号", "phone": "13000000000", "electronic": False}}
    document = drafting.issue(county, officer, case.id, "D42", said)
    drafting.withdraw(county, officer, case.id, document.id, "试制")
    with pytest.raises(StepNotAllowedError, match="作废"):
        sign(county, document, SignRole.PARTY)


def test_pages_take_signatures_and_hand_out_the_signed_file(
    county: Session, scene: Document, page: Pages
) -> None:
    where = f"/cases/{scene.case_id}/documents/{scene.id}"
    officer = page("zhifa1")
    assert "手写签名" in officer.get(where).text
    overview = officer.get(f"{where}/signatures").text
    assert "未签名" in overview or "已签0页" in overview
    assert "采集签名" in page("juzhang").get(f"{where}/signatures").text
    assert page("juzhang").get(f"{where}/sign?role=party").status_code == 403
    assert officer.get(f"{where}/sign?role=chair").status_code == 404
    form = officer.get(f"{where}/sign?role=party")
    assert form.text.count("<canvas") == scene.pages
    pages = json.dumps(dict.fromkeys(range(1, scene.pages + 1), STROKES))
    said = {"role": "party", "n": "1", "name": "王示例", "strokes": "{", "key": "a"}
    assert officer.post(f"{where}/sign", data=said).status_code == 422
    said |= {"strokes": pages, "lon": "124.3", "lat": "43.3", "place": "示例大街",
             "signed_at": "2026-03-12T01:00:00Z"}  # fmt: skip
    assert officer.post(f"{where}/sign", data=said).status_code == 302
    assert officer.post(f"{where}/sign", data=said).status_code in (302, 404, 409)
    assert officer.post(f"{where}/written").status_code == 409
    for n in ("1", "2"):
        more = {"role": "officer", "n": n, "name": f"执法{n}", "strokes": pages}
        assert officer.post(f"{where}/sign", data=more).status_code == 302
    assert officer.post(f"{where}/written").status_code == 302
    shown = officer.get(f"{where}/signatures").text
    assert "没有改动" in shown
    assert "124.30000, 43.30000" in shown
    assert officer.get(f"{where}.pdf?copy=written").data != officer.get(f"{where}.pdf").data


def test_papers_of_a_penalty_on_the_spot_are_signed_by_call(county: Session, call: Calls) -> None:
    spot = decided(county)
    paper = county.query(Document).filter_by(spot_penalty_id=spot.id).one()
    base = f"/spot/{spot.id}/documents/{paper.id}/signatures"
    body = {"role": "party", "name": "李示例", "strokes": {"0": STROKES}, "key": "k1"}
    assert call("zhongdui", "POST", base, json=body).status_code == 403
    first = call("zhifa1", "POST", base, json=body)
    assert first.status_code == 201, first.text
    assert call("zhifa1", "POST", base, json=body).status_code == 201
    for n in (1, 2):
        more = {"role": "officer", "n": n, "name": f"执法{n}", "strokes": {"0": STROKES}}
        assert call("zhifa2", "POST", base, json=more).status_code == 201
    refused = call("zhifa1", "POST", f"{base}/refusal", json={"reason": "不签"})
    assert refused.status_code == 409
    made = call("zhifa1", "POST", f"{base}/written", json={}).get_json()
    assert made["written"]["sha256"]
    assert made["problems"] == []
    assert [one["done"] for one in made["places"]] == [True, True, True]
    assert call("xiangzhen", "GET", base).status_code in (403, 404)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-10, 2000) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4),
    max_leaves=30,
)
LINES = st.lists(
    st.lists(
        st.tuples(st.integers(0, 1000), st.integers(0, 400), st.integers(0, 900_000)).map(list),
        min_size=1, max_size=20,
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(said=JSON | LINES)
def test_whatever_is_sent_is_handwriting_or_refused(said: object) -> None:
    try:
        found = strokes.read(said)
    except InvalidInputError as error:
        assert error.field == "strokes"  # noqa: PT017 -- the other half of the property
        return
    drawn = ElementTree.fromstring(strokes.svg(found))
    assert drawn.tag.endswith("svg")
    assert all(float(one) > 0 for one in drawn.attrib["viewBox"].split()[2:])
