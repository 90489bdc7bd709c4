"""Calls: turn an incident into a case, read cases, carry out each act, fetch papers."""

from __future__ import annotations

from typing import Any

import marshmallow as ma
from flask import Response
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement import clock, files
from enforcement.actor import Actor
from enforcement.api import next_page, plain_row, read_cursor
from enforcement.api_document import file
from enforcement.case import (
    acts,
    assigning,
    diary,
    exhibit_api,
    money_api,
    paper_api,
    people,
    queries,
    remedies,
    remedy_api,
    services,
    weighing,
)
from enforcement.case.act_fields import CIRCUMSTANCES
from enforcement.case.clock_api import blp
from enforcement.case.facts import facts_of, open_steps
from enforcement.case.models import CaseFile
from enforcement.db import transaction
from enforcement.document import queries as documents
from enforcement.errors import StepNotAllowedError
from enforcement.fields import schema_of
from enforcement.glass.door import opens_by_grant
from enforcement.i18n import _, reason_of
from enforcement.law.terms import CaseEvent, CaseState
from enforcement.permissions import Permission, requires
from enforcement.power.acts import answer_json
from enforcement.sign_in import current_actor

MORE = (exhibit_api.blp, remedy_api.blp, money_api.blp, paper_api.blp)
RegisterSchema = schema_of("RegisterCase", acts.REGISTER)


class ListQuery(ma.Schema):
    """Which cases, and after which row."""

    state = ma.fields.Str(
        load_default=None, validate=validate.OneOf([str(state) for state in CaseState])
    )
    after = ma.fields.Str(load_default=None)
    limit = ma.fields.Int(load_default=queries.PAGE, validate=validate.Range(1, 100))


def shown(case: CaseFile) -> dict[str, Any]:
    """Return a case as JSON."""
    return plain_row(
        case,
        "id",
        "number",
        "state",
        "matter_code",
        "power_item_id",
        "provision_id",
        "cause",
        "act",
        "place",
        "acted_on",
        "incident_id",
        "unit_code",
        "filed_on",
        "decision_due_on",
        "noticed_yuan",
        "statement_until_on",
        "statement",
        "proposed_yuan",
        "fine_yuan",
        "decided_on",
        "served_on",
        "payment_due_on",
        "paid_yuan",
        "surcharge_yuan",
        "surcharge_paid_yuan",
        "tier",
        "closed_on",
        "version",
    )


def in_full(session: Session, actor: Actor, case: CaseFile) -> dict[str, Any]:
    """Return a case with its papers, its history and the gates of every act that may follow."""
    today = clock.today(session)
    facts = facts_of(session, case, today)
    steps = open_steps(facts, CaseState(case.state))
    return shown(case) | {
        "power": answer_json(facts.power) if facts.power else None,
        "documents": [
            plain_row(row, "id", "code", "number", "pages", "sha256", "issued_at")
            for row in documents.list_of_case(session, case.county_code, case.id)
        ],
        "remedies": [
            remedies.as_json(row) for row in remedies.of_case(session, case.county_code, case.id)
        ],
        "history": [
            plain_row(row, "seq", "event", "state", "by_name", "at", "article", "detail")
            for row in queries.history(session, case.county_code, case.id)
        ],
        "next": [
            {
                "event": str(step.event),
                "article": step.source.zh,
                "may": people.may(session, actor, case, step, today),
                "gates": [
                    {
                        "id": gate.id,
                        "open": gate.open,
                        "reason": reason_of(gate),
                        "rule": gate.rule,
                        "article": gate.article,
                    }
                    for gate in found
                ],
            }
            for step, found in steps
        ],
    }


@blp.route("/incidents/<uuid:incident_id>/case", methods=["POST"])
@requires(Permission.CASE_WORK)
@blp.arguments(RegisterSchema)
def register(body: dict[str, Any], incident_id: Any) -> tuple[dict[str, Any], int]:
    """Turn an incident into a lead; issues D01."""
    body.pop("version", None)
    key = body.pop("key", None)
    with transaction() as session:
        actor = current_actor()
        case = services.register(session, actor, incident_id, body, key=key)
        return in_full(session, actor, case), 201


