"""What each paper (文书) must state, who signs it and how it is numbered: one row per paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from enforcement.law.errors import UnknownRuleError
from enforcement.law.paper_blocks import (
    CASE,
    CLOSING,
    CORRECTION,
    EVIDENCE,
    FACTS,
    FINE,
    LAW,
    LEAD,
    NOTICE,
    NOTICED,
    OFFICERS,
    OPINIONS,
    ORGAN,
    PARTY,
    PAYMENT,
    PENALTY,
    PLEA,
    RECORD,
    REMEDIES,
    SERVICE,
    SIGNATURES,
    F,
    optional,
    relaxed,
)
from enforcement.law.paper_types import FieldType, Paper, PaperField, Signer

__all__ = [
    "PAPERS",
    "TOWNSHIP_REPORT",
    "FieldType",
    "Paper",
    "PaperField",
    "Signer",
    "missing_fields",
    "number_text",
    "paper",
    "values_at",
]

NUMBER_PATTERN: Final = "{organ}{word}字〔{year}〕{n}号"  # GB/T 9704-2012, 7.2.5


def paper(code: str) -> Paper:
    """Return the declaration of a paper; raises UnknownRuleError."""
    if code not in PAPERS:
        raise UnknownRuleError(f"没有编号为“{code}”的文书")
    return PAPERS[code]


def number_text(organ_short: str, word: str, year: int, n: int) -> str:
    """Return a document number, e.g. 梨综执罚决字〔2026〕1号; n counts from 1, else ValueError."""
    if n < 1:
        raise ValueError("a document number counts from 1")
    return NUMBER_PATTERN.format(organ=organ_short, word=word, year=year, n=n)


def missing_fields(paper: Paper, data: Mapping[str, Any]) -> list[PaperField]:
    """Return what the paper must state and the data lacks, in the order of the declaration."""
    return [field for field in paper.fields if field.required and _is_missing(field, data)]


def values_at(data: Any, path: str) -> Iterator[Any]:
    """Yield the values at a path, None where it leads nowhere; "[]" steps into every element."""
    head, _, rest = path.partition(".")
    value = data.get(head.removesuffix("[]")) if isinstance(data, Mapping) else None
    if not rest:
        yield value
    elif not head.endswith("[]"):
        yield from values_at(value, rest)
    elif isinstance(value, list):
        for element in value:
            yield from values_at(element, rest)


def _is_missing(field: PaperField, data: Mapping[str, Any]) -> bool:
    if field.only_if is not None:
        path, wanted = field.only_if
        if not any(word in str(value) for word in wanted for value in values_at(data, path)):
            return False
    return any(_is_empty(value, field.min_items) for value in values_at(data, field.path))


def _is_empty(value: Any, min_items: int) -> bool:
    if isinstance(value, list):
        return len(value) < min_items
    return value is None or (isinstance(value, str) and not value.strip())


_HANDLERS: Final = Signer(("officer", "officers", "handler"), "承办人意见")
_UNIT: Final = Signer(("unit", "unit_leader", "squad_leader", "brigade_leader"), "承办机构意见")
_HEAD: Final = Signer(("head",), "行政机关负责人审批意见")
_SEAL: Final = Signer(("organ",), "行政机关印章")
_PARTY_SIGNS: Final = Signer(("party",), "当事人")
_OFFICERS_SIGN: Final = Signer(("officer",), "执法人员")
_WITNESS: Final = Signer(("witness",), "见证人")
_PARTY_AS_KNOWN: Final = relaxed(
    PARTY,
    "party.id_number",
    "party.uscc",
    "party.representative",
    "party.address",
)
_FILE: Final = ("案卷",)
_PARTY_AND_FILE: Final = ("当事人", "案卷")

# fmt: off
_TABLE: Final = (
    Paper("D01", "案源（线索）登记表", "Lead register", "行政处罚法54", "接到违法线索时", "源",
          (*ORGAN, *LEAD, *optional(*CASE, *PARTY, *OPINIONS)),
          (_HANDLERS, Signer(_UNIT.roles, "承办机构负责人意见")), _FILE, 1, True, "D01.typ"),
    Paper("D02", "立案审批表", "Filing approval", "行政处罚法54", "报请立案时", "立",
          (*ORGAN, *CASE, *_PARTY_AS_KNOWN,
           *OFFICERS, *FACTS, *LAW, *OPINIONS, *optional(*EVIDENCE, *LEAD)),
          (_HANDLERS, _UNIT, _HEAD), _FILE, 1, True, "D02.typ"),
    Paper("D08", "现场检查（勘验）笔录", "Scene record", "行政处罚法42、46、55", "现场检查时", None,
          (*ORGAN, *CASE, *_PARTY_AS_KNOWN,
           *OFFICERS, *RECORD, *SIGNATURES),
          (_PARTY_SIGNS, _OFFICERS_SIGN, _WITNESS), _FILE, 1, False, "D08.typ"),
    Paper("D09", "责令限期改正通知书", "Order to correct", "行政处罚法28", "责令改正时", "责改",
          (*ORGAN, *CASE, *PARTY, *FACTS, *LAW, *CORRECTION, *REMEDIES, *SIGNATURES),
          (_SEAL, _PARTY_SIGNS), _PARTY_AND_FILE, 2, False, "D09.typ"),
    Paper("D26", "行政处罚事先告知书", "Notice of proposed penalty", "行政处罚法44、45",
          "作出处罚决定之前", "告",
          (*ORGAN, *CASE, *PARTY, *FACTS, *optional(*EVIDENCE), *LAW, *PENALTY,
           F("penalty.proposed_yuan", "money", "拟罚款数额", "Proposed fine", only_if=FINE),
           *NOTICE), (_SEAL,), _PARTY_AND_FILE, 2, False, "D26.typ"),
    Paper("D38", "行政处罚决定书", "Penalty decision", "行政处罚法59", "作出处罚决定时", "罚决",
          (*ORGAN, *CASE, *PARTY, *FACTS, *EVIDENCE, *NOTICED, *PLEA, *LAW, *PENALTY,
           F("penalty.amount_yuan", "money", "罚款数额", "Fine", only_if=FINE),
           *PAYMENT, *REMEDIES), (_SEAL,), _PARTY_AND_FILE, 2, False, "D38.typ"),
    Paper("D41", "送达回证", "Proof of service", "行政处罚法61，民事诉讼法87至95",
          "每次送达时", None,
          (*ORGAN, *CASE, *SERVICE, *OFFICERS, *SIGNATURES),
          (Signer(("recipient",), "收件人"), _OFFICERS_SIGN, _WITNESS),
          _FILE, 1, False, "D41.typ"),
    Paper("D56", "结案审批表", "Closing approval", "行政处罚法66、67", "报请结案时", "结",
          (*ORGAN, *CASE, *_PARTY_AS_KNOWN,
           *OFFICERS, *CLOSING, *OPINIONS),
          (_HANDLERS, _UNIT, _HEAD), _FILE, 1, True, "D56.typ"),
)
# fmt: on

PAPERS: Final[Mapping[str, Paper]] = MappingProxyType({paper.code: paper for paper in _TABLE})

TOWNSHIP_REPORT: Final = Paper(
    "township_report",
    "综合行政执法月报",
    "Township monthly report",
    "行政处罚法39",
    "每月",
    None,
    (
        F("organ.name", "text", "编制单位", "Organ"),
        F("township.name", "text", "乡镇", "Township"),
        F("month", "text", "月份", "Month"),
        F("figures", "list", "主要数字", "Key figures"),
        F("figures[].label", "text", "数字名称", "Label of a figure"),
        F("figures[].value", "text", "数值", "Value of a figure"),
        F("by_village.columns", "list", "分村表表头", "Columns of the table by village"),
        F("by_kind.columns", "list", "分类表表头", "Columns of the table by kind"),
        F("findings", "long_text", "分析和建议", "Findings"),
    ),
    (),
    ("乡镇", "县局"),
    1,
    True,
    "township_report.typ",
)
