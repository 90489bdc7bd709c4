"""Nothing leaves the text block of GB/T 9704-2012, however long the data."""

from __future__ import annotations

import base64
import io

import pytest
from PIL import Image

from enforcement.document.render import render_report
from enforcement.law.paperwork import PAPERS
from tests.document.extremes import longest, shortest
from tests.document.reading import poppler, red_box_mm, word_boxes_mm
from tests.document.samples import ISSUED_AT, report, sample

LEFT_MM, TOP_MM, RIGHT_MM = 28, 37, 28 + 156
FOOT_MM = 297 - 8  # page number and case id stand between the text block and here
SLACK_MM = 0.8
# A full-width mark at either end of a line is set half as wide; poppler reports its whole cell.
SQUEEZED_MM = dict.fromkeys("，。：；、）》〕（《〔", 2.9)


def is_inside(word):
    left, top, right, bottom, text = word
    return (
        left > LEFT_MM - SLACK_MM - SQUEEZED_MM.get(text[0], 0)
        and top > TOP_MM - SLACK_MM
        and right < RIGHT_MM + SLACK_MM + SQUEEZED_MM.get(text[-1], 0)
        and bottom < FOOT_MM
    )


@pytest.mark.parametrize("make", [sample, shortest, longest])
@pytest.mark.parametrize("code", PAPERS)
def test_every_word_lies_inside_the_text_block(code, make, print_paper):
    words = word_boxes_mm(print_paper(code, make(code)).pdf)
    assert len(words) > 10
    outside = [word for word in words if not is_inside(word)]
    assert not outside


def test_page_numbers_are_right_on_odd_pages_and_left_on_even_ones(print_paper):
    dashes = [
        (left, top)
        for left, top, _, _, word in word_boxes_mm(print_paper("D38").pdf)
        if word.startswith("—") and top > 262
    ]
    assert [left > 150 for left, _ in dashes][::2] == [True, False, True]  # two dashes each
    assert all(262 + 6 < top < 262 + 14 for _, top in dashes)


def test_organ_and_date_never_stand_alone(print_paper):
    for lines in range(0, 24, 2):
        data = sample("D09")
        data["correction"]["demand"] = "\n".join(["清除占道物品。"] * (1 + lines))
        boxes = word_boxes_mm(print_paper("D09", data).pdf)
        dated = max(n for n, box in enumerate(boxes) if "本文书一式二份" in box[4])
        organ = next(n for n in range(dated, len(boxes)) if "执法局" in boxes[n][4])
        assert boxes[organ][1] > boxes[dated][1]


@pytest.mark.parametrize("villages", [0, 14, 40])
def test_the_report_stays_on_the_paper(villages, font_dirs):
    pdf = render_report(report(villages), font_dirs=font_dirs, issued_at=ISSUED_AT["D56"]).pdf
    assert all(
        left > 21 and right < 189 and bottom < 290
        for left, _, right, bottom, _ in word_boxes_mm(pdf)
    )


def red_square() -> str:
    picture = io.BytesIO()
    Image.new("RGB", (60, 60), (213, 16, 24)).save(picture, "PNG")
    return base64.b64encode(picture.getvalue()).decode()


@pytest.mark.parametrize("code", ["D38", "D09", "D12", "D05", "D16"])
def test_the_seal_lies_over_organ_and_date_below_its_middle(code, print_paper):
    pdf = print_paper(code, sample(code) | {"seal_png": red_square()}).pdf
    pages = int(poppler("pdfinfo", pdf).split("Pages:")[1].split()[0])
    page, seal = next((n, box) for n in range(1, pages + 1) if (box := red_box_mm(pdf, n)))
    left, top, right, bottom = seal
    assert right - left == pytest.approx(42, abs=1.1)
    every = word_boxes_mm(pdf, page)
    words = [one for one in every if one[0] > 80]
    organ = [one for one in words if one[4].endswith("执法局") and top < one[1] < bottom]
    dated = [one for one in words if "日" in one[4] and top < one[1] < bottom]
    assert organ
    assert dated
    middle, lines = (top + bottom) / 2, (organ[-1][1] + dated[-1][3]) / 2
    assert 3 < lines - middle < 9
    assert dated[-1][3] < bottom
    assert (organ[-1][0] + organ[-1][2]) / 2 == pytest.approx((left + right) / 2, abs=1.5)
    above = [one[3] for one in every if one[3] < organ[-1][1] - 2]
    assert -2 < top - max(above) < 10.3  # within one line of the text (cells are taller than ink)