@blp.route("/cases")
@requires(Permission.CASE_READ)
@blp.arguments(ListQuery, location="query")
def list_cases(query: dict[str, Any]) -> dict[str, Any]:
    """Cases that the caller may see, the newest first."""
    with transaction() as session:
        found = queries.list_page(
            session,
            current_actor(),
            state=query["state"],
            after=read_cursor(query["after"]),
            limit=query["limit"],
        )
    return {
        "cases": [
            shown(row.case) | {"party_name": row.party_name, "unit_name": row.unit_name}
            for row in found
        ],
        "next": next_page([row.case for row in found], query["limit"], "registered_at"),
    }


@blp.route("/cases/<uuid:case_id>")
@opens_by_grant("case_id")
@requires(Permission.CASE_READ)
def get_case(case_id: Any) -> dict[str, Any]:
    """One case: papers, history, and which acts may follow with their gates."""
    with transaction() as session:
        actor = current_actor()
        return in_full(session, actor, queries.get(session, actor, case_id))


@blp.route("/cases/<uuid:case_id>/assignment")
@requires(Permission.CASE_WORK)
def suggest_assignment(case_id: Any) -> dict[str, Any]:
    """Whom the caller may give a case to, ranked, each with the reasons; nothing is changed."""
    with transaction() as session:
        actor = current_actor()
        row = queries.get(session, actor, case_id)
        return assigning.as_json(assigning.suggest(session, actor, row))


@blp.route("/cases/<uuid:case_id>/diary")
@requires(Permission.CASE_READ)
def get_diary(case_id: Any) -> dict[str, Any]:
    """Tell the story of a case: every act with its words, article and papers; recorded."""
    with transaction() as session:
        actor = current_actor()
        return diary.export(session, actor, queries.get(session, actor, case_id))


@blp.route("/cases/<uuid:case_id>/diary.pdf")
@blp.doc(responses=file("application/pdf"))
@requires(Permission.CASE_READ)
def get_diary_pdf(case_id: Any) -> Response:
    """Tell the story of a case as PDF/A; recorded."""
    with transaction() as session:
        actor = current_actor()
        made = diary.as_pdf(session, actor, queries.get(session, actor, case_id))
        return Response(made.pdf, mimetype="application/pdf")


@blp.route("/cases/<uuid:case_id>/documents/<uuid:document_id>.pdf")
@blp.doc(responses=file("application/pdf"))
@opens_by_grant("case_id")
@requires(Permission.DOCUMENT_READ)
def get_pdf(case_id: Any, document_id: Any) -> Response:
    """Return the bytes of a paper, as they were issued."""
    with transaction() as session:
        case = queries.get(session, current_actor(), case_id)
        row = documents.get_document(session, case.county_code, document_id)
        if not documents.is_of_case(session, row, case.id):
            queries.missing()
        return Response(files.read(row.county_code, row.sha256), mimetype="application/pdf")


@blp.route("/cases/<uuid:case_id>/discretion", methods=["POST"])
@requires(Permission.CASE_READ)
@blp.arguments(schema_of("Circumstances", CIRCUMSTANCES))
def weigh_case(body: dict[str, Any], case_id: Any) -> dict[str, Any]:
    """Tier, range in yuan and similar decisions for circumstances; nothing is changed."""
    with transaction() as session:
        case = queries.get(session, current_actor(), case_id)
        found = weighing.weigh(session, case, body)
        if found is None:
            raise StepNotAllowedError(_("报请立案时登记当事人，之后才能裁量。"))
        return weighing.as_json(found)


def _register(event: CaseEvent) -> None:
    def carry_out(body: dict[str, Any], case_id: Any) -> dict[str, Any]:
        key, version = body.pop("key", None), body.pop("version", None)
        with transaction() as session:
            actor = current_actor()
            case = services.carry_out(
                session, actor, case_id, event, body, key=key, version=version
            )
            return in_full(session, actor, case)

    carry_out.__name__ = f"{event}_case"
    carry_out.__doc__ = event.zh
    schema = schema_of(
        "".join(word.capitalize() for word in event.value.split("_")), acts.FIELDS[event]
    )
    blp.route(f"/cases/<uuid:case_id>/{event.value.replace('_', '-')}", methods=["POST"])(
        requires(people.door_of(people.permission_of(event)))(blp.arguments(schema)(carry_out))
    )


for _event in acts.FIELDS:
    _register(_event)
