"""A row of the audit log in words: what was done to what, and what was said with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from enforcement.alarms import AlarmKind
from enforcement.i18n import label
from enforcement.jurisdiction.terms import PlanEvent
from enforcement.law.ledger import AskEvent
from enforcement.law.power_terms import ItemStatus
from enforcement.law.terms import Term
from enforcement.rules.models import RuleEvent
from enforcement.trail.fields import FIELDS
from enforcement.trail.wording import ACTS, KINDS

EVENTS: Final[dict[str, type[Term]]] = {
    "duty_plan": PlanEvent, "ledger": AskEvent, "power": ItemStatus, "rule": RuleEvent,
}  # fmt: skip
"""What stands before the colon of an act, and the terms that may follow it."""
SUBJECTS: Final[dict[str, str]] = {
    "duty_plan": "duty_plan", "ledger": "ask", "power": "power_item", "rule": "routing_rule",
}  # fmt: skip
"""The kinds of record those acts are upon."""
MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d|Z)?")


def act(code: str) -> str:
    """Return what was done, in the language of the page; the code where it has no words."""
    if code in ACTS:
        return str(ACTS[code])
    prefix, _colon, event = code.partition(":")
    terms = EVENTS.get(prefix)
    if terms is None or event not in {str(one) for one in terms}:
        return code
    return f"{KINDS[SUBJECTS[prefix]]} · {label(terms(event))}"


def kind(code: str) -> str:
    """Return the kind of record; the code where it has no words."""
    if code in {str(one) for one in AlarmKind}:
        return label(AlarmKind(code))
    return str(KINDS.get(code, code))


def details(said: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give each thing said with an act: its name in words, and its value, moments as such."""
    for name, value in said.items():
        yield str(FIELDS.get(name, name)), _moment(value)


def _moment(value: Any) -> Any:
    """Return a whole text that is a moment as such; any other value as it is."""
    if not isinstance(value, str) or not MOMENT.fullmatch(value):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:  # written like one, and no day or hour
        return value
