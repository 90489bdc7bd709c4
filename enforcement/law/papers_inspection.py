"""Papers of inspections of enterprises (行政检查): approval, notice, record, result (D62-D66)."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    OFFICERS,
    OPINIONS,
    ORGAN,
    RECORD,
    SIGNATURES,
    F,
    act,
    optional,
    pick,
)
from enforcement.law.paper_course import INSPECTED, InspectionRecord
from enforcement.law.paper_signers import APPROVAL, FILE, HEAD, OFFICERS_SIGN, ON_THE_SPOT, SEAL
from enforcement.law.paper_types import Paper

_SOURCE: Final = "国办发〔2024〕54号"
_BOTH: Final = ("被检查对象", "案卷")
# fmt: off
INSPECTION_PAPERS: Final = (
    Paper("D62", "行政检查审批表", "Approval of an inspection", _SOURCE, "检查企业之前", "检批",
          (*ORGAN, *optional(*CASE), *INSPECTED, *OFFICERS, *OPINIONS,
           F("inspection.source", "text", "任务来源", "Source of the task"),
           F("inspection.used", "number", "本年度已检查次数", "Inspections this year"),
           F("inspection.cap", "number", "年度检查频次上限", "Yearly cap"),
           F("inspection.from_on", "day", "检查起始日", "From"),
           F("inspection.until_on", "day", "检查截止日", "Until")),
          (*APPROVAL[:2], HEAD), FILE, 1, True, "D62.typ"),
    Paper("D63", "行政检查通知书", "Notice of an inspection", _SOURCE, "实施检查之前", "检通",
          (*ORGAN, *optional(*CASE), *INSPECTED, *OFFICERS,
           F("inspection.at", "moment", "检查时间", "Time"),
           F("inspection.rights", "long_text", "被检查对象的权利义务", "Rights and duties"),
           F("inspection.discipline", "long_text", "检查纪律（五个严禁）", "Discipline")),
          (SEAL,), _BOTH, 2, False, "D63.typ"),
    Paper("D64", "行政检查现场检查笔录", "Inspection record", _SOURCE, "实施检查时", None,
          (*ORGAN, *optional(*CASE), *INSPECTED, *OFFICERS, *RECORD, *SIGNATURES),
          ON_THE_SPOT, FILE, 1, False, "D64.typ"),
    Paper("D65", "行政检查结果告知书", "Result of an inspection", _SOURCE, "检查结束后", "检果",
          (*ORGAN, *optional(*CASE), *INSPECTED,
           F("inspection.at", "moment", "检查时间", "Time"),
           F("inspection.result", "long_text", "检查结果", "Result"),
           *optional(F("inspection.corrections", "long_text", "整改要求", "Corrections"))),
          (SEAL,), _BOTH, 2, False, "D65.typ"),
    Paper("D66", "行政检查询问（勘验、抽样）记录", "Other record of an inspection", _SOURCE,
          "检查中询问、勘验或者抽样时", None,
          (*ORGAN, *optional(*CASE), *INSPECTED, *OFFICERS, *SIGNATURES,
           pick("act.kind", InspectionRecord, "记录种类", "Kind of record"),
           act("from_at", "moment", "开始时间", "From"),
           act("to_at", "moment", "结束时间", "To"),
           act("place", "text", "地点", "Place"),
           act("person", "text", "被询问（在场）人", "Person"),
           act("record", "long_text", "记录内容", "Record"),
           *optional(act("relation", "text", "身份或者职务", "Position"))),
          (*ON_THE_SPOT[:1], OFFICERS_SIGN), FILE, 1, False, "D66.typ"),
)
# fmt: on
