"""Incidents: categories, and which act leads where (GB/T 30428, I1-I8 of procedure.md 6)."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from typing import Final

from enforcement.law.terms import IncidentEvent as E
from enforcement.law.terms import IncidentSource, Outside, Term
from enforcement.law.terms import IncidentState as S
from enforcement.law.workdays import DATA


class Needs(Term):
    """What a report of a category has to bring."""

    PHOTO = "photo", "照片", "Photo"
    POINT = "point", "坐标", "Position"
    PLACE = "place", "地点描述", "Place in words"
    PHONE = "phone", "联系电话", "Telephone number"


@dataclass(frozen=True)
class Category:
    """A kind of incident, and the matters of a case it may become.

    code -- level 1 ("01", "V8") or level 2: the code above it and two digits ("0101", "V801")
    required -- what a report has to bring; offered -- new reports may name it
    source -- where the row comes from, and whether it still has to be verified
    public -- citizens and other systems may report it, while it is offered
    """

    code: str
    zh: str
    en: str
    icon: str
    matters: tuple[str, ...]
    required: tuple[Needs, ...] = ()
    offered: bool = True
    source: str = ""
    public: bool = False

    @property
    def parent(self) -> str | None:
        """Return the code of level 1 above this one, None for level 1 itself."""
        return parent_of(self.code)


LEVEL_1: Final = re.compile(r"\d{2}|V\d{1,2}")
LEVEL_2: Final = re.compile(r"(\d{2}|V\d{1,2})\d{2}")


def parent_of(code: str) -> str | None:
    """Return the code of level 1 above a code of level 2, None for any other."""
    return code[:-2] if not LEVEL_1.fullmatch(code) and LEVEL_2.fullmatch(code) else None


@cache
def public_rows() -> dict[str, dict[str, str]]:
    """Return code -> what ships about the categories that the public may report."""
    with (DATA / "incident_public.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


@cache
def categories() -> dict[str, Category]:
    """Return all categories by code, as they ship; a county may have others (`taxonomy`)."""
    with (DATA / "incident_categories.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    return {
        row["code"]: Category(
            row["code"], row["zh"], row["en"], row["icon"], tuple(row["matters"].split()),
            tuple(Needs(one) for one in row["required"].split()), True, row["source"],
            row["code"] in public_rows(),
        )
        for row in rows
    }  # fmt: skip


@dataclass(frozen=True)
class IncidentStep:
    """One row: an act, the states it may start from, the state it leads to (None: it stays)."""

    event: E
    sources: tuple[S, ...]
    target: S | None
    row: str


OPEN_STATES: Final = (S.RECEIVED, S.OPENED, S.DISPATCHED, S.HANDLING, S.FEEDBACK)
"""States in which somebody still has to act."""

_OPEN: Final = (S.RECEIVED, S.OPENED, S.DISPATCHED, S.HANDLING)
_DESK: Final = (S.RECEIVED, S.OPENED)
_FIELD: Final = (S.DISPATCHED, S.HANDLING)
_NOW: Final = (*OPEN_STATES, S.SUSPENDED)
_ENDED: Final = (S.CLOSED, S.REJECTED, S.PASSED_ON)
EMERGENCY: Final = (Outside.POLICE, Outside.FIRE, Outside.AMBULANCE)
"""Called at once and recorded first: no state, reason or version stands in the way."""
# fmt: off
STEPS: Final = (
    #            event              from                                  to             row
    IncidentStep(E.ANSWER,          (S.RECEIVED,),                        None,          "I1"),
    IncidentStep(E.TAKE_OVER,       (S.RECEIVED,),                        None,          "I1"),
    IncidentStep(E.OPEN,            (S.RECEIVED,),                        S.OPENED,      "I2"),
    IncidentStep(E.REJECT,          (S.RECEIVED,),                        S.REJECTED,    "I2"),
    IncidentStep(E.MERGE,           _OPEN,                                S.MERGED,      "I2"),
    IncidentStep(E.UNMERGE,         (S.MERGED,),                          S.OPENED,      "I2"),
    IncidentStep(E.SPLIT,           _OPEN,                                None,          "I2"),
    IncidentStep(E.RECLASSIFY,      _OPEN,                                None,          "I2"),
    IncidentStep(E.ASSIGN,          (*_DESK, S.DISPATCHED),               S.DISPATCHED,  "I3"),
    IncidentStep(E.FORWARD,         (*_DESK, S.DISPATCHED),               S.DISPATCHED,  "I3"),
    IncidentStep(E.ACCEPT,          (S.DISPATCHED,),                      S.HANDLING,    "I4"),
    IncidentStep(E.RETURN,          (S.DISPATCHED,),                      S.OPENED,      "I4"),
    IncidentStep(E.ARRIVE,          _FIELD,                               S.HANDLING,    "I5"),
    IncidentStep(E.REPORT_RESULT,   (S.HANDLING,),                        S.FEEDBACK,    "I5"),
    IncidentStep(E.PASS_CHECK,      (S.FEEDBACK,),                        S.CLOSED,      "I6"),
    IncidentStep(E.FAIL_CHECK,      (S.FEEDBACK,),                        S.HANDLING,    "I6"),
    IncidentStep(E.RATE,            _ENDED,                               None,          "I7"),
    IncidentStep(E.CALL_BACK,       (*_ENDED, *OPEN_STATES),              None,          "I7"),
    IncidentStep(E.ASK_EXTENSION,   _FIELD,                               None,          "I8"),
    IncidentStep(E.GRANT_EXTENSION, _FIELD,                               None,          "I8"),
    IncidentStep(E.REFUSE_EXTENSION, _FIELD,                              None,          "I8"),
    IncidentStep(E.SUSPEND,         (*_DESK, *_FIELD),                    S.SUSPENDED,   "I8"),
    IncidentStep(E.RESUME,          (S.SUSPENDED,),                       S.OPENED,      "I8"),
    IncidentStep(E.VOID,            _NOW,                                 S.VOID,        "I8"),
    IncidentStep(E.PASS_TO_CASE,    _OPEN,                                S.TO_CASE,     "I8"),
    IncidentStep(E.PASS_OUT,        tuple(S),                             None,          "I8"),
    IncidentStep(E.HAND_OVER,       _OPEN,                                S.PASSED_ON,   "I8"),
    IncidentStep(E.REPLY,           (S.PASSED_ON,),                       S.FEEDBACK,    "I8"),
    IncidentStep(E.TAKE_BACK,       (S.PASSED_ON,),                       S.OPENED,      "I8"),
    IncidentStep(E.LINK,            tuple(S),                             None,          "I8"),
    IncidentStep(E.UNLINK,          tuple(S),                             None,          "I8"),
)
# fmt: on


LEAD_SOURCES: Final = {  # how the lead register (D01) names where a lead came from
    IncidentSource.PHONE_APP: "日常巡查发现",
    IncidentSource.PATROL: "专项巡查发现",
    IncidentSource.DESK: "电话举报",
    IncidentSource.API: "有关系统转来",
    IncidentSource.COMMAND: "工作人员登记",
}


def step_for(state: S, event: E) -> IncidentStep | None:
    """Return the row for an act in a state, None where there is no such step."""
    return next((step for step in STEPS if step.event is event and state in step.sources), None)


def events_from(state: S) -> tuple[E, ...]:
    """Return the acts that may follow a state."""
    return tuple(step.event for step in STEPS if state in step.sources)
