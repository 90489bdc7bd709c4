"""What a form already knows: values carried over from the measure and its case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from enforcement import clock
from enforcement.case.models import CaseFile
from enforcement.law.measure_terms import MeasureEvent as E
from enforcement.measure.models import Measure


def local_of(now: datetime) -> datetime:
    """Return a moment as a form shows it: China's time, to the minute."""
    return now.astimezone(clock.ZONE).replace(second=0, microsecond=0, tzinfo=None)


def of_new(case: CaseFile, now: datetime) -> dict[str, Any]:
    """Return what the form that makes a measure takes from its case."""
    return {"place": case.place, "at": local_of(now)}


def of_act(measure: Measure, event: E, now: datetime) -> dict[str, Any]:
    """Return what the form of an act takes from the measure."""
    known: dict[str, Any] = {"at": local_of(now)}
    if event is E.KEEP:
        known["place"] = measure.place
    if event is E.EXCLUDE:
        known["from_on"] = clock.local_day(now)
    return known
