"""The diary of a case: every act in order, told in words, with the papers it made; PDF and JSON.

Acts upon the case's measures stand among its own, by their time. Whoever takes it away is recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from enforcement import audit, clock
from enforcement.actor import Actor
from enforcement.case import acts, queries
from enforcement.case.models import CaseFile
from enforcement.case.paper_acts import at_text
from enforcement.config import Config
from enforcement.document.queries import list_of_case
from enforcement.document.render import RenderedPaper, render_diary
from enforcement.fields import Field
from enforcement.i18n import _, label
from enforcement.law.measure_terms import MeasureEvent
from enforcement.law.paperwork import paper
from enforcement.law.terms import CaseEvent, CaseState
from enforcement.measure import acts as measure_acts
from enforcement.measure.models import Measure, MeasureEntry

HIDDEN: Final = frozenset({"squad", "officer_a", "officer_b", "officers", "matter_code",
                           "party_uscc", "chair", "person", "key", "version"})  # fmt: skip
"""What history keeps as ids, or shows under another name."""


def diary_of(session: Session, case: CaseFile) -> dict[str, Any]:
    """Return the diary as a JSON object, in the language of the page; moments ISO in China's time.

    case -- one that the caller may see. Four statements, however long the story.
    """
    party = queries.party_of(session, case)
    entries = _entries(session, case)
    _add_papers(session, case, entries)
    for no, entry in enumerate(entries, 1):
        entry["no"] = no
    return {
        "number": case.number,
        "cause": case.cause,
        "state": case.state,
        "state_name": label(CaseState(case.state)),
        "party_name": party.name if party else None,
        "place": case.place,
        "acted_on": case.acted_on.isoformat(),
        "registered_at": at_text(case.registered_at),
        "entries": entries,
    }


def export(session: Session, actor: Actor, case: CaseFile) -> dict[str, Any]:
    """Return the diary to be taken away, and record who took it."""
    found = diary_of(session, case)
    _audit(session, actor, case, "json")
    return found | {"exported_by": actor.name, "exported_at": at_text(clock.now(session))}


def as_pdf(session: Session, actor: Actor, case: CaseFile) -> RenderedPaper:
    """Return the diary as PDF/A, in Chinese, with who took it and when; recorded.

    Raises MissingGlyphError where a text holds a character that no font prints.
    """
    with force_locale("zh"):
        told = diary_of(session, case)
    _audit(session, actor, case, "pdf")
    now = clock.now(session)
    config: Config = current_app.extensions["enforcement.config"]
    taken = {"by_name": actor.name, "unit": actor.unit_name, "at": at_text(now)}
    head = {name: value for name, value in told.items() if name != "entries"}
    data = {"case": head | {"id": str(case.id)}, "entries": told["entries"], "taken": taken}
    return render_diary(data, font_dirs=config.font_dirs, issued_at=now)


def _audit(session: Session, actor: Actor, case: CaseFile, how: str) -> None:
    audit.record(
        session, case.county_code, "case:diary", "case", str(case.id), actor=actor, format=how
    )


def _entries(session: Session, case: CaseFile) -> list[dict[str, Any]]:
    """Return the acts upon the case and its measures by time; each with its moment for sorting."""
    own = [
        _entry(row, label(CaseEvent(row.event)), _fields(row.event), None)
        for row in queries.history(session, case.county_code, case.id)
    ]
    of_measure = and_(
        Measure.county_code == MeasureEntry.county_code, Measure.id == MeasureEntry.measure_id
    )
    query = (
        select(MeasureEntry, Measure.number)
        .join(Measure, of_measure)
        .where(Measure.county_code == case.county_code, Measure.case_id == case.id)
        .order_by(MeasureEntry.at, MeasureEntry.measure_id, MeasureEntry.seq)
    )
    fields = {**measure_acts.FIELDS, **measure_acts.MAKING}
    others = [
        _entry(row, label(MeasureEvent(row.event)), fields.get(MeasureEvent(row.event), ()), number)
        for row, number in session.execute(query)
    ]
    return sorted(own + others, key=lambda one: str(one["at"]))


def _fields(event: str) -> Sequence[Field]:
    chosen = CaseEvent(event)
    return acts.REGISTER if chosen is CaseEvent.REGISTER else acts.FIELDS.get(chosen, ())


def _entry(row: Any, name: str, fields: Sequence[Field], measure: str | None) -> dict[str, Any]:
    return {
        "at": at_text(row.at),
        "event": row.event,
        "name": name,
        "measure": measure,
        "by_name": row.by_name,
        "article": row.article,
        "state": row.state,
        "said": said_of(row.detail, fields),
        "papers": [],
    }


def said_of(detail: Mapping[str, Any], fields: Sequence[Field]) -> list[dict[str, str]]:
    """Return what was said in an act as labels and words, in the order of its form."""
    found = []
    for field in fields:
        value = detail.get(field.name)
        if field.name in HIDDEN or value in (None, "", False):
            continue
        found.append({"label": str(field.label), "words": _words(field, value)})
    return found


def _words(field: Field, value: Any) -> str:
    if field.kind in ("yes", "flag"):
        return _("是")
    if field.words is not None:
        return label(field.words(value))
    if field.kind == "moment":
        return str(value)[:16].replace("T", " ")
    return str(value)


def _add_papers(session: Session, case: CaseFile, entries: list[dict[str, Any]]) -> None:
    """Put every paper under the act that made it: the last one not after it."""
    moments = [datetime.fromisoformat(one["at"]) for one in entries]
    for row in list_of_case(session, case.county_code, case.id):
        before = [no for no, at in enumerate(moments) if at <= row.issued_at]
        if before:
            made = {"code": row.code, "name": paper(row.code).name, "number": row.number}
            entries[before[-1]]["papers"].append(made)
