"""Acts: order a day's papers of a unit as one PDF, see how far it is, cancel it.

The worker puts a few papers together at a time and commits between, so that progress shows, a
cancelled order stops soon, and a worker that is killed loses one piece of the work at most.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from flask import current_app
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, due, files, permissions
from enforcement.actor import Actor
from enforcement.case import queries as cases
from enforcement.case.models import CaseFile
from enforcement.config import Config
from enforcement.document.models import Document
from enforcement.document.render import render_sheet
from enforcement.dossier.assembly import Mark, Part, assemble
from enforcement.dossier.models import PrintJob
from enforcement.due import DueStep
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law import paperwork
from enforcement.law.dossier import PrintState
from enforcement.people.models import Unit
from enforcement.permissions import Permission

TASK: Final = "dossier:print"
AT_ONCE: Final = 20
MOST: Final = 2000


def order(session: Session, actor: Actor, unit_code: str, on: date) -> PrintJob:
    """Order the papers that the cases of a unit, or below it, got on a day.

    Raises InvalidInputError for an unknown unit, or a day without papers or with too many.
    """
    permissions.check(actor, Permission.DOCUMENT_READ)
    papers = session.scalars(_papers(actor, unit_code, on).limit(MOST + 1)).all()
    if not papers:
        raise InvalidInputError("on", _("这一天该单位没有您可以看到的文书。"))
    if len(papers) > MOST:
        raise InvalidInputError("on", _("文书超过%(n)d份，请按更小的单位打印。", n=MOST))
    now = clock.now(session)
    job = PrintJob(
        county_code=actor.county_code, id=uuid7(), unit_code=unit_code, on_day=on, pieces=[],
        papers=[str(one) for one in papers], state=PrintState.WORKING, asked_by=actor.account_id,
        asked_at=now, done=0,
    )  # fmt: skip
    session.add(job)
    session.flush()
    due.schedule(session, job.county_code, TASK, job.id, "0", now)
    audit.record(
        session, job.county_code, "papers_printed", "unit", unit_code, actor=actor,
        on=on.isoformat(), papers=job.total,
    )  # fmt: skip
    return job


def _papers(actor: Actor, unit_code: str, on: date) -> Any:
    start = datetime.combine(on, datetime.min.time(), clock.ZONE)
    return (
        select(Document.id)
        .join(
            CaseFile,
            (CaseFile.county_code == Document.county_code) & (CaseFile.id == Document.case_id),
        )
        .where(
            cases.visible(actor),
            CaseFile.unit_code >= unit_code,
            CaseFile.unit_code < unit_code + "~",
            Document.issued_at >= start,
            Document.issued_at < start + timedelta(days=1),
        )
        .order_by(CaseFile.number, Document.issued_at, Document.id)
    )


def find(session: Session, actor: Actor, job_id: uuid.UUID, *, lock: bool = False) -> PrintJob:
    """Return an order of one's own; raises NotFoundError, the same for another's and none."""
    query = select(PrintJob).where(
        PrintJob.county_code == actor.county_code,
        PrintJob.id == job_id,
        PrintJob.asked_by == actor.account_id,
    )
    job = session.scalars(query.with_for_update() if lock else query).first()
    if job is None:
        raise NotFoundError(_("没有这项打印任务。"))
    return job


def recent(session: Session, actor: Actor, *, most: int = 10) -> list[PrintJob]:
    """Return one's newest orders."""
    query = select(PrintJob).where(
        PrintJob.county_code == actor.county_code, PrintJob.asked_by == actor.account_id
    )
    return list(session.scalars(query.order_by(PrintJob.asked_at.desc()).limit(most)))


def cancel(session: Session, actor: Actor, job_id: uuid.UUID) -> PrintJob:
    """Stop an order; raises NotFoundError, StepNotAllowedError for one that has ended."""
    job = find(session, actor, job_id, lock=True)
    if job.state != PrintState.WORKING:
        raise StepNotAllowedError(_("这项打印任务已经结束。"))
    _end(job, PrintState.CANCELLED, clock.now(session))
    return job


def whole(job: PrintJob) -> bytes:
    """Return the file of an order; raises StepNotAllowedError before it is done."""
    if job.sha256 is None:
        raise StepNotAllowedError(_("文书还没有汇总完成。"))
    return files.read(job.county_code, job.sha256)


