"""The reads of `enforcement case`: one case, lists, what an act asks for, papers."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.api import next_page, plain_row, read_cursor
from enforcement.case import acts, assigning, diary, queries
from enforcement.case.api import ListQuery, in_full, shown
from enforcement.case.models import CaseFile
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import checked, save
from enforcement.document import queries as documents
from enforcement.document.models import Document
from enforcement.errors import NotFoundError
from enforcement.fields import Field
from enforcement.law.terms import CaseEvent, CaseState
from enforcement.people.queries import list_certified
from enforcement.permissions import Permission

DASHES: Final = {"token_normalize_func": lambda text: text.replace("_", "-")}
EVENTS: Final = [event.value.replace("_", "-") for event in acts.FIELDS]


@click.command("show")
@click.argument("named", metavar="CASE")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """Show one case: papers, history, and which acts may follow with their gates."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        row = queries.get(session, actor, case_id(session, actor, named))
        found = in_full(session, actor, row)
    out.result(found, as_text(found))


def as_text(found: dict[str, Any]) -> str:
    """Return a case in words: its papers, and each act that may follow with what is missing."""
    lines = [f"{found['number']} {CaseState(found['state']).zh} {found['cause']}"]
    lines += [
        f"  {paper['code']} {paper['number'] or '—'} {paper['id']}" for paper in found["documents"]
    ]
    for step in found["next"]:
        shut = [gate["reason"] for gate in step["gates"] if not gate["open"]]
        mark = "✓" if not shut else "✗ " + "；".join(shut)
        lines.append(f"  → {CaseEvent(step['event']).zh}（{step['event']}）{mark}")
    return "\n".join(lines)


@click.command("list")
@as_option
@click.option("--state", type=click.Choice([str(state) for state in CaseState]))
@click.option("--after", metavar="CURSOR", help="The value `next` of the page before.")
@click.option("--limit", type=int, default=queries.PAGE, show_default=True)
@speaks_json
def list_command(out: Output, username: str, **asked: Any) -> None:
    """List the cases that the account may see, the newest first."""
    query = checked(ListQuery, {name: value for name, value in asked.items() if value is not None})
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = queries.list_page(
            session,
            actor,
            state=query["state"],
            after=read_cursor(query["after"]),
            limit=query["limit"],
        )
        rows = [
            shown(row.case) | {"party_name": row.party_name, "unit_name": row.unit_name}
            for row in found
        ]
    following = next_page([row.case for row in found], query["limit"], "registered_at")
    lines = [
        f"{row['number']} {CaseState(row['state']).zh} {row['cause']} {row['party_name'] or '—'}"
        for row in rows
    ]
    out.result({"cases": rows, "next": following}, "\n".join(lines))


@click.command("officers")
@as_option
@speaks_json
def officers(out: Output, username: str) -> None:
    """List who of the account's unit holds a certificate valid today: officer_a and officer_b."""
    with acting(username, Permission.CASE_READ, commit=False) as (session, actor):
        found = list_certified(session, actor.county_code, actor.unit_code, clock.today(session))
        rows = [plain_row(person, "id", "name") for person in found]
    out.result({"officers": rows}, "\n".join(f"{row['id']} {row['name']}" for row in rows))


@click.command("fields", context_settings=DASHES)
@click.argument("event", type=click.Choice(["register", *EVENTS]))
@speaks_json
def fields_command(out: Output, event: str) -> None:
    """List what an act asks for: names for --set, kinds, choices. No database is needed."""
    declared = (
        acts.REGISTER if event == "register" else acts.FIELDS[CaseEvent(event.replace("-", "_"))]
    )
    rows = [_field(field) for field in declared]
    lines = [
        f"{row['name']:<22} {row['kind']:<10} {'必填' if row['required'] else '可不填'} "
        f"{' | '.join(row['choices'])}"
        for row in rows
    ]
    out.result({"event": event, "fields": rows}, "\n".join(lines))


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "kind": field.kind,
        "required": field.required,
        "choices": [value for value, _word in field.choices()],
    }


@click.command("pdf")
@click.argument("named", metavar="CASE")
@click.argument("paper", metavar="DOCUMENT|CODE")
@as_option
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True)
@speaks_json
def pdf(out: Output, named: str, paper: str, username: str, path: Path) -> None:
    """Fetch the bytes of a paper as issued: by its id, its number, or its code (the latest)."""
    with acting(username, Permission.DOCUMENT_READ, commit=False) as (session, actor):
        row = queries.get(session, actor, case_id(session, actor, named))
        found = _paper(session, row, paper)
        save(path, files.read(found.county_code, found.sha256), "out")
        data = plain_row(found, "id", "code", "number", "pages", "sha256", "issued_at")
    out.result(data | {"file": str(path)}, f"{data['code']} {data['number'] or '—'} → {path}")


@click.command("suggest")
@click.argument("named", metavar="CASE")
@as_option
@speaks_json
def suggest_command(out: Output, named: str, username: str) -> None:
    """Tell whom a leader may give a case to, ranked; `case act CASE assign` does it."""
    with acting(username, Permission.CASE_WORK, commit=False) as (session, actor):
        row = queries.get(session, actor, case_id(session, actor, named))
        found = assigning.as_json(assigning.suggest(session, actor, row))
    lines = [
        f"{'→' if one['id'] in (found['pair'] or []) else ' '} {one['id']} {one['name']} "
        f"{one['squad_name']} {one['squad']} 未结{one['open_cases']}件"
        for one in found["candidates"]
    ]
    out.result(found, "\n".join(lines) or "没有持证的执法人员")


@click.command("diary")
@click.argument("named", metavar="CASE")
@as_option
@click.option("--pdf", "path", type=click.Path(dir_okay=False, path_type=Path), help="As a PDF.")
@speaks_json
def diary_command(out: Output, named: str, username: str, path: Path | None) -> None:
    """Tell the story of a case: every act, what was said, by which article, with which papers."""
    with acting(username, Permission.CASE_READ) as (session, actor):
        row = queries.get(session, actor, case_id(session, actor, named))
        found = diary.export(session, actor, row)
        if path is not None:
            save(path, diary.as_pdf(session, actor, row).pdf, "pdf")
            found |= {"file": str(path)}
    lines = [f"{found['number']} {found['cause']} {found['state_name']}"]
    for one in found["entries"]:
        lines.append(f"{one['at'][:16]} {one['name']} {one['by_name']} {one['article']}")
        lines += [f"    {said['label']}：{said['words']}" for said in one["said"]]
        lines += [f"    → {row['name']} {row['number'] or ''}".rstrip() for row in one["papers"]]
    out.result(found, "\n".join(lines))


def _paper(session: Session, row: CaseFile, named: str) -> Document:
    papers = documents.list_of_case(session, row.county_code, row.id)
    found = [one for one in papers if named in (one.code, one.number) or _is(named, one.id)]
    if not found:
        raise NotFoundError(f"案件{row.number}没有文书 {named}。", case=row.number)
    return found[-1]


def _is(named: str, wanted: uuid.UUID) -> bool:
    try:
        return uuid.UUID(named) == wanted
    except ValueError:
        return False


READS: Final = (show, list_command, officers, fields_command, pdf, diary_command, suggest_command)
