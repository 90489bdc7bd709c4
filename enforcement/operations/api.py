"""Calls: how the platform runs, trying a step anew, and the gauges that a monitor asks for."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Response, current_app
from flask_smorest import Blueprint

from enforcement.api import plain_row
from enforcement.api_document import file
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.due import DueStep
from enforcement.operations import metrics, queries, services
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

blp = Blueprint("operations_api", __name__, description="平台运行 / How the platform runs")


def shown(step: DueStep) -> dict[str, Any]:
    """Return a step of the worker as JSON."""
    return plain_row(step, "id", "task", "rule", "state", "tries", "last_error", "due_at",
                     "next_at")  # fmt: skip


@blp.route("/operations")
@requires(Permission.ALARM_READ)
def get_operations() -> dict[str, Any]:
    """Return what waits for the worker by task, the steps that failed, who owns the tables."""
    county = current_actor().county_code
    with transaction() as session:
        tasks = [asdict(one) for one in queries.work(session, county)]
        owns = queries.owns_tables(session)
        steps = [shown(one) for one in queries.troubled(session, county)]
    for one in tasks:
        one["next_at"] = one["next_at"].isoformat() if one["next_at"] else None
    return {"tasks": tasks, "troubled": steps, "owns_tables": owns}


@blp.route("/operations/steps/<uuid:step_id>/retry", methods=["POST"])
@requires(Permission.ALARM_CLOSE)
def retry_step(step_id: Any) -> dict[str, Any]:
    """Have the worker try a step again that it gave up or put off."""
    with transaction() as session:
        return shown(services.retry(session, current_actor(), step_id))


@blp.route("/metrics")
@blp.doc(responses=file("text/plain"))
@requires(Permission.ALARM_READ)
def get_metrics() -> Response:
    """Return gauges in Prometheus' text form; the monitor shows a token."""
    config: Config = current_app.extensions["enforcement.config"]
    with transaction() as session:
        body = metrics.text_of(session, current_actor().county_code, config)
    return Response(body, content_type=metrics.TYPE, headers={"Cache-Control": "no-store"})