def work(session: Session, step: DueStep) -> None:
    """Put the next papers of an order together; the last step makes the whole."""
    key = (step.county_code, step.subject_id)
    job = session.get(PrintJob, key, with_for_update=True)
    if job is None or job.state != PrintState.WORKING:
        return
    now = clock.now(session)
    job.pieces = [*job.pieces, _piece(session, job)]
    job.done = min(job.done + AT_ONCE, job.total)
    if job.done < job.total:
        due.schedule(session, job.county_code, TASK, job.id, str(job.done), now)
        return
    whole = assemble([_stored(job, piece) for piece in job.pieces], None,
                     title=_title(job), at=job.asked_at)  # fmt: skip
    job.sha256 = bytes.fromhex(_keep(session, job, whole.pdf))
    _end(job, PrintState.DONE, now)


def _piece(session: Session, job: PrintJob) -> dict[str, Any]:
    """Put the next papers together; before the first paper of a case stands its separator."""
    rows = _rows(session, job)
    parts: list[Part] = []
    for place in range(job.done, min(job.done + AT_ONCE, job.total)):
        row = rows[place]
        if place == 0 or rows[place - 1].case_id != row.case_id:
            parts.append(_separator(session, job, row, rows))
        name = paperwork.paper(row.code).name
        pdf = files.read(job.county_code, row.sha256)
        parts.append(Part(f"{name} {row.paper_number or ''}".strip(), pdf, row.number))
    made = assemble(parts, None, title=_title(job), at=job.asked_at)
    marks = [[one.title, one.chapter, one.page] for one in made.marks]
    return {"sha256": _keep(session, job, made.pdf), "marks": marks}


def _rows(session: Session, job: PrintJob) -> Sequence[Row[Any]]:
    """Return the papers of an order in its order, each with its case."""
    query = (
        select(
            Document.id, Document.code, Document.number.label("paper_number"), Document.sha256,
            CaseFile.number, CaseFile.cause, Document.case_id,
        )
        .join(
            CaseFile,
            (CaseFile.county_code == Document.county_code) & (CaseFile.id == Document.case_id),
        )
        .where(Document.county_code == job.county_code,
               Document.id.in_([uuid.UUID(one) for one in job.papers]))
    )  # fmt: skip
    found: dict[str, Any] = {str(row.id): row for row in session.execute(query)}
    return [found[one] for one in job.papers]


def _separator(session: Session, job: PrintJob, row: Row[Any], rows: Sequence[Row[Any]]) -> Part:
    config: Config = current_app.extensions["enforcement.config"]
    cases_in_order = list(dict.fromkeys(one.case_id for one in rows))
    own = [paperwork.paper(one.code).name for one in rows if one.case_id == row.case_id]
    unit = session.scalars(
        select(Unit.name).where(Unit.county_code == job.county_code, Unit.code == job.unit_code)
    ).first()
    said = {
        "number": row.number, "cause": row.cause, "unit": unit or job.unit_code,
        "on": job.on_day.isoformat(), "place": cases_in_order.index(row.case_id) + 1,
        "of": len(cases_in_order), "papers": "\n".join(own[:12]),
    }  # fmt: skip
    sheet = render_sheet("separator.typ", said, font_dirs=config.font_dirs, issued_at=job.asked_at)
    return Part("分隔页", sheet, row.number)


def _keep(session: Session, job: PrintJob, data: bytes) -> str:
    kept = files.store(
        session, job.county_code, data, name=f"{_title(job)}.pdf", media_type="application/pdf",
        by=job.asked_by,
    )  # fmt: skip
    return kept.sha256.hex()


def _stored(job: PrintJob, piece: dict[str, Any]) -> Part:
    marks = tuple(Mark(title, chapter, page) for title, chapter, page in piece["marks"])
    pdf = files.read(job.county_code, bytes.fromhex(piece["sha256"]))
    return Part(_title(job), pdf, marks=marks)


def _title(job: PrintJob) -> str:
    return f"文书汇总 {job.on_day.isoformat()}"


def _end(job: PrintJob, state: PrintState, at: datetime) -> None:
    job.state, job.ended_at = state, at
