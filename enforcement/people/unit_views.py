"""Pages: the tree of units, one unit, and the acts upon it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.fields import mark, values_of
from enforcement.i18n import _
from enforcement.law import organisation
from enforcement.law.terms import UnitKind
from enforcement.people import (
    acts,
    alarms,
    fields,
    form_pages,
    history,
    person_queries,
    places,
    services,
    unit_queries,
)
from enforcement.people import certificate_queries as certificates
from enforcement.people.blueprint import bp
from enforcement.people.form_pages import FormPage
from enforcement.people.models import Unit, UnitEntry
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

WHICH = ("open", "closed", "all")


def asked_day(session: Session) -> date:
    """Return the day that the address asks for, today where it names none or no day."""
    try:
        return date.fromisoformat(request.args.get("on", ""))
    except ValueError:
        return clock.today(session)


@bp.get("/people")
@requires(Permission.PEOPLE_READ)
def units() -> ResponseReturnValue:
    """Show the tree of units as it was on a day, with their people and certificates."""
    actor = current_actor()
    which = request.args.get("which", "open")
    which = which if which in WHICH else "open"
    with transaction() as session:
        today, on = clock.today(session), asked_day(session)
        top = unit_queries.tree(session, actor.county_code, on, which=which)
        told = alarms.tell(session, actor, today, others=True)
    return render_template(
        "people/units.html", top=top, on=on, today=today, which=which, told=told,
        count=_count(top),
    )  # fmt: skip


def _count(nodes: list[unit_queries.Node]) -> int:
    return len(nodes) + sum(_count(node.below) for node in nodes)


@bp.get("/people/units/<uuid:unit_id>")
@requires(Permission.PEOPLE_READ)
def unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Show one unit: facts, people, what stands below it, duties, history."""
    with transaction() as session:
        return render_template("people/unit.html", **_unit(session, unit_id))


def _unit(session: Session, unit_id: uuid.UUID) -> dict[str, Any]:
    county_code = current_actor().county_code
    row = unit_queries.get_unit(session, county_code, unit_id)
    today = clock.today(session)
    people = person_queries.people_of(session, county_code, unit_id, today)
    held = certificates.of_people(session, county_code, [person.id for _post, person in people])
    duties = places.duties(session, county_code, [unit_id], today)
    villages = [post.village_code for post, _person in people]
    into = session.get(Unit, (county_code, row.merged_into_id)) if row.merged_into_id else None
    return {
        "unit": row, "kind": UnitKind(row.kind), "today": today, "people": people,
        "certificates": {one.person_id: one for one in reversed(held)}, "duties": duties,
        "state_of": certificates.state_of, "above": unit_queries.above(session, row),
        "below": unit_queries.below(session, row), "into": into,
        "merged_from": unit_queries.merged_from(session, row),
        "history": history.of(session, UnitEntry, county_code, unit_id),
        "events": history.EVENTS,
        "names": places.names(session, county_code, [row.home_code, *villages]),
        "may_have_below": any(row.kind in above for above in organisation.PARENTS.values()),
    }  # fmt: skip


def unit_list(session: Session, kinds: list[UnitKind] | None = None) -> list[tuple[str, str]]:
    """Return code and name of the units that are open today, to choose from while typing."""
    actor = current_actor()
    found = unit_queries.list_open(session, actor.county_code, clock.today(session), kinds)
    return [(one.code, one.name) for one in found]


def _back(row: Unit) -> tuple[str, str]:
    return url_for(".unit", unit_id=row.id), row.name


