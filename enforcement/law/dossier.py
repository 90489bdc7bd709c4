"""Order of a case's file: which papers stand where, in the main or in the secondary volume.

Source: 档案法实施条例 and the usual order of an administrative penalty file (default; an archive
may ask for another one). The main volume (正卷) holds outward papers and evidence, the secondary
(副卷) what the organ considered within: approvals, legal review, discussion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from enforcement.law.terms import Term


class Volume(Term):
    """Volume of a file."""

    MAIN = "main", "正卷", "Main volume"
    SECONDARY = "secondary", "副卷", "Secondary volume"


@dataclass(frozen=True)
class Shelf:
    """A place in a volume; evidence -- photos and files of the case stand here too."""

    volume: Volume
    zh: str
    en: str
    papers: tuple[str, ...]
    evidence: bool = False


M, S = Volume.MAIN, Volume.SECONDARY

SHELVES: Final = (
    Shelf(M, "决定书", "Decision", ("D38", "D39", "D05", "D61", "D40")),
    Shelf(M, "送达", "Service", ("D41", "D42", "D70")),
    Shelf(M, "案源和立案", "Lead and filing", ("D01", "D04", "D69", "D68", "D06")),
    Shelf(M, "证据", "Evidence", ("D07", "D08", "D11", "D12", "D13", "D21"), evidence=True),
    Shelf(M, "责令改正和复查", "Orders to correct", ("D09", "D10")),
    Shelf(M, "行政检查", "Inspection", ("D63", "D64", "D65", "D66")),
    Shelf(M, "保全和强制措施", "Preservation and measures", ("D15", "D16", "D18", "D19", "D20", "D22", "D23")),
    Shelf(M, "告知、申辩和听证", "Notice, statement, hearing", ("D26", "D27", "D28", "D30", "D31", "D32", "D33")),
    Shelf(M, "执行", "Execution", ("D43", "D44", "D45", "D46", "D47", "D48", "D49", "D50", "D71")),
    Shelf(M, "移送、中止和回避", "Transfer, suspension, recusal", ("D51", "D53", "D54", "D55", "D67")),
    Shelf(S, "立案和撤案审批", "Approval of the filing", ("D02", "D03", "D57")),
    Shelf(S, "调查终结报告", "Report of the inquiry", ("D24",)),
    Shelf(S, "审批表", "Approvals", ("D14", "D17", "D25", "D29", "D37", "D52", "D62")),
    Shelf(S, "听证报告", "Report on the hearing", ("D34",)),
    Shelf(S, "法制审核和集体讨论", "Legal review and discussion", ("D35", "D36")),
    Shelf(S, "结案", "Closing", ("D56",)),
)  # fmt: skip
"""Shelves in order; cover, index and closing sheet (D58-D60) are made with the volume."""

MADE_WITH_VOLUME: Final = ("D58", "D59", "D60")

SHELF_OF: Final = {code: place for place, shelf in enumerate(SHELVES) for code in shelf.papers}
"""Paper -> its place among SHELVES."""

EVIDENCE_SHELF: Final = next(n for n, shelf in enumerate(SHELVES) if shelf.evidence)


class PrintState(Term):
    """States of an order to print."""

    WORKING = "working", "制作中", "Being made"
    DONE = "done", "已完成", "Done"
    CANCELLED = "cancelled", "已取消", "Cancelled"
