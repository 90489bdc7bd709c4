"""Pages: the balance between squads, and a proposal for fairer ones beside today's."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from markupsafe import Markup
from sqlalchemy.orm import Session
from wtforms import DateField, FloatField, HiddenField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.i18n import _, _l
from enforcement.ids import uuid7
from enforcement.jurisdiction import plan_queries, plan_reach
from enforcement.jurisdiction.models import AREA_LAYER, Area
from enforcement.law.terms import UnitKind
from enforcement.overview import balance, proposal
from enforcement.overview.balance import MEASURES, Balance
from enforcement.overview.proposal_model import Proposal
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from gis.map_style import squad_colours
from gis.svg import Painted, static_map

bp = Blueprint("overview", __name__)  # the other pages of the slice join it in views.py
MAP_MM = 110.0


class BalanceForm(FlaskForm):
    """The day to look at."""

    class Meta:
        """A look-up changes nothing, so it needs no token."""

        csrf = False

    on = DateField(_l("日期"), validators=[Optional()])


class ProposeForm(FlaskForm):
    """What counts and how much; which squads together; how many villages may change hands."""

    class Meta:
        """A proposal changes nothing; only saving it does, by another form."""

        csrf = False

    incidents = FloatField(_l("事件"), validators=[Optional(), NumberRange(0, 100)])
    cases = FloatField(_l("案件"), validators=[Optional(), NumberRange(0, 100)])
    area = FloatField(_l("面积"), validators=[Optional(), NumberRange(0, 100)])
    population = FloatField(_l("人口"), validators=[Optional(), NumberRange(0, 100)])
    villages = FloatField(_l("村数"), validators=[Optional(), NumberRange(0, 100)])
    scope = SelectField(_l("范围"), choices=[], validate_choice=False)
    most = IntegerField(
        _l("每个大队最多变动几个村"), validators=[Optional(), NumberRange(0, 5000)],
        description=_l("留空则重新划分，不限变动"),
    )  # fmt: skip

    def weights(self) -> dict[str, float]:
        """Return the measures that were given a weight."""
        return {name: self[name].data for name in MEASURES if self[name].data}


class SaveForm(FlaskForm):
    """The name of the draft plan that a proposal becomes."""

    name = StringField(_l("方案名称"), validators=[Length(1, 100)])
    key = HiddenField()


@bp.get("/jurisdiction/balance")
@requires(Permission.JURISDICTION_READ)
def balance_page() -> ResponseReturnValue:
    """Show the squads of a day with bars, and how evenly each measure is spread."""
    form, actor = BalanceForm(request.args), current_actor()
    with transaction() as session:
        day = form.on.data if form.validate() else None
        found = balance.balance(session, actor, day)
        asked = _form(session)
    return render_template(
        "overview/balance.html", found=found, form=form, measures=MEASURES, ask=asked,
        highest=_highest(found),
    )  # fmt: skip


def _highest(found: Balance) -> dict[str, float]:
    """Return the largest value of each measure, for the length of the bars."""
    return {
        name: max((load.value(name) or 0 for load in found.loads), default=0) for name in MEASURES
    }


def _form(session: Session, **said: Any) -> ProposeForm:
    """Return the form of a proposal with the scopes that the actor may ask about."""
    actor = current_actor()
    form = ProposeForm(**said)
    units = plan_queries.units_on(session, actor.county_code, clock.today(session))
    reach = plan_reach.reach_of(actor)
    brigades = [
        (unit.code, unit.name)
        for unit in units
        if unit.live and unit.kind in (UnitKind.BRIGADE, UnitKind.SUB_BUREAU)
        and (reach is None or unit.code == reach)
    ]  # fmt: skip
    wide = [(proposal.BRIGADES, _("各大队分别划分")), (proposal.COUNTY, _("全县统一划分"))]
    form.scope.choices = [*([] if reach else wide), *brigades]
    return form


@bp.get("/jurisdiction/balance/places")
@requires(Permission.JURISDICTION_READ)
def balance_places() -> ResponseReturnValue:
    """Return how much happened in each village in the last 12 months, for the plans' editor."""
    actor = current_actor()
    with transaction() as session:
        rows = balance.places(session, actor)
    return jsonify(
        {"places": {row.code: {"incidents": row.incidents, "cases": row.cases} for row in rows}}
    )


@bp.route("/jurisdiction/balance/proposal", methods=["GET", "POST"])
@requires(Permission.DUTY_PLAN)
def balance_proposal() -> ResponseReturnValue:
    """Show a proposal beside today's division; a post saves it as a draft plan."""
    save = SaveForm(key=str(uuid7()))
    with transaction() as session:
        form = _form(session, formdata=request.args)
        why: str | None = None
        found: Proposal | None = None
        try:
            if form.validate():
                found = _proposed(session, form)
            if found is not None and request.method == "POST" and save.validate():
                name, key = save.name.data or "", save.key.data or None
                plan = proposal.save(session, current_actor(), found, name, key=key)
                flash(_("已存为方案草稿；启用以前什么都不会改变。"), "success")
                return redirect(url_for("jurisdiction.plan_editor", plan_id=plan.id))
            status = 422 if form.errors or save.errors else 200
        except DomainError as error:
            why, status = str(error), status_of(error)
        shown = _maps(session, found) if found else {}
        page = render_template(
            "overview/proposal.html", form=form, save=save, found=found, why=why,
            measures=MEASURES, **shown,
        )  # fmt: skip
    return page, status


def _proposed(session: Session, form: ProposeForm) -> Proposal:
    return proposal.propose(
        session,
        current_actor(),
        weights=form.weights(),
        scope=form.scope.data or proposal.BRIGADES,
        most=form.most.data,
    )


def _maps(session: Session, found: Proposal) -> dict[str, Any]:
    """Return the maps of today and of the proposal, and the colours of the squads."""
    county_code = current_actor().county_code
    edition = plan_queries.edition_on(session, county_code, found.on)
    layer = AREA_LAYER.only(
        Area.county_code == county_code, Area.edition_id == edition.id, Area.level == edition.level
    )
    units = plan_queries.units_on(session, county_code, found.on)
    colours = squad_colours([unit.code for unit in units if unit.kind == UnitKind.SQUAD])
    maps = {}
    for name, owners in (("map_today", found.today), ("map_after", found.after)):
        fills = {code: colours.get(unit or "", "#ffffff") for code, unit in owners.items()}
        svg = static_map(session, [Painted(layer, fills)], width_mm=MAP_MM)
        maps[name] = Markup(svg)  # noqa: S704 -- numbers and our own colours only
    return {**maps, "colours": colours, "names": {unit.code: unit.name for unit in units}}
