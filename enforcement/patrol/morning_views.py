"""Pages: a day's board, where leaders put stops onto squads' lists, plan and publish them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.errors import DomainError, InvalidInputError, StaleVersionError, status_of
from enforcement.i18n import _
from enforcement.patrol import assigning, plan_words, publishing, runs
from enforcement.patrol import board as boards
from enforcement.patrol.assigning import Step
from enforcement.patrol.beat_views import bp
from enforcement.patrol.board import Board
from enforcement.patrol.map_views import ground
from enforcement.patrol.plan_models import PlanRun
from enforcement.patrol.schemas import steps_of
from enforcement.patrol.terms import RunKind, RunState
from enforcement.permissions import Permission, requires
from enforcement.planner.problem import Dropped, Reason
from enforcement.scope import COUNTY_WIDE
from enforcement.sign_in import current_actor

__all__ = ["bp"]
Answer = dict[str, Any]


@bp.get("/patrols/morning")
@requires(Permission.PATROL_ASSIGN)
def morning() -> ResponseReturnValue:
    """Show a day's board: squads at left, the map, what is on no list."""
    actor = current_actor()
    with transaction() as session:
        day = _day(session, request.args.get("day"))
        return _page(session, actor, day)


def _page(session: Session, actor: Actor, day: date, why: str | None = None) -> str:
    state = state_of(session, actor, day)
    return render_template(
        "patrol/morning.html", day=day, state=state, ground=ground(session, actor), why=why,
        today=clock.today(session), whole_county=actor.role in COUNTY_WIDE, key=str(uuid.uuid4()),
    )  # fmt: skip


def _day(session: Session, said: str | None) -> date:
    try:
        return clock.day_of(said) if said else clock.today(session)
    except ValueError:
        raise InvalidInputError("day", _("日期不对。")) from None


def state_of(session: Session, actor: Actor, day: date) -> Answer:
    """Return the board as JSON, with the reasons of the plan in words."""
    found = boards.board(session, actor, day)
    shown = boards.as_json(found)
    names = {lane.squad.code: lane.squad.name for lane in found.lanes}
    whys = {stop.id: stop.why for lane in found.lanes for stop in lane.stops}
    for lane, row in zip(found.lanes, shown["lanes"], strict=True):
        for stop, one in zip(lane.stops, row["stops"], strict=True):
            one["why"] = _why(whys[stop.id], names)
    run = runs.latest(session, actor, day)
    left_out = _left_out(run, found) if run else {}
    for item in shown["pool"]:
        item["why"] = left_out.get(item["ref"], "")
    shown["basis"] = plan_words.basis(found.basis)
    return shown


def _why(why: dict[str, Any], names: dict[str, str]) -> str:
    if "there" not in why:
        return _("周期计划") if why.get("template") else ""
    there = plan_words.there(Reason(**why["there"]))
    squad = plan_words.squad_why(Reason(**why["squad"]), lambda code: names.get(str(code), "?"))
    return f"{there} {squad}"


def _left_out(run: PlanRun, found: Board) -> dict[str, str]:
    """Return why the newest plan left things out, by ref."""
    names = {lane.squad.code: lane.squad.name for lane in found.lanes}
    squads, refs = run.problem["squads"], run.problem["refs"]

    def name_of(n: int) -> str:
        return names.get(squads[n]) or str(squads[n])

    return {
        refs[one["stop"]]: plan_words.why_not(Dropped(one["stop"], Reason(**one["why"])), name_of)
        for one in run.plan["dropped"]
    }


def _done(day_text: str | None, act: Callable[[Session, Actor, date], Answer]) -> Any:
    """Do an act; answer with the board anew (JSON), or with the page."""
    asked = request.accept_mimetypes.best_match(["text/html", "application/json"])
    actor = current_actor()
    with transaction() as session:
        day = _day(session, day_text)
        try:
            with session.begin_nested():
                told = act(session, actor, day)
        except DomainError as error:
            if asked != "application/json":
                return _page(session, actor, day, str(error)), status_of(error)
            told = {"error": str(error), **error.data}
            if isinstance(error, StaleVersionError):
                told["state"] = state_of(session, actor, day)
            return jsonify(told), status_of(error)
        if asked == "application/json":
            return jsonify(told | {"state": state_of(session, actor, day)})
    flash(told["said"], "success")
    return redirect(url_for(".morning", day=day))


