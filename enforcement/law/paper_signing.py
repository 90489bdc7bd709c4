"""Who signs a paper by hand, and which papers are signed on each page (笔录)."""

from __future__ import annotations

from typing import Final

from enforcement.law.paper_types import Paper
from enforcement.law.paperwork import PAPERS
from enforcement.law.terms import Term


class SignRole(Term):
    """As whom a person signs a paper by hand."""

    PARTY = "party", "当事人", "Party"
    WITNESS = "witness", "见证人", "Witness"
    OFFICER = "officer", "执法人员", "Officer"
    CHAIR = "chair", "听证主持人", "Chair of the hearing"
    CLERK = "clerk", "记录人", "Recorder"


OFFICERS: Final = 2
"""Who sign where the paper is signed by officers (罚42)."""

PAGE_SIGNED: Final = frozenset({"D07", "D08", "D28", "D33", "D40", "D49", "D64", "D66"})
"""Records that are signed at the foot of each page; D36 is, too, but by members only."""

NEEDS_NO_WITNESS: Final = frozenset({"D05"})
"""A refusal is noted on the paper, and no more is asked for (罚52)."""

_ROLE_OF: Final = {
    "party": SignRole.PARTY, "interviewee": SignRole.PARTY, "recipient": SignRole.PARTY,
    "witness": SignRole.WITNESS, "officer": SignRole.OFFICER, "chair": SignRole.CHAIR,
    "clerk": SignRole.CLERK,
}  # fmt: skip
_ON_ANOTHER_SHEET: Final = frozenset({"D30", "D43"})
"""The party signs its own request, which this paper answers."""
_RECORDED: Final = frozenset({"D07", "D08", "D64"})
"""Whose recorder has a place of his own besides those who are declared."""


def sign_roles(paper: Paper) -> tuple[SignRole, ...]:
    """Return as whom a paper may be signed by hand; () where the party and officers sign nothing.

    A box of opinions, which several roles share, is no place for handwriting.
    """
    found = [_ROLE_OF[one.roles[0]] for one in paper.signers
             if len(one.roles) == 1 and one.roles[0] in _ROLE_OF]  # fmt: skip
    if paper.code in _ON_ANOTHER_SHEET or not {SignRole.PARTY, SignRole.OFFICER} & set(found):
        return ()
    if paper.code in _RECORDED:
        found.append(SignRole.CLERK)
    return tuple(dict.fromkeys(found))


def sign_title(paper: Paper, role: SignRole) -> str:
    """Return what a paper calls who signs in a role: 被询问人, 收件人."""
    alone = (one for one in paper.signers if len(one.roles) == 1)
    return next((one.zh for one in alone if _ROLE_OF.get(one.roles[0]) is role), role.zh)


def is_required(paper: Paper, role: SignRole) -> bool:
    """Tell whether a signature must be there (or refused) before signing ends."""
    if role is SignRole.CLERK:
        return paper.code not in _RECORDED  # one of the two officers may keep the record
    return role is not SignRole.WITNESS


def is_page_signed(paper: Paper) -> bool:
    """Tell whether each page is signed."""
    return paper.code in PAGE_SIGNED


HAND_SIGNED: Final = frozenset(code for code, paper in PAPERS.items() if sign_roles(paper))
"""The papers that are signed by hand."""
