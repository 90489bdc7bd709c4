"""Papers that close a case and its dossier: closing approval, cover, index (罚54, 66-67)."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    CLOSING,
    OFFICERS,
    OPINIONS,
    ORGAN,
    PARTY,
    act,
    optional,
)
from enforcement.law.paper_course import DECISION
from enforcement.law.paper_signers import APPROVAL, ARCHIVIST, FILE, PARTY_AS_KNOWN
from enforcement.law.paper_types import Paper

# fmt: off
DOSSIER_PAPERS: Final = (
    Paper("D56", "结案审批表", "Closing approval", "行政处罚法66、67", "报请结案时", "结",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN,
           *OFFICERS, *CLOSING, *OPINIONS),
          APPROVAL, FILE, 1, True, "D56.typ"),
    Paper("D58", "卷宗封面", "File cover", "档案法实施条例", "归档时", None,
          (*ORGAN, *CASE,
           act("pages", "number", "页数", "Pages"),
           act("years", "text", "保管期限", "Kept for"),
           *optional(*PARTY, *OFFICERS, *DECISION,
                     act("note", "long_text", "备考", "Note"),
                     act("done_at", "moment", "归档时间", "Archived at"),
                     act("by_name", "text", "立卷人", "Archivist"))),
          (ARCHIVIST,), FILE, 1, True, "D58.typ"),
)
# fmt: on
