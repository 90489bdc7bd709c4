"""Who signs papers and who gets them: the boxes and lists that declarations share."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_blocks import PARTY, relaxed
from enforcement.law.paper_types import Signer

HANDLERS: Final = Signer(("officer", "officers", "handler"), "承办人意见")
UNIT: Final = Signer(("unit", "unit_leader", "squad_leader", "brigade_leader"), "承办机构意见")
UNIT_LEADER: Final = Signer(UNIT.roles, "承办机构负责人意见")
LEGAL: Final = Signer(("legal_reviewer",), "法制审核意见")
HEAD: Final = Signer(("head",), "行政机关负责人审批意见")
SEAL: Final = Signer(("organ",), "行政机关印章")
HEAD_SIGNS: Final = Signer(("head",), "行政机关负责人")
PARTY_SIGNS: Final = Signer(("party",), "当事人")
OFFICERS_SIGN: Final = Signer(("officer",), "执法人员")
WITNESS: Final = Signer(("witness",), "见证人")
CHAIR: Final = Signer(("chair",), "听证主持人")
CLERK: Final = Signer(("clerk",), "记录人")
RECIPIENT: Final = Signer(("recipient",), "接收人")
ARCHIVIST: Final = Signer(("archivist",), "立卷人")
CHECKER: Final = Signer(("checker",), "检查人")

APPROVAL: Final = (HANDLERS, UNIT, HEAD)
APPROVAL_LEGAL: Final = (HANDLERS, UNIT, LEGAL, HEAD)
ON_THE_SPOT: Final = (PARTY_SIGNS, OFFICERS_SIGN, WITNESS)

FILE: Final = ("案卷",)
PARTY_AND_FILE: Final = ("当事人", "案卷")

PARTY_AS_KNOWN: Final = relaxed(
    PARTY,
    "party.id_number",
    "party.uscc",
    "party.representative",
    "party.address",
)
"""The party is named; what identifies it may still be found out."""
