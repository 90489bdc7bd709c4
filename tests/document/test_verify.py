"""The public page of a paper: what it tells, what it keeps to itself, how files are compared."""

from __future__ import annotations

import io

import pytest
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.case import drafting
from enforcement.document import public_views, verifying
from enforcement.document.models import Document
from enforcement.law.paperwork import PAPERS
from tests.asking import Browser, actor_of
from tests.case.making import served_case
from tests.case.test_paper_hand import REQUEST
from tests.document.reading import squeezed_text


@pytest.fixture
def decision(county: Session) -> Document:
    case = served_case(county)
    return county.query(Document).filter_by(case_id=case.id, code="D38").one()


@pytest.fixture
def public(demo_app: Flask, county: Session) -> FlaskClient:
    return Browser(demo_app, demo_app.response_class)


def test_the_public_is_told_what_identifies_a_paper_and_nothing_personal(
    county: Session, decision: Document, public: FlaskClient
) -> None:
    shown = public.get(f"/verify/{decision.verify_code}").text
    for said in (decision.number, "行政处罚决定书", "梨树县综合行政执法局", "2026-03-27",
                 "与制作时一致", "有效", decision.sha256.hex()):  # fmt: skip
        assert said in shown
    for hidden in ("示例鲜果超市", "91350100M000100Y43", "张示例", "13800000000", "占用人行道",
                   "2000", "王", "AJ"):  # fmt: skip
        assert hidden not in shown.partition("<main")[2].partition("</main>")[0], hidden


def test_a_file_is_told_equal_or_not(decision: Document, public: FlaskClient) -> None:
    path = f"/verify/{decision.verify_code}"
    pdf = files.read(decision.county_code, decision.sha256)
    same = public.post(path, data={"file": (io.BytesIO(pdf), "a.pdf")})
    assert "完全一致" in same.text
    changed = pdf[:-30] + bytes([pdf[-30] ^ 1]) + pdf[-29:]
    other = public.post(path, data={"file": (io.BytesIO(changed), "a.pdf")})
    assert "不一致" in other.text
    assert "完全一致" not in other.text
    for data in (b"", b"PK\x03\x04"):
        refused = public.post(path, data={"file": (io.BytesIO(data), "a.pdf")})
        assert refused.status_code == 422


def test_a_withdrawn_paper_says_so_and_names_its_successor(
    county: Session, decision: Document, public: FlaskClient
) -> None:
    actor, case_id = actor_of(county, "zhifa1"), decision.case_id
    old = drafting.issue(county, actor, case_id, "D11", REQUEST)
    new = drafting.issue(county, actor, case_id, "D11", REQUEST, replaces_id=old.id,
                         reason="某某的住址写错")  # fmt: skip
    shown = public.get(f"/verify/{old.verify_code}").text
    assert "已作废" in shown
    assert str(new.number) in shown
    assert "住址写错" not in shown
    assert "有效" in public.get(f"/verify/{new.verify_code}").text


def test_kept_bytes_that_were_changed_are_told(decision: Document, public: FlaskClient) -> None:
    kept_in = current_app.extensions["enforcement.config"].files_dir
    path = kept_in / files.key_of(decision.county_code, decision.sha256)
    kept = path.read_bytes()
    try:
        path.write_bytes(kept + b"\n")
        assert "与制作时不一致" in public.get(f"/verify/{decision.verify_code}").text
    finally:
        path.write_bytes(kept)


def test_wrong_codes_are_answered_alike_and_slowed_down(
    county: Session, decision: Document, public: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for wrong in ("220322-2222-2222-2222-2222", "x", "999999-AAAA-AAAA-AAAA-AAAA"):
        assert public.get(f"/verify/{wrong}").status_code == 404
    typed = str(decision.verify_code).lower().replace("-", " ")
    assert public.get("/verify", query_string={"code": typed}).status_code == 302
    assert public.get("/verify?code=12").status_code == 422
    monkeypatch.setattr(public_views, "LOOKS", 2)
    answers = [public.get(f"/verify/{decision.verify_code}").status_code for _n in range(4)]
    assert answers[-1] == 429


def test_codes_are_long_unlike_and_only_on_papers_that_go_out() -> None:
    codes = {verifying.new_code("220322") for _n in range(500)}
    assert len(codes) == 500
    assert all(verifying.plain_code(code) == code for code in codes)
    assert not verifying.has_code(PAPERS["D02"])
    assert verifying.has_code(PAPERS["D38"])


@pytest.mark.parametrize("code", [code for code, paper in PAPERS.items() if not paper.internal])
def test_each_paper_that_goes_out_carries_its_code_once(code, print_paper, sample_with_code):
    coded = print_paper(code, sample_with_code(code))
    assert squeezed_text(coded.pdf).count("扫码核验文书220322-7KQ2-9DMX-3HTP-W4CA") == 1
