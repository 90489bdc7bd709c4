"""A case's file: order and pages, the volume as PDF/A, the package, a draft to edit."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import docx
import pikepdf
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from enforcement.audit import AuditLog
from enforcement.case.models import CaseFile
from enforcement.document.models import Document
from enforcement.dossier import services
from enforcement.dossier.assembly import DamagedPartError, Part, assemble
from enforcement.errors import NotFoundError, NotPermittedError, StepNotAllowedError
from enforcement.law.dossier import MADE_WITH_VOLUME, SHELVES, Volume
from enforcement.law.paperwork import PAPERS
from enforcement.law.terms import CaseEvent as E
from tests.asking import Calls, Pages, actor_of
from tests.case.making import act, filed_case, reported, served_case, to_case
from tests.document.reading import poppler, squeezed_text
from tests.evidence.test_evidence import VIDEO, add, picture
from tests.web.test_query_counts import counted


def furnished(county: Session) -> CaseFile:
    """Return a served case with three photos and a recording."""
    case = served_case(county)
    for shade in range(3):
        add(county, case, picture(shade + 1), name=f"照片{shade}#[x]$")
    add(county, case, VIDEO, name="执法记录")
    county.commit()
    return case


def taken(county: Session, case: CaseFile, volume: Volume) -> pikepdf.Pdf:
    pdf = services.take_volume(county, actor_of(county, "zhifa1"), case.id, volume)
    return pikepdf.open(io.BytesIO(pdf))


def test_every_paper_has_one_place_in_the_file() -> None:
    placed = [code for shelf in SHELVES for code in shelf.papers]
    assert sorted(placed) == sorted(set(PAPERS) - set(MADE_WITH_VOLUME))


def test_the_index_tells_the_page_on_which_each_paper_stands(county: Session) -> None:
    case = furnished(county)
    found = services.look(county, actor_of(county, "zhifa1"), case.id).contents
    main = found.volumes[Volume.MAIN]
    assert main[0].title == "行政处罚决定书"
    assert [one.remark for one in main if not one.pages] == ["光盘"]
    photos = next(one for one in main if one.photos)
    assert (photos.pages, photos.remark, len(photos.photos)) == (2, "3张", 3)
    titles = {one.title for one in found.volumes[Volume.SECONDARY]}
    assert {"立案审批表", "行政处罚事先告知审批表"} <= titles
    with taken(county, case, Volume.MAIN) as pdf:
        assert len(pdf.pages) == found.pages(Volume.MAIN) + 3  # cover, index, closing sheet
        out = io.BytesIO()
        for one in main:
            if one.page and not one.photos:
                page = pikepdf.new()
                page.pages.append(pdf.pages[one.page + 1])
                page.save(out := io.BytesIO())
                text = squeezed_text(out.getvalue())
                assert one.title in text
                assert one.number is None or one.number in text
                assert str(one.page) in poppler(
                    "pdftotext", out.getvalue(), "-", options=["-y", "0", "-H", "60", "-x", "0",
                                                               "-W", "600"]
                )  # fmt: skip


def test_a_volume_says_what_it_is_and_is_made_anew_to_the_byte(county: Session) -> None:
    case = furnished(county)
    officer = actor_of(county, "zhifa1")
    first = services.take_volume(county, officer, case.id, Volume.MAIN)
    with pikepdf.open(io.BytesIO(first)) as pdf, pdf.open_metadata() as told, \
            pdf.open_outline() as outline:  # fmt: skip
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "B")
        assert "/OutputIntents" in pdf.Root
        assert [one.title for one in outline.root][:3] == ["封面（正卷）", "卷内目录", "决定书"]
        assert all(isinstance(one.children, list) for one in outline.root)
    fonts = poppler("pdffonts", first).splitlines()[2:]
    assert fonts
    assert all(" yes " in line.split("CID")[-1] or " yes " in line for line in fonts)
    text = squeezed_text(first)
    assert "草稿" in text  # the case is not archived
    assert "照片0#[x]$" in text
    logged = county.scalar(select(func.count()).where(AuditLog.act == "dossier_taken"))
    assert logged == 1


def test_the_package_holds_every_original_under_its_hash(county: Session) -> None:
    case = furnished(county)
    with services.take_package(county, actor_of(county, "zhifa1"), case.id) as out:
        bag = zipfile.ZipFile(out)
        manifest = bag.read("manifest-sha256.txt").decode().splitlines()
        named = dict(reversed(line.split("  ", 1)) for line in manifest)
        assert set(named) == {one for one in bag.namelist() if one.startswith("data/")}
        for name, sha256 in named.items():
            assert hashlib.sha256(bag.read(name)).hexdigest() == sha256
        tags = bag.read("tagmanifest-sha256.txt").decode()
        assert hashlib.sha256(bag.read("manifest-sha256.txt")).hexdigest() in tags
        assert bag.read("bagit.txt").startswith(b"BagIt-Version: 1.0\n")
        told = json.loads(bag.read("data/case.json"))
    papers = county.scalar(select(func.count()).where(Document.case_id == case.id))
    kinds = [one["kind"] for one in told["files"]]
    assert (kinds.count("paper"), kinds.count("evidence"), kinds.count("volume")) == (papers, 4, 2)
    assert hashlib.sha256(VIDEO).hexdigest() in {one["sha256"] for one in told["files"]}
    assert [one["seq"] for one in told["history"]] == list(range(1, len(told["history"]) + 1))


def test_an_archived_case_has_no_draft_across_its_cover(county: Session) -> None:
    case = furnished(county)
    act(county, "zhifa1", case, E.RECORD_PAYMENT, amount=Decimal(2000), receipt="票1",
        paid_on=date(2026, 3, 27))  # fmt: skip
    act(county, "zhifa1", case, E.PROPOSE_CLOSING, reason="已缴清")
    act(county, "zhongdui", case, E.ENDORSE, opinion="同意")
    act(county, "juzhang", case, E.APPROVE_CLOSING, opinion="同意结案")
    act(county, "zhifa1", case, E.ARCHIVE, pages=20, years="30")
    pdf = services.take_volume(county, actor_of(county, "zhifa1"), case.id, Volume.SECONDARY)
    text = squeezed_text(pdf)
    assert "草稿" not in text
    assert "30年" in text


def test_who_may_not_see_the_case_gets_nothing_of_its_file(county: Session) -> None:
    case = filed_case(county)
    case.unit_code, case.officer_a_id, case.officer_b_id = "01.01.05.01", None, None
    county.flush()
    with pytest.raises(NotFoundError):
        services.look(county, actor_of(county, "zhifa1"), case.id)
    with pytest.raises(NotPermittedError):
        services.take_package(county, actor_of(county, "xitong"), case.id)


def test_an_empty_volume_is_not_made(county: Session, page: Pages) -> None:
    case = to_case(county, "zhifa1", reported(county))
    with pytest.raises(StepNotAllowedError, match="还没有文书"):
        services.take_volume(county, actor_of(county, "zhifa1"), case.id, Volume.SECONDARY)
    with services.take_package(county, actor_of(county, "zhifa1"), case.id) as out:
        assert "data/secondary.pdf" not in zipfile.ZipFile(out).namelist()
    county.commit()
    answer = page("zhifa1").get(f"/cases/{case.id}/dossier")
    assert answer.status_code == 200
    assert "这一卷还没有文书" in answer.text


def test_a_damaged_part_is_named() -> None:
    at = datetime(2026, 3, 4, tzinfo=UTC)
    with pytest.raises(DamagedPartError, match="甲"):
        assemble([Part("甲", b"no pdf")], None, title="卷", at=at)


def test_the_page_lists_both_volumes_with_few_statements(
    county: Session, page: Pages, demo_app: Flask
) -> None:
    case = furnished(county)
    browser = page("zhifa1")
    browser.get(f"/cases/{case.id}/dossier")
    with counted(demo_app) as statements:
        answer = browser.get(f"/cases/{case.id}/dossier")
    assert answer.status_code == 200
    assert "正卷" in answer.text
    assert "副卷" in answer.text
    assert len(statements) <= 8


def test_a_paper_is_given_as_a_draft_to_edit(county: Session, page: Pages) -> None:
    case = served_case(county)
    county.commit()
    paper = county.scalars(
        select(Document).where(Document.case_id == case.id, Document.code == "D38")
    ).one()
    answer = page("zhifa1").get(f"/cases/{case.id}/documents/{paper.id}.docx")
    word = docx.Document(io.BytesIO(answer.data))
    text = "\n".join(one.text for one in word.paragraphs)
    assert "行政处罚决定书" in text
    assert str(paper.number) in text
    assert "本机关决定对当事人作出如下行政处罚" in text
    assert "草稿" in word.sections[0].header.paragraphs[0].text
    other = filed_case(county)
    county.commit()
    assert page("zhifa1").get(f"/cases/{other.id}/documents/{paper.id}.docx").status_code == 404


def test_the_file_is_asked_for_by_call(county: Session, call: Calls) -> None:
    case = served_case(county)
    county.commit()
    told = call("zhifa1", "GET", f"/cases/{case.id}/dossier").get_json()
    assert told["main"]["entries"][0]["page"] == 1
    pdf = call("zhifa1", "GET", f"/cases/{case.id}/dossier/main.pdf")
    assert pdf.data.startswith(b"%PDF")
    assert call("zhifa1", "GET", f"/cases/{case.id}/dossier/third.pdf").status_code == 404
    assert call("zhifa1", "GET", f"/cases/{case.id}/dossier.zip").data.startswith(b"PK")
