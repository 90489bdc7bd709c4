"""The decision on a roll: the same words as the paper, as PDF and as ESC/POS on a printer."""

from __future__ import annotations

import re
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.document import escpos, printing
from enforcement.document.models import Document
from enforcement.errors import InvalidInputError
from enforcement.spot import papers, receipt
from tests.asking import Calls, Pages, actor_of
from tests.document.reading import poppler, squeezed_text
from tests.spot.making import ORGANISATION, decided
from tests.spot.printer import listening, parse


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def paper_of(county: Session, **change: object) -> Document:
    spot = decided(county, **change)
    return county.query(Document).filter_by(spot_penalty_id=spot.id, code="D05").one()


@pytest.mark.parametrize(
    "change",
    [{}, {"kind": "warning", "amount": None, "matter_code": "M13"},
     {**ORGANISATION, "amount": 1500, "plea": "not_accepted", "plea_text": "称不知情。"}],
    ids=["a person", "a warning", "an organisation"],
)  # fmt: skip
def test_each_line_stands_on_the_paper_and_on_both_rolls(
    county: Session, page: Pages, change: dict[str, object]
) -> None:
    paper = paper_of(county, **change)
    said = receipt.lines_of(paper, clock.local_day(paper.issued_at))
    foot = r"—\d—内部案件编号：[0-9a-f-]{36}"  # may stand within a paragraph
    whole = re.sub(foot, "", squeezed_text(files.read(paper.county_code, paper.sha256)))
    browser = page("zhifa1")
    where = f"/spot/{paper.spot_penalty_id}/documents/{paper.id}.pdf"
    for roll in (58, 80):
        pdf = browser.get(f"{where}?roll={roll}").data
        printed = squeezed_text(pdf)
        for line in said:
            assert squeezed(line.text) in printed, (roll, line.text)
            assert squeezed(line.text) in whole, line.text
        size = next(row for row in poppler("pdfinfo", pdf).splitlines() if "Page size" in row)
        width_mm = float(re.findall(r"[\d.]+", size)[0]) / 72 * 25.4
        assert width_mm == pytest.approx(roll, abs=0.2)
        rows = poppler("pdffonts", pdf).splitlines()[2:]
        assert all(row.split()[-5:-3] == ["yes", "yes"] for row in rows)
    assert "先向" in whole
    assert browser.get(f"{where}?roll=60").status_code == 404


def test_a_printer_in_the_network_prints_bold_titles_a_code_and_cuts(county: Session) -> None:
    paper = paper_of(county)
    assert paper.spot_penalty_id is not None
    data = papers.ticket(county, actor_of(county, "zhifa2"), paper.spot_penalty_id, 58)
    with listening() as printer:
        printing.TcpPrinter("127.0.0.1", printer.port).write(data)
        out = printer.printed()
    assert out.chinese
    assert out.cuts == 1
    assert out.codes == [paper.inputs["verify"]["address"] or paper.verify_code]
    said = receipt.lines_of(paper, clock.local_day(paper.issued_at))
    for line in said:
        assert squeezed(line.text) in squeezed(out.text)
    titles = [row for row in out.rows if row[1]]
    assert "".join(row[0] for row in titles) == said[0].text + said[1].text
    assert all(centre and large for _text, _bold, centre, large in titles)
    assert all(sum(map(escpos.width_of, row[0])) <= 32 for row in out.rows)
    assert out.fed >= 2 * 3


def test_a_printer_that_does_not_answer_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(printing.PrinterError, match=f"127.0.0.1:{port}"):
        printing.TcpPrinter("127.0.0.1", port, wait_s=2).write(b"x")


def test_a_call_hands_out_the_bytes(county: Session, call: Calls) -> None:
    paper = paper_of(county)
    where = f"/spot/{paper.spot_penalty_id}/receipt"
    assert parse(call("zhifa1", "GET", f"{where}?width=80").data).cuts == 1
    assert call("zhifa1", "GET", f"{where}?width=70").status_code == 422
    assert call("xitong", "GET", where).status_code == 403


@given(
    text=st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), max_size=80),
    width=st.sampled_from([58, 80]),
)
def test_any_text_comes_out_as_it_was_within_the_paper(text: str, width: int) -> None:
    made = escpos.Ticket(width)
    made.line(text)
    out = parse(made.done())
    assert out.text == text
    assert all(sum(map(escpos.width_of, row[0])) <= escpos.COLUMNS[width] for row in out.rows)


def test_no_other_width_and_no_endless_code() -> None:
    with pytest.raises(InvalidInputError, match="纸宽"):
        escpos.Ticket(60)
    with pytest.raises(InvalidInputError, match="太长"):
        escpos.Ticket(58).qr("x" * 301)
