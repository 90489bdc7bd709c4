from __future__ import annotations

from pathlib import Path

import pytest

from enforcement.law.errors import UnknownRuleError
from enforcement.law.paperwork import (
    PAPERS,
    TOWNSHIP_REPORT,
    missing_fields,
    number_text,
    number_word,
    paper,
    values_at,
)

TEMPLATES = Path(__file__).parents[2] / "templates" / "document"
# The numbers of the catalogue (procedure.md 3); a paper that is not named bears none.
WORDS = {
    "D01": "源", "D02": "立", "D03": "不立", "D04": "复", "D05": "当罚", "D06": "备",
    "D09": "责改", "D10": "复查", "D11": "调证", "D12": "抽", "D13": "鉴", "D15": "先登",
    "D16": "先处", "D18": "查扣", "D20": "延", "D21": "检告", "D22": "解", "D26": "告",
    "D27": "听告", "D30": "听受", "D31": "听通", "D32": "听公", "D35": "法审", "D38": "罚决",
    "D39": "不罚", "D43": "延缴", "D44": "缴", "D45": "催", "D46": "强执", "D47": "限拆",
    "D48": "代履", "D50": "申执", "D51": "移", "D53": "刑移", "D55": "中", "D56": "结",
    "D57": "撤", "D61": "变", "D62": "检批", "D63": "检通", "D65": "检果", "D67": "回",
    "D68": "委", "D70": "送公",
}  # fmt: skip


def paths(code, data):
    return [field.path for field in missing_fields(paper(code), data)]


def test_papers_bear_the_catalogues_number_words():
    borne = {code: declared.number_word for code, declared in PAPERS.items()}
    assert {code: word for code, word in borne.items() if word} == WORDS


def test_the_end_of_a_case_is_numbered_apart_from_its_suspension():
    for event, word in (("suspend", "中"), ("resume", "中"), ("terminate", "终")):
        assert number_word(paper("D55"), {"act": {"event": event}}) == word
    for kind, word in (("order", "限拆"), ("notice", "拆公")):
        assert number_word(paper("D47"), {"demolition": {"kind": kind}}) == word


def test_the_catalogue_is_whole():
    assert list(PAPERS) == [f"D{n:02}" for n in range(1, 72)]
    assert len({declared.name for declared in PAPERS.values()}) == 71


def test_two_papers_never_share_a_number_word():
    words = [declared.number_word for declared in PAPERS.values() if declared.number_word]
    assert len(words) == len(set(words))


@pytest.mark.parametrize("declared", [*PAPERS.values(), TOWNSHIP_REPORT], ids=lambda p: p.code)
def test_a_declaration_is_whole(declared):
    assert (TEMPLATES / declared.template).is_file()
    assert declared.article
    assert declared.copies >= 1
    assert len({declared.name, declared.name_en, declared.when}) == 3
    assert all(field.zh and field.en for field in declared.fields)


@pytest.mark.parametrize(
    ("word", "n", "text"),
    [
        ("罚决", 1, "梨综执罚决字〔2026〕1号"),
        ("责改", 120, "梨综执责改字〔2026〕120号"),
    ],
)
def test_numbers_have_six_cornered_brackets_and_no_leading_zeros(word, n, text):
    assert number_text("梨综执", word, 2026, n) == text


def test_numbers_count_from_one():
    with pytest.raises(ValueError, match="counts from 1"):
        number_text("梨综执", "罚决", 2026, 0)


def test_an_unknown_paper_is_refused():
    with pytest.raises(UnknownRuleError, match="D99"):
        paper("D99")


def test_an_empty_decision_lacks_what_article_59_asks_for():
    lacking = paths("D38", {})
    for path in (
        "party.name",
        "facts.act",
        "evidence",
        "law.violated",
        "law.basis",
        "penalty.kind",
        "organ.reconsideration_organ",
        "organ.court",
        "organ.name",
    ):
        assert path in lacking


@pytest.mark.parametrize(
    ("kind", "asked", "not_asked"),
    [
        ("person", "party.id_number", "party.uscc"),
        ("organisation", "party.uscc", "party.id_number"),
        ("individual_business", "party.representative", "party.id_number"),
    ],
)
def test_identity_is_asked_for_by_the_kind_of_party(kind, asked, not_asked):
    lacking = paths("D38", {"party": {"kind": kind}})
    assert asked in lacking
    assert not_asked not in lacking


@pytest.mark.parametrize(("kind", "asked"), [("罚款", True), ("警告、罚款", True), ("警告", False)])
def test_bank_and_amount_are_asked_for_where_there_is_a_fine(kind, asked):
    lacking = paths("D38", {"penalty": {"kind": kind}})
    assert ("penalty.amount_yuan" in lacking) is asked
    assert ("payment.account" in lacking) is asked


@pytest.mark.parametrize(("count", "lacks"), [(0, True), (1, True), (2, False)])
def test_one_officer_is_not_enough(count, lacks):
    officers = [{"name": "王示例", "certificate": "1"}] * count
    assert ("officers" in paths("D41", {"officers": officers})) is lacks


def test_each_element_of_a_list_is_looked_at():
    officers = [{"name": "王示例", "certificate": "1"}, {"name": "赵示例", "certificate": " "}]
    assert "officers[].certificate" in paths("D41", {"officers": officers})
    assert list(values_at({"a": [{"b": 1}, {}]}, "a[].b")) == [1, None]


def test_false_is_an_answer():
    assert "plea.made" not in paths("D38", {"plea": {"made": False}})
    assert "plea.content" in paths("D38", {"plea": {"made": True}})