@bp.post("/patrols/morning/steps")
@requires(Permission.PATROL_ASSIGN)
def morning_steps() -> ResponseReturnValue:
    """Change lists: a form says one thing and a squad, the script sends several steps as JSON."""
    form = request.form
    steps = _steps(form)
    versions = json.loads(form["versions"]) if form.get("versions") else None

    def act(session: Session, actor: Actor, day: date) -> Answer:
        undo = assigning.change(session, actor, day, steps, versions=versions,
                                key=form.get("key") or None)  # fmt: skip
        return {"undo": [one.as_json() for one in undo], "said": _("已保存。")}

    return _done(form.get("day"), act)  # type: ignore[no-any-return]


def _steps(form: Any) -> list[Step]:
    if form.get("steps"):
        return steps_of(form["steps"])
    if form.get("lock"):
        return [Step(form.get("ref", ""), lock=form["lock"] == "yes")]
    place = form.get("place", type=int)
    return [Step(form.get("ref", ""), form.get("squad") or None, place)]


@bp.post("/patrols/morning/plan")
@requires(Permission.PATROL_ASSIGN)
def morning_plan() -> ResponseReturnValue:
    """Plan: the brigade's lists at once, the rest of the day again, or the county's by order."""
    form = request.form
    kind = next((one for one in RunKind if str(one) == form.get("kind")), RunKind.BRIGADE)
    if kind == RunKind.COUNTY:
        with transaction() as session:
            day = _day(session, form.get("day"))
            run = runs.order(session, current_actor(), day, key=form.get("key") or None)
        return redirect(url_for(".plan_run", run_id=run.id))

    def act(session: Session, actor: Actor, day: date) -> Answer:
        made = runs.plan_now(session, actor, day, kind, key=form.get("key") or None)
        dropped = len(made.run.plan["dropped"])
        said = _("已排好，%(moved)d个点位换了中队，%(left)d个没有排上。",
                 moved=made.moved, left=dropped)  # fmt: skip
        return {"undo": [one.as_json() for one in made.undo], "said": said}

    return _done(form.get("day"), act)  # type: ignore[no-any-return]


@bp.post("/patrols/morning/publish")
@requires(Permission.PATROL_ASSIGN)
def morning_publish() -> ResponseReturnValue:
    """Publish the lists of the squads named; their phones are told."""
    form = request.form
    versions = json.loads(form["versions"]) if form.get("versions") else None

    def act(session: Session, actor: Actor, day: date) -> Answer:
        told = publishing.publish(session, actor, day, form.getlist("squads"), versions=versions,
                                  key=form.get("key") or None)  # fmt: skip
        return {"said": _("已下达%(n)d个中队的清单。", n=len(told))}

    return _done(form.get("day"), act)  # type: ignore[no-any-return]


@bp.get("/patrols/plans/<uuid:run_id>")
@requires(Permission.PATROL_ASSIGN)
def plan_run(run_id: uuid.UUID) -> ResponseReturnValue:
    """Show how far a plan is, and what it would do; the page asks again until it has ended."""
    actor = current_actor()
    with transaction() as session:
        run = runs.find(session, actor, run_id)
        if request.accept_mimetypes.best == "application/json":
            return runs.shown(run)
        found = boards.board(session, actor, run.on_day)
        return render_template(
            "patrol/plan_run.html", run=run, states=RunState, kinds=RunKind,
            lanes=_planned(run, found), left_out=_named(run, found),
            basis=plan_words.basis(runs.basis_of(run)),
        )  # fmt: skip


def _planned(run: PlanRun, found: Board) -> list[Answer]:
    """Return how many stops each squad gets, how many of them for other brigades (loans)."""
    names = {lane.squad.code: lane.squad.name for lane in found.lanes}
    units = run.problem["units"]
    rows = []
    for code, route in zip(run.problem["squads"], run.plan["routes"], strict=True):
        stops = [stop for part in route for stop in part]
        home = ".".join(code.split(".")[:-1])
        loans = sum(not units[stop].startswith(home) for stop in stops)
        rows.append({"name": names.get(code, code), "stops": len(stops), "loans": loans})
    return rows


def _named(run: PlanRun, found: Board) -> list[Answer]:
    whys = _left_out(run, found)
    known = {one.ref: one.name for one in found.pool}
    return [{"name": known.get(ref, ref), "why": why} for ref, why in whys.items()]


@bp.post("/patrols/plans/<uuid:run_id>/<act>")
@requires(Permission.PATROL_ASSIGN)
def plan_act(run_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Give a plan up, or put it onto the lists."""
    actor = current_actor()
    with transaction() as session:
        if act == "cancel":
            run = runs.cancel(session, actor, run_id)
            flash(_("已取消该排班方案。"), "success")
        elif act == "apply":
            run = runs.apply(session, actor, run_id).run
            flash(_("已采用，请核对后下达。"), "success")
        else:
            raise InvalidInputError("act", _("没有这种操作。"))
        day = run.on_day
    return redirect(url_for(".morning", day=day))
