"""Pages: how the platform runs; /readyz for those who watch it by machine."""

from __future__ import annotations

import uuid

from flask import Blueprint, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from enforcement import alarms, clock
from enforcement.backup import watching
from enforcement.config import Config
from enforcement.db import sessions, transaction
from enforcement.errors import StepNotAllowedError
from enforcement.i18n import _
from enforcement.operations import health, metrics, queries, services, wording
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

bp = Blueprint("operations", __name__)


@bp.get("/readyz")
@requires(None)
def readyz() -> ResponseReturnValue:
    """Say whether requests may come: 200, or 503 with why not."""
    found = health.ready(sessions())
    body = {"status": "ok" if found.well else found.why, "revision": found.revision,
            "owns_tables": found.owns}  # fmt: skip
    return body, 200 if found.well else 503


@bp.get("/operations")
@requires(Permission.ALARM_READ)
def index() -> str:
    """Show what waits for the worker, what it gave up, and what fills."""
    county = current_actor().county_code
    config: Config = current_app.extensions["enforcement.config"]
    with transaction() as session:
        work = queries.work(session, county)
        return render_template(
            "operations/index.html", work=work, troubled=queries.troubled(session, county),
            behind_s=max((one.behind_s for one in work), default=0.0), late_s=queries.LATE_S,
            disk=metrics.disk(config), size=metrics.size(session), word=wording.task,
            alarms=alarms.count_open(session, county),
            backup=watching.state(config, clock.now(session)), owns=queries.owns_tables(session),
        )  # fmt: skip


@bp.post("/operations/steps/<uuid:step_id>/retry")
@requires(Permission.ALARM_CLOSE)
def retry(step_id: uuid.UUID) -> ResponseReturnValue:
    """Have the worker try a step again."""
    with transaction() as session:
        try:
            step = services.retry(session, current_actor(), step_id)
        except StepNotAllowedError as error:
            flash(str(error), "danger")
        else:
            flash(
                _("“%(task)s”已排到最前，后台马上再办。", task=wording.task(step.task)), "success"
            )
    return redirect(url_for(".index"))
