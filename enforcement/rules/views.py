"""Pages: the rules in order, a rule with its dry run, its history."""

from __future__ import annotations

import uuid
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, NotFoundError, status_of
from enforcement.fields import mark
from enforcement.i18n import _
from enforcement.people.models import Unit
from enforcement.people.unit_queries import list_open
from enforcement.permissions import Permission, requires
from enforcement.rules import dry_run, queries, services, words
from enforcement.rules.checking import KINDS
from enforcement.rules.drafts import Draft, snapshot
from enforcement.rules.forms import MoveForm, OffForm, RuleForm, values_of
from enforcement.rules.models import RoutingRule, RuleEvent
from enforcement.rules.services import Way
from enforcement.sign_in import current_actor
from enforcement.taxonomy import queries as taxonomy

bp = Blueprint("rules", __name__)


@bp.get("/rules")
@requires(Permission.RULE_READ)
def index() -> ResponseReturnValue:
    """List the rules in order, those that have failed marked."""
    county_code = current_actor().county_code
    with transaction() as session:
        rows = queries.list_active(session, county_code)
        shown = [snapshot(one.rule) for one in rows]
        areas = words.area_names(session, county_code, shown)
        known = taxonomy.current(session, county_code).known
        history = queries.history(session, county_code)
        today = clock.today(session)
    conditions = [words.conditions(one, known, areas) for one in shown]
    return render_template(
        "rules/list.html", rows=list(zip(rows, conditions, strict=True)), history=history,
        events=RuleEvent, failures=words.failures, today=today,
    )  # fmt: skip


@bp.route("/rules/new", methods=["GET", "POST"])
@requires(Permission.RULE_CHANGE)
def new() -> ResponseReturnValue:
    """Write a rule, try it on the last months, add it."""
    with transaction() as session:
        today = clock.today(session)
        form = RuleForm(valid_from=today)
        return _form(session, form, None)


@bp.route("/rules/<uuid:rule_id>", methods=["GET", "POST"])
@requires(Permission.RULE_CHANGE)
def edit(rule_id: uuid.UUID) -> ResponseReturnValue:
    """Change a rule, or try the change on the last months; show its history."""
    actor = current_actor()
    with transaction() as session:
        rule = queries.get(session, actor.county_code, rule_id)
        unit = session.get_one(Unit, (rule.county_code, rule.unit_id))
        form = RuleForm(**values_of(rule, unit))
        return _form(session, form, rule)


def _form(session: Session, form: RuleForm, rule: RoutingRule | None) -> ResponseReturnValue:
    """Save, try, or show; what is refused stands beside its field."""
    actor = current_actor()
    units = list_open(session, actor.county_code, clock.today(session), KINDS)
    form.unit.choices = [("", "—"), *[(one.code, f"{one.code} {one.name}") for one in units]]
    tried: dry_run.DryRun | None = None
    error: DomainError | None = None
    if form.validate_on_submit():
        draft = form.draft({one.code: one for one in units})
        try:
            if request.form.get("do") != "try":
                with session.begin_nested():
                    return _saved(session, form, rule, draft)
            tried = dry_run.run(
                session, actor, draft, rule_id=rule.id if rule else None,
                position=form.position.data, months=form.months.data or dry_run.MONTHS,
            )  # fmt: skip
        except DomainError as refused:
            error = refused
            mark(form, error)
    page = render_template(
        "rules/form.html", form=form, rule=rule, tried=tried, why=str(error) if error else None,
        off=OffForm(MultiDict()), history=_history(session, rule), events=RuleEvent,
        known=taxonomy.current(session, actor.county_code).known,
    )  # fmt: skip
    return page, status_of(error) if error else 422 if form.errors else 200


def _history(session: Session, rule: RoutingRule | None) -> list[tuple[Any, Any]]:
    """Return each act upon a rule with the rule's conditions after it."""
    if rule is None:
        return []
    entries = queries.history(session, rule.county_code, rule.id)
    areas = words.area_names(session, rule.county_code, [one.rule for one in entries])
    known = taxonomy.current(session, rule.county_code).known
    return [(one, words.conditions(one.rule, known, areas)) for one in entries]


def _saved(
    session: Session, form: RuleForm, rule: RoutingRule | None, draft: Draft
) -> ResponseReturnValue:
    actor = current_actor()
    if rule is None:
        made = services.add(session, actor, draft, position=form.position.data)
        flash(_("已新增规则“%(name)s”，自%(day)s起生效。", name=made.name, day=made.valid_from),
              "success")  # fmt: skip
    else:
        services.change(session, actor, rule.id, draft, version=_version(form))
        flash(_("已修改规则“%(name)s”；以前的派单不变。", name=draft.name), "success")
    return redirect(url_for(".index"))


def _version(form: Any) -> int | None:
    text = form.version.data
    return int(text) if text is not None and str(text).isdigit() else None


@bp.post("/rules/<uuid:rule_id>/move/<event>")
@requires(Permission.RULE_CHANGE)
def move(rule_id: uuid.UUID, event: str) -> ResponseReturnValue:
    """Let a rule change places with the one before ("up") or after it ("down")."""
    way = next((one for one in Way if one == event), None)
    if way is None:
        raise NotFoundError(_("没有这种操作。"))
    form = MoveForm()
    with transaction() as session:
        rule = services.move(session, current_actor(), rule_id, way, version=_version(form))
        flash(_("规则“%(name)s”现为第%(n)d条。", name=rule.name, n=rule.position), "success")
    return redirect(url_for(".index"))


@bp.post("/rules/<uuid:rule_id>/off")
@requires(Permission.RULE_CHANGE)
def off(rule_id: uuid.UUID) -> ResponseReturnValue:
    """Switch a rule off, with a reason."""
    form, actor = OffForm(), current_actor()
    with transaction() as session:
        queries.get(session, actor.county_code, rule_id)
        rule = services.switch_off(
            session, actor, rule_id, form.reason.data or "", version=_version(form)
        )
        flash(_("已停用规则“%(name)s”；以前的派单不变。", name=rule.name), "success")
    return redirect(url_for(".index"))