@bp.route("/people/units/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def open_unit() -> ResponseReturnValue:
    """Open a unit below another."""
    actor = current_actor()
    with transaction() as session:
        parents = [
            kind for kind in UnitKind if any(kind in up for up in organisation.PARENTS.values())
        ]
        page = FormPage(
            _("设立机构"), _("设立"), (url_for(".units"), _("机构与人员")), icon="plus-lg",
            lists={"parent": unit_list(session, parents)},
        )  # fmt: skip
        return form_pages.run(
            session, fields.UNIT_OPEN, page,
            lambda said: acts.open_unit(session, actor, said),
            lambda made: (_("已设立。"), url_for(".unit", unit_id=made)),
            {"parent": request.args.get("parent"), "valid_from": clock.today(session)},
        )  # fmt: skip


@bp.route("/people/units/<uuid:unit_id>/rename", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def rename_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Give a unit another name."""
    actor = current_actor()
    with transaction() as session:
        row = unit_queries.get_unit(session, actor.county_code, unit_id)
        notes = [_("原名称留在记录里，可以按日期查询。")]
        if row.kind == UnitKind.BUREAU:
            notes.append(_("执法文书仍以权责清单登记的法定主体名称印制，须另行变更清单。"))
        page = FormPage(
            _("更名：%(name)s", name=row.name), _("更名"), _back(row), notes=notes, icon="pencil"
        )
        return form_pages.run(
            session, fields.UNIT_RENAME, page,
            lambda said: services.rename_unit(
                session, actor, unit_id, said["name"], on=said["on"], reason=said["reason"],
                version=said["version"],
            ),
            lambda _made: (_("已更名。"), url_for(".unit", unit_id=unit_id)),
            {"name": row.name, "version": row.version},
        )  # fmt: skip


@bp.route("/people/units/<uuid:unit_id>/change", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def change_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Correct the division a unit belongs to and its credit code."""
    actor = current_actor()
    with transaction() as session:
        row = unit_queries.get_unit(session, actor.county_code, unit_id)
        page = FormPage(_("更改登记：%(name)s", name=row.name), _("保存"), _back(row))
        return form_pages.run(
            session, fields.UNIT_CHANGE, page,
            lambda said: services.change_unit(
                session, actor, unit_id, home_code=said["home_code"], uscc=said["uscc"],
                version=said["version"],
            ),
            lambda _made: (_("已更改。"), url_for(".unit", unit_id=unit_id)),
            {"home_code": row.home_code, "uscc": row.uscc, "version": row.version},
        )  # fmt: skip


@bp.route("/people/units/<uuid:unit_id>/close", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def close_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Close a unit that nobody and nothing hangs on any more."""
    actor = current_actor()
    with transaction() as session:
        row = unit_queries.get_unit(session, actor.county_code, unit_id)
        notes = [
            _("撤销后机构仍保留在记录里，不会删除。还有人员在职或者有下级机构的，请用“合并”。")
        ]
        duties = places.duties(session, actor.county_code, [unit_id], clock.today(session))
        if duties:
            notes.append(
                _("该机构负责%(n)d个区域，撤销后这些区域没有责任单位，请另行指定。", n=len(duties))
            )
        page = FormPage(
            _("撤销：%(name)s", name=row.name), _("撤销"), _back(row), notes=notes,
            ask=_("确定撤销该机构吗？"), style="danger", icon="x-octagon",
        )  # fmt: skip
        return form_pages.run(
            session, fields.UNIT_CLOSE, page,
            lambda said: services.close_unit(
                session, actor, unit_id, on=said["on"], reason=said["reason"],
                decree=said["decree"], version=said["version"],
            ),
            lambda _made: (_("已撤销。"), url_for(".unit", unit_id=unit_id)),
            {"on": clock.today(session), "version": row.version},
        )  # fmt: skip


@bp.route("/people/units/<uuid:unit_id>/merge", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def merge_unit(unit_id: uuid.UUID) -> ResponseReturnValue:
    """Show what a merger would do, then carry out exactly that."""
    actor = current_actor()
    with transaction() as session:
        row = unit_queries.get_unit(session, actor.county_code, unit_id)
        form = form_pages.made("MergeForm", fields.UNIT_MERGE, {"on": clock.today(session)})
        if not form.validate_on_submit():
            return _merge_page(session, form, row), 422 if form.is_submitted() else 200
        said = values_of(form, fields.UNIT_MERGE) | {"digest": request.form.get("digest")}
        try:
            with session.begin_nested():
                if said["digest"]:
                    target = acts.merge_unit(session, actor, unit_id, said)
                    flash(_("已并入%(name)s。", name=target.name), "success")
                    return redirect(url_for(".unit", unit_id=target.id))
                plan = acts.merge_plan(session, actor, unit_id, said)
        except DomainError as error:
            mark(form, error)
            return _merge_page(session, form, row, why=str(error)), status_of(error)
        return _merge_page(session, form, row, plan=plan)


def _merge_page(session: Session, form: Any, row: Unit, **more: Any) -> str:
    allowed = [kind for kind in UnitKind if organisation.may_merge_into(UnitKind(row.kind), kind)]
    choices = [one for one in unit_list(session, allowed) if one[0] != row.code]
    page = FormPage(
        _("合并：%(name)s", name=row.name), _("预览"), _back(row), icon="search",
        notes=[_("先预览，再合并。人员、账号和下级机构随之转入；原机构保留在记录里。")],
        lists={"target": choices},
    )  # fmt: skip
    names = [one.name for one in fields.UNIT_MERGE]
    more.setdefault("why", None)
    return render_template(
        "people/merge.html", form=form, names=names, page_=page, unit=row,
        rehoming=_has_route("/rehoming"), **more,
    )  # fmt: skip


def _has_route(path: str) -> bool:
    from flask import current_app

    return any(rule.rule == path for rule in current_app.url_map.iter_rules())
