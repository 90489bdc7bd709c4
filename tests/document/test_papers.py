"""Every paper of the catalogue: prints, states what it must, refuses what it lacks."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from enforcement.config import PROJECT
from enforcement.errors import InvalidInputError, MissingFieldsError
from enforcement.law.articles import chinese_number
from enforcement.law.paperwork import PAPERS, values_at
from tests.document.extremes import longest, required_paths, shortest
from tests.document.reading import poppler, squeezed_text, word_boxes_mm
from tests.document.samples import NUMBERS, sample
from tests.document.test_layout import is_inside

RAW = '甲#panic()[$x$*\\_@a<b>`c`//=#read("D38.typ")]乙'


def printed_or_refused(code, data, print_paper):
    """Return the text of the paper, or the error that refuses it."""
    try:
        return squeezed_text(print_paper(code, data).pdf)
    except InvalidInputError as error:
        return error


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("code", PAPERS)
def test_a_paper_names_its_organ_and_number_and_carries_its_fonts(code, print_paper):
    rendered = print_paper(code)
    text = squeezed_text(rendered.pdf)
    assert rendered.pages <= 3
    assert sample(code)["organ"]["name"] in text
    assert squeezed(NUMBERS[code] or "") in text
    rows = poppler("pdffonts", rendered.pdf).splitlines()[2:]
    assert all(row.split()[-5:-3] == ["yes", "yes"] for row in rows)


UNPRINTED = {"case.id", "case.cause", "party.kind", "opinions[].role"}
"""Asked for by all papers, printed where they belong."""


def printed_forms(kind: str, value: object) -> list[list[str]]:
    """Return the ways in which a value may stand on paper: one of them, all its lines."""
    if kind in ("day", "moment"):
        year, month, day = str(value)[:10].split("-")
        return [[f"{year}年{int(month)}月{int(day)}日"]]
    if kind == "money":
        return [[str(value).removesuffix(".00") + "元"]]
    if kind == "number":
        words = (
            chinese_number(int(str(value))) if str(value).isdigit() and int(str(value)) else "零"
        )
        return [[str(value)], [words]]
    return [[squeezed(line).rstrip("。") for line in str(value).splitlines()]]


@pytest.mark.parametrize("code", PAPERS)
def test_what_is_asked_for_stands_on_the_paper(code, print_paper):
    data = sample(code)
    text = squeezed_text(print_paper(code).pdf)
    for field in PAPERS[code].fields:
        if not field.required or field.type in ("list", "bool", "choice"):
            continue
        for value in values_at(data, field.path):
            if value in (None, "") or field.path in UNPRINTED:
                continue
            forms = printed_forms(field.type, value)
            assert any(all(line in text for line in form) for form in forms), field.path


@pytest.mark.parametrize("code", PAPERS)
def test_each_field_that_is_asked_for_stops_the_paper_and_is_named(code, print_paper):
    for path in required_paths(PAPERS[code], sample(code)):
        data = sample(code)
        block, _, name = path.partition(".")
        data[block][name] = None
        with pytest.raises(MissingFieldsError) as caught:
            print_paper(code, data)
        assert path in [field["path"] for field in caught.value.data["fields"]]


@pytest.mark.parametrize("code", PAPERS)
def test_the_fields_asked_for_are_enough(code, print_paper):
    assert print_paper(code, shortest(code)).pages <= 3


@pytest.mark.parametrize("code", PAPERS)
def test_no_text_of_a_paper_is_ever_markup(code, print_paper):
    data = sample(code)
    data["case"]["cause"] = RAW
    data.setdefault("party", {})["name"] = RAW
    for field in PAPERS[code].fields:
        block, _, name = field.path.partition(".")
        if block.endswith("[]") and field.type == "text" and data.get(block[:-2]):
            data[block[:-2]][0][name] = RAW
        if field.type == "long_text" and isinstance(data.get(block), dict) and name in data[block]:
            data[block][name] = RAW
    assert squeezed(RAW) in squeezed_text(print_paper(code, data).pdf)


def test_twelve_pages_of_interview_are_signed_on_each_page(print_paper):
    rendered = print_paper("D07", longest("D07"))
    text = squeezed_text(rendered.pdf)
    assert rendered.pages >= 12
    assert f"第12页共{rendered.pages}页" in text
    assert text.count("被询问人：") >= rendered.pages
    assert text.count("以下空白") <= 1


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said=st.text(min_size=1, max_size=60))
def test_whatever_is_said_is_printed_or_refused_by_name(said, print_paper):
    data = sample("D28")
    data["act"]["content"] = f"甲{said}乙"
    printed = printed_or_refused("D28", data, print_paper)
    if isinstance(printed, InvalidInputError):
        assert printed.field == "act.content"
        assert set(printed.data["characters"]) & set(said) or "U+" in printed.data["characters"]
    else:
        assert "甲" in printed
        assert "乙" in printed


WORDS = [
    (code, field.path)
    for code, paper in PAPERS.items()
    for field in paper.fields
    if field.type in ("text", "long_text")
    and field.path.count(".") == 1
    and "[]" not in field.path
    and field.path not in UNPRINTED | {"party.name", "case.number"}
]


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(WORDS), said=st.text(min_size=1, max_size=60))
def test_any_text_in_any_field_is_printed_within_the_paper_or_refused(place, said, print_paper):
    code, path = place
    data, (block, name) = sample(code), path.split(".")
    data.setdefault(block, {})[name] = f"甲{said}乙"
    try:
        pdf = print_paper(code, data).pdf
    except InvalidInputError as error:
        assert error.field == path  # noqa: PT017 -- the other half of the property
        return
    outside = [word for word in word_boxes_mm(pdf) if not is_inside(word)]
    assert [word for word in outside if not word[4].startswith("扫码")] == []


GUIDE = PROJECT / "enforcement" / "static" / "guide"


def test_the_guide_shows_all_papers_on_sheets_that_load_fast():
    shown = []
    for path in sorted(GUIDE.glob("papers-*.png")):
        assert path.stat().st_size <= 500_000
        with Image.open(path) as sheet:
            shown += sheet.text["papers"].split(",")
            assert sheet.width >= 2000
    assert shown == list(PAPERS)


@pytest.mark.parametrize("said", ["\u202eabc", "😀", "\u0007", "שלום", "\ufeff", "\u200b"])
def test_what_no_font_prints_is_refused_by_name(said, print_paper):
    data = sample("D28")
    data["act"]["content"] = said
    with pytest.raises(InvalidInputError) as caught:
        print_paper("D28", data)
    assert caught.value.field == "act.content"


@pytest.mark.parametrize(
    ("code", "change", "said"),
    [
        ("D30", {"answer": "accepted"}, "决定予以受理"),
        ("D30", {"answer": "late"}, "决定不予受理"),
        ("D55", {"event": "suspend"}, "中止案件办理通知书"),
        ("D55", {"event": "resume", "ground": None}, "恢复案件办理通知书"),
        ("D55", {"event": "terminate", "ground": "party_gone"}, "公民死亡或者单位终止且无承受人"),
        ("D61", {"revision": "changed"}, "变更为人民币1000元（大写：壹仟元整）"),
        ("D61", {"revision": "revoked", "amount": None}, "本机关决定：撤销《行政处罚决定书》"),
        ("D28", {"outcome": "waived", "content": None}, "书面放弃陈述、申辩"),
        ("D33", {"end": "given_up"}, "视为放弃听证权利，终止听证"),
        ("D67", {"outcome": "refused"}, "不需回避"),
        ("D66", {"kind": "sampling"}, "行政检查抽样记录"),
    ],
)
def test_a_paper_prints_what_the_act_chose(code, change, said, print_paper):
    data = sample(code)
    data["act"] |= change
    assert said in squeezed_text(print_paper(code, data).pdf)


def test_a_word_that_is_no_choice_is_refused(print_paper):
    data = sample("D30")
    data["act"]["answer"] = "perhaps"
    with pytest.raises(InvalidInputError, match="不是列出的选项") as caught:
        print_paper("D30", data)
    assert caught.value.field == "act.answer"


def test_an_order_and_a_notice_of_demolition_are_two_papers(print_paper):
    data = sample("D47")
    order = squeezed_text(print_paper("D47", data).pdf)
    data["demolition"]["kind"] = "notice"
    notice = squeezed_text(print_paper("D47", data).pdf)
    assert "限期拆除决定书" in order
    assert "申请行政复议" in order
    assert "强制拆除公告" in notice
    assert "特此公告" in notice


def test_an_on_the_spot_decision_sends_to_reconsideration_first(print_paper):
    text = squeezed_text(print_paper("D05").pdf)
    assert "先向梨树县人民政府申请行政复议" in text
    assert "行政复议法》第二十三条第一款第（一）项" in text
    assert "个月内" not in text


@pytest.mark.parametrize("code", ["D06", "D12", "D19", "D23", "D54", "D59", "D71"])
def test_a_list_over_several_pages_repeats_its_head_and_ends_in_a_stroke(code, print_paper):
    data = sample(code)
    name = "items" if "items" in data else "spots" if "spots" in data else "entries"
    data[name] = [{**data[name][0], "no": n} for n in range(1, 61)]
    rendered = print_paper(code, data)
    text = squeezed_text(rendered.pdf)
    assert rendered.pages >= 3
    assert text.count("序号") >= rendered.pages - 1
    assert text.count("以下空白") == 1
