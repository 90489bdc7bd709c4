"""Discretion (R13): tiers by circumstances, ranges within the law's, conditions of a benchmark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enforcement.law.discretion import CENT, Row, assess, statute_of
from enforcement.law.discretion_facts import ConditionError, Facts, conditions
from enforcement.law.discretion_terms import Harm, Measure, MitigationGround, Tier
from enforcement.law.matters import FineRange, matter, matters
from enforcement.law.terms import PartyKind

ON = date(2026, 3, 2)
BODY, PERSON = PartyKind.ORGANISATION, PartyKind.PERSON


def row(**change: Any) -> Row:
    made = Row(
        "M24", None, Tier.LIGHTER, conditions("面积<10"), "罚款", Measure.YUAN, Decimal(3000),
        Decimal(5000), date(2026, 1, 1), None, "县裁量基准（示例）",
    )  # fmt: skip
    return replace(made, **change)


def span(low: float, high: float) -> FineRange:
    return FineRange(Decimal(str(low)), Decimal(str(high)))


def test_r13_the_default_cuts_the_range_of_the_law_by_thirty_per_cent() -> None:
    case, lighter = matter("M24"), Facts(ground=MitigationGround.ELIMINATED)
    found = assess(case, BODY, Facts(), ON)
    assert (found.tier, found.range_yuan, found.default) == (
        Tier.ORDINARY, span(11100, 21900), True)  # fmt: skip
    assert "（默认）" in found.basis
    assert assess(case, BODY, lighter, ON).range_yuan == span(3000, 11100)
    assert assess(case, BODY, Facts(emergency=True), ON).range_yuan == span(21900, 30000)


def test_r13_lighter_and_heavier_only_where_a_law_says_so() -> None:
    case = matter("M24")
    assert assess(case, BODY, Facts(repeats_1y=3, harm=Harm.GRAVE), ON).tier is Tier.ORDINARY
    assert assess(case, PERSON, Facts(minor=True), ON).tier is Tier.LIGHTER
    both = Facts(ground=MitigationGround.MERIT, emergency=True)
    assert assess(case, BODY, both, ON).tier is Tier.ORDINARY
    soil = Facts(black_soil=True, base_yuan=Decimal(100), area_m2=Decimal(5))
    assert assess(matter("M20"), BODY, soil, ON).tier is Tier.HEAVIER
    assert assess(case, BODY, soil, ON).tier is Tier.ORDINARY


def test_r13_a_slight_corrected_act_without_harm_is_not_punished() -> None:
    slight = Facts(slight=True, corrected=True, harm=Harm.NONE)
    found = assess(matter("M24"), BODY, slight, ON)
    assert (found.tier, found.range_yuan) == (Tier.NONE, None)
    assert "第三十三条" in found.why[0]
    assert assess(matter("M24"), BODY, replace(slight, harm=None), ON).tier is Tier.ORDINARY


def test_r13_below_the_range_only_on_a_ground_of_law() -> None:
    case = matter("M24")
    assert assess(case, BODY, Facts(mitigate=True), ON).tier is Tier.ORDINARY
    asked = Facts(mitigate=True, ground=MitigationGround.COERCED)
    found = assess(case, BODY, asked, ON)
    assert (found.tier, found.range_yuan) == (Tier.MITIGATED, span(0.01, 2999.99))
    none_lowest = assess(matter("M12"), BODY, asked, ON)
    assert none_lowest.tier is Tier.LIGHTER


@pytest.mark.parametrize(
    ("code", "facts", "low", "high"),
    [
        ("M15", Facts(base_yuan=Decimal(200_000)), 10_000, 20_000),
        ("M17", Facts(base_yuan=Decimal(30_000)), 0, 30_000),
        ("M19", Facts(area_m2=Decimal("12.5")), 1250, 12_500),
        ("M20", Facts(base_yuan=Decimal(4000)), 20_000, 40_000),
        ("M21", Facts(volume_m3=Decimal(3)), 1500, 15_000),
    ],
)
def test_a_range_in_words_is_counted_from_its_base(
    code: str, facts: Facts, low: float, high: float
) -> None:
    assert assess(matter(code), BODY, facts, ON).statutory == span(low, high)
    lacking = assess(matter(code), BODY, Facts(), ON)
    assert lacking.range_yuan is None
    assert lacking.missing


def test_the_first_fitting_row_of_the_county_decides() -> None:
    rows = (row(), row(conditions=(), tier=Tier.ORDINARY, low=Decimal(5000), high=Decimal(9000)))
    case = matter("M24")
    found = assess(case, BODY, Facts(area_m2=Decimal("9.99")), ON, rows)
    assert (found.range_yuan, found.default) == (span(3000, 5000), False)
    assert "面积<10" in found.why[0]
    assert assess(case, BODY, Facts(area_m2=Decimal(10)), ON, rows).range_yuan == span(5000, 9000)
    assert assess(case, BODY, Facts(), ON, rows).tier is Tier.ORDINARY  # an unknown area fits none
    before = assess(case, BODY, Facts(), date(2025, 12, 31), rows)
    assert before.default


def test_a_row_for_one_kind_of_party_leaves_the_others_alone() -> None:
    rows = (row(conditions=(), party=PERSON),)
    assert not assess(matter("M24"), PERSON, Facts(), ON, rows).default
    assert assess(matter("M24"), BODY, Facts(), ON, rows).default


@pytest.mark.parametrize(
    "text",
    ["面积", "面积~10", "面积>=x", "价格<10", "及时改正=1", "危害后果>无", "面积<-1", "面积<NaN"],
)
def test_a_condition_that_cannot_be_read_is_quoted(text: str) -> None:
    with pytest.raises(ConditionError, match=text[:2]):
        conditions(text)


def test_conditions_are_written_as_they_are_read() -> None:
    text = "面积>=10；一年内再犯>=2；危害后果=轻微；及时改正=是"
    assert "；".join(one.zh for one in conditions(text)) == text


FIGURE = st.none() | st.decimals(0, 10_000, places=2)
FACTS = st.builds(
    Facts,
    area_m2=FIGURE, volume_m3=FIGURE, base_yuan=FIGURE, times=st.none() | st.integers(0, 9),
    repeats_1y=st.integers(0, 5), repeats_2y=st.integers(0, 5),
    harm=st.none() | st.sampled_from(Harm), slight=st.booleans(), corrected=st.booleans(),
    minor=st.booleans(), emergency=st.booleans(), black_soil=st.booleans(),
    ground=st.none() | st.sampled_from(MitigationGround), mitigate=st.booleans(),
)  # fmt: skip
AMOUNT = st.decimals(0, 1_000_000, places=2)
CODES = [code for code, one in matters().items() if one.ours]
TEXTS = st.sampled_from(["", "面积>=10", "及时改正=是", "危害后果=严重", "一年内再犯>=1"])


@st.composite
def any_row(draw: Any, code: str) -> Row:
    """A row whatever its figures: an edition may have been imported under an older range."""
    law = statute_of(matter(code), BODY)
    return Row(
        code, draw(st.none() | st.sampled_from(PartyKind)), draw(st.sampled_from(Tier)),
        conditions(draw(TEXTS)), "罚款", law.measure if law else Measure.YUAN,
        draw(AMOUNT), draw(AMOUNT), date(2026, 1, 1), None, "示例",
    )  # fmt: skip


@given(st.data(), st.sampled_from(CODES), FACTS, st.sampled_from(PartyKind))
def test_r13_a_range_never_leaves_the_laws_unless_mitigated_on_a_ground(
    data: st.DataObject, code: str, facts: Facts, party: PartyKind
) -> None:
    rows = tuple(data.draw(st.lists(any_row(code), max_size=3)))
    found = assess(matter(code), party, facts, ON, rows)
    if found.range_yuan is None:
        return
    low, high = found.range_yuan.min_yuan, found.range_yuan.max_yuan
    assert found.statutory is not None
    assert low <= high
    if found.tier is Tier.MITIGATED:
        assert facts.grounds
        assert facts.mitigate
        assert CENT <= low <= high < found.statutory.min_yuan
    else:
        assert found.statutory.min_yuan <= low <= high <= found.statutory.max_yuan
