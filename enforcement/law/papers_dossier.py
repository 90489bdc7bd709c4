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
    F,
    act,
    optional,
)
from enforcement.law.paper_course import DECISION
from enforcement.law.paper_signers import APPROVAL, ARCHIVIST, CHECKER, FILE, PARTY_AS_KNOWN
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
    Paper("D59", "卷内目录", "Index of the file", "档案法实施条例", "归档时", None,
          (*ORGAN, *CASE,
           F("entries", "list", "卷内文书", "Entries"),
           F("entries[].title", "text", "文书名称", "Title"),
           F("entries[].page", "text", "页号", "Page"),
           *optional(F("entries[].number", "text", "文号", "Number"),
                     F("entries[].dated_on", "day", "日期", "Date"),
                     F("entries[].remark", "text", "备注", "Remark"))),
          (ARCHIVIST,), FILE, 1, True, "D59.typ"),
    Paper("D60", "卷内备考表", "Closing sheet of the file", "档案法实施条例", "归档时", None,
          (*ORGAN, *CASE,
           F("archive.pages", "number", "页数", "Pages"),
           F("archive.by_name", "text", "立卷人", "Archivist"),
           F("archive.on", "day", "立卷日期", "On"),
           *optional(F("archive.note", "long_text", "情况说明", "Note"),
                     F("archive.missing", "long_text", "缺损、补充情况", "Missing"),
                     F("archive.photos", "number", "照片张数", "Photographs"),
                     F("archive.discs", "number", "光盘张数", "Discs"))),
          (ARCHIVIST, CHECKER), FILE, 1, True, "D60.typ"),
)
# fmt: on
