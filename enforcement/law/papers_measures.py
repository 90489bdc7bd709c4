"""Papers of preservation and measures upon things: 先行登记保存, 查封扣押 (罚56; 强16-28)."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from enforcement.law.paper_blocks import (
    CASE,
    FACTS,
    LAW,
    OFFICERS,
    OPINIONS,
    ORGAN,
    PARTY,
    REMEDIES,
    SIGNATURES,
    F,
    optional,
    relaxed,
)
from enforcement.law.paper_course import (
    EXPERT,
    HANDOVER,
    ITEMS,
    MEASURE,
    PERIOD,
    PRESERVATION,
    PRESERVED,
)
from enforcement.law.paper_signers import (
    APPROVAL,
    FILE,
    OFFICERS_SIGN,
    ON_THE_SPOT,
    PARTY_AND_FILE,
    PARTY_AS_KNOWN,
    PARTY_SIGNS,
    RECIPIENT,
    SEAL,
)
from enforcement.law.paper_types import Paper, PaperField

_TAKEN: Final = tuple(
    replace(field, required=field.path in ("measure.number", "measure.kind")) for field in MEASURE
)


def _disposed(fields: tuple[PaperField, ...]) -> tuple[PaperField, ...]:
    """Return the items, each of which must say how it is dealt with."""
    return tuple(replace(f, required=True) if f.path.endswith(".disposal") else f for f in fields)


# fmt: off
MEASURE_PAPERS: Final = (
    Paper("D14", "先行登记保存证据审批表", "Approval of preservation", "行政处罚法56",
          "先行登记保存证据之前", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *FACTS, *PRESERVATION, *ITEMS, *OPINIONS),
          APPROVAL, FILE, 1, True, "D14.typ"),
    Paper("D15", "先行登记保存证据决定书", "Preservation of evidence", "行政处罚法56",
          "先行登记保存证据时", "先登",
          (*ORGAN, *CASE, *PARTY, *OFFICERS, *relaxed(LAW, "law.basis"), *PRESERVATION, *PRESERVED, *ITEMS, *SIGNATURES),
          (*ON_THE_SPOT, SEAL), PARTY_AND_FILE, 2, False, "D15.typ"),
    Paper("D16", "先行登记保存证据处理决定书", "Disposal of preserved evidence", "行政处罚法56",
          "先行登记保存后七个工作日内", "先处",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *optional(*PRESERVATION, *PRESERVED), *_disposed(ITEMS),
           *SIGNATURES, *optional(F("preservation.result", "long_text", "处理理由", "Reason"))),
          (SEAL, PARTY_SIGNS), PARTY_AND_FILE, 2, False, "D16.typ"),
    Paper("D17", "行政强制措施审批表", "Approval of a measure", "行政强制法18、19",
          "实施行政强制措施之前", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *FACTS, *MEASURE, *optional(*PERIOD), *ITEMS, *OPINIONS,
           *optional(F("measure.taken_at", "moment", "先行实施时间", "Taken at"))),
          APPROVAL, FILE, 1, True, "D17.typ"),
    Paper("D18", "查封（扣押）决定书", "Seizure", "行政强制法24", "实施查封、扣押时", "查扣",
          (*ORGAN, *CASE, *PARTY, *OFFICERS, *FACTS, *MEASURE, *PERIOD, *ITEMS, *REMEDIES,
           *SIGNATURES),
          (SEAL, PARTY_SIGNS), PARTY_AND_FILE, 2, False, "D18.typ"),
    Paper("D19", "查封（扣押）清单", "List of things seized", "行政强制法24", "实施查封、扣押时", None,
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *OFFICERS, *_TAKEN, *ITEMS, *SIGNATURES),
          ON_THE_SPOT, PARTY_AND_FILE, 2, False, "D19.typ"),
    Paper("D20", "延长查封（扣押）期限决定书", "Extension of a seizure", "行政强制法25",
          "查封、扣押期限届满之前", "延",
          (*ORGAN, *CASE, *PARTY, *_TAKEN, *PERIOD,
           F("extension.reason", "long_text", "延长的理由", "Reason"),
           F("extension.until_on", "day", "延长后的届满日", "New end"), *REMEDIES),
          (SEAL,), PARTY_AND_FILE, 2, False, "D20.typ"),
    Paper("D21", "检测（检验、检疫、鉴定）期间告知书", "Notice of a testing period", "行政强制法25",
          "对查封、扣押的物品进行检测时", "检告",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *EXPERT, *optional(*MEASURE)),
          (SEAL,), PARTY_AND_FILE, 2, False, "D21.typ"),
    Paper("D22", "解除查封（扣押）决定书", "Release", "行政强制法28", "解除查封、扣押时", "解",
          (*ORGAN, *CASE, *PARTY_AS_KNOWN, *_TAKEN, *ITEMS, *SIGNATURES,
           F("release.reason", "long_text", "解除的理由", "Reason"),
           *optional(F("measure.from_on", "day", "措施起始日", "From"))),
          (SEAL, PARTY_SIGNS), PARTY_AND_FILE, 2, False, "D22.typ"),
    Paper("D23", "物品返还（移交、处理）清单", "Return or disposal of things", "行政强制法27、28",
          "返还、移交或者处理物品时", None,
          (*ORGAN, *CASE, *OFFICERS, *HANDOVER, *ITEMS, *optional(*PARTY)),
          (OFFICERS_SIGN, RECIPIENT), ("接收人", "案卷"), 2, False, "D23.typ"),
)
# fmt: on
