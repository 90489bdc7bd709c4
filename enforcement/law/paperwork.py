"""What each paper (文书) must state, who signs it and how it is numbered: one row per paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from enforcement.law.errors import UnknownRuleError
from enforcement.law.paper_blocks import F
from enforcement.law.paper_types import FieldType, Paper, PaperField, Signer
from enforcement.law.papers_decision import DECISION_PAPERS
from enforcement.law.papers_dossier import DOSSIER_PAPERS
from enforcement.law.papers_evidence import EVIDENCE_PAPERS
from enforcement.law.papers_execution import EXECUTION_PAPERS
from enforcement.law.papers_filing import FILING
from enforcement.law.papers_inspection import INSPECTION_PAPERS
from enforcement.law.papers_measures import MEASURE_PAPERS
from enforcement.law.papers_notice import NOTICE_PAPERS
from enforcement.law.papers_transfer import TRANSFER_PAPERS

__all__ = [
    "DIARY",
    "PAPERS",
    "TOWNSHIP_REPORT",
    "FieldType",
    "Paper",
    "PaperField",
    "Signer",
    "missing_fields",
    "number_text",
    "number_word",
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


def number_word(paper: Paper, data: Mapping[str, Any]) -> str | None:
    """Return the 文种字 that the paper bears with this data; None where it bears no number."""
    if paper.words_by is None:
        return paper.number_word
    path, words = paper.words_by
    return words.get(str(next(values_at(data, path), None)), paper.number_word)


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


_TABLE: Final = sorted(
    (
        *FILING,
        *EVIDENCE_PAPERS,
        *NOTICE_PAPERS,
        *DECISION_PAPERS,
        *EXECUTION_PAPERS,
        *TRANSFER_PAPERS,
        *DOSSIER_PAPERS,
        *MEASURE_PAPERS,
        *INSPECTION_PAPERS,
    ),
    key=lambda paper: paper.code,
)

PAPERS: Final[Mapping[str, Paper]] = MappingProxyType({paper.code: paper for paper in _TABLE})

DIARY: Final = Paper(
    "diary",
    "办案日志",
    "Diary of a case",
    "行政处罚法47",
    "需要时",
    None,
    (
        F("case.number", "text", "案件编号", "Case"),
        F("case.cause", "text", "案由", "Cause"),
        F("case.state_name", "text", "状态", "State"),
        F("entries", "list", "办理经过", "Acts"),
        F("entries[].no", "number", "序号", "No."),
        F("entries[].at", "moment", "时间", "Time"),
        F("entries[].name", "text", "事项", "Act"),
        F("entries[].by_name", "text", "办理人", "By"),
        F("entries[].article", "text", "依据", "Article"),
        F("taken.by_name", "text", "导出人", "Taken by"),
        F("taken.at", "moment", "导出时间", "Taken at"),
    ),
    (),
    ("案卷",),
    1,
    True,
    "diary.typ",
)
"""The story of a case, made anew whenever it is asked for; no paper of the case itself (罚47)."""

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
