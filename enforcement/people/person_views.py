"""Pages: the list of people, one person, and the acts upon him and his posts."""

from __future__ import annotations

import uuid
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock, crypto, masking
from enforcement.db import transaction
from enforcement.errors import InvalidInputError, NotFoundError, status_of
from enforcement.i18n import _, label
from enforcement.law.terms import Role
from enforcement.people import (
    acts,
    fields,
    form_pages,
    history,
    person_queries,
    places,
    queries,
    services,
    unit_queries,
)
from enforcement.people import certificate_queries as certificates
from enforcement.people.blueprint import bp
from enforcement.people.cursors import read_named, write_named
from enforcement.people.form_pages import FormPage
from enforcement.people.forms import FindForm, RevealForm
from enforcement.people.models import Person, PersonEntry, Post
from enforcement.people.person_queries import Wanted
from enforcement.people.persons import NUMBERS
from enforcement.people.unit_views import unit_list
from enforcement.permissions import Permission, allows, requires
from enforcement.sign_in import current_actor

STATES = ("valid", "expired", "suspended", "none")


@bp.get("/people/list")
@requires(Permission.PEOPLE_READ)
def people() -> ResponseReturnValue:
    """List people by name, unit, role and certificate."""
    with transaction() as session:
        return _people(session, FindForm(formdata=None))


def wanted_of(args: Any) -> Wanted:
    """Return what an address asks for; words that are not known are left out."""
    role, state = args.get("role", ""), args.get("certificate", "")
    return Wanted(
        name=args.get("name", "").strip()[:40],
        unit_code=args.get("unit", "").strip()[:60],
        role=role if role in {str(one) for one in Role} else "",
        certificate=state if state in STATES else "",
        left=args.get("left") == "1",
    )


def _people(session: Session, find: FindForm, found: list[Person] | None = None) -> str:
    county_code, today = current_actor().county_code, clock.today(session)
    wanted = wanted_of(request.args)
    rows = person_queries.list_page(
        session, county_code, wanted, today, after=read_named(request.args.get("after"))
    )
    return render_template(
        "people/list.html", rows=rows, today=today, wanted=wanted, states=STATES,
        chosen={name: value for name, value in request.args.items() if name != "after" and value},
        next=write_named(rows[-1].person) if len(rows) == person_queries.PAGE else None,
        first=not request.args.get("after"), find=find, found=found, masked=masked,
        state_of=certificates.state_of, units=unit_list(session),
    )  # fmt: skip


def masked(person: Person) -> dict[str, str]:
    """Return a person's numbers as a page shows them."""
    return {
        "id_number": masking.id_number(crypto.unseal(person.id_number_encrypted)),
        "phone": masking.phone(crypto.unseal(person.phone_encrypted)),
    }


@bp.post("/people/find")
@requires(Permission.PEOPLE_READ)
def find_person() -> ResponseReturnValue:
    """Find who has a full number; it is sent in the body, so that no address or log holds it."""
    form = FindForm()
    with transaction() as session:
        if not form.validate():
            return _people(session, form), 422
        number = form.number.data or ""
        found = person_queries.find_by_number(session, current_actor().county_code, number)
        if len(found) == 1:
            return redirect(url_for(".person", person_id=found[0].id))
        form.number.data = ""
        return _people(session, form, found)


@bp.get("/people/<uuid:person_id>")
@requires(Permission.PEOPLE_READ)
def person(person_id: uuid.UUID) -> ResponseReturnValue:
    """Show one person: posts over time, certificates, account, history."""
    with transaction() as session:
        return _person(session, person_id)


def _person(session: Session, person_id: uuid.UUID, **more: Any) -> str:
    actor = current_actor()
    row = person_queries.get_person(session, actor.county_code, person_id)
    posts = person_queries.posts_of(session, actor.county_code, [person_id])
    held = certificates.of_people(session, actor.county_code, [person_id])
    accounts = queries.list_accounts(session, actor.county_code, person_id)
    shown = {"form": RevealForm(formdata=None), "revealed": {}, "why": None} | more
    return render_template(
        "people/person.html", person=row, posts=posts, certificates=held,
        state_of=certificates.state_of, entries=history.of_certificates(session, held),
        accounts=accounts, today=clock.today(session), numbers=masked(row),
        history=history.of(session, PersonEntry, actor.county_code, person_id),
        events=history.EVENTS, may_reveal=_may_reveal(session, person_id),
        names=places.names(session, actor.county_code, [post.village_code for post, _u in posts]),
        **shown,
    )  # fmt: skip


def _may_reveal(session: Session, person_id: uuid.UUID) -> bool:
    actor = current_actor()
    return allows(actor, Permission.PERSONAL_READ) and person_queries.leads(
        session, actor, person_id
    )


@bp.post("/people/<uuid:person_id>/reveal")
@requires(Permission.PERSONAL_READ)
def reveal(person_id: uuid.UUID) -> ResponseReturnValue:
    """Show a number in full this once, with a reason that is logged."""
    form, actor = RevealForm(), current_actor()
    with transaction() as session:
        person_queries.get_person(session, actor.county_code, person_id)
        if not form.validate():
            return _person(session, person_id, form=form), 422
        number = form.number.data or NUMBERS[0]
        try:
            with session.begin_nested():
                text = services.reveal(session, actor, person_id, number, form.reason.data or "")
        except InvalidInputError as error:
            return _person(session, person_id, form=form, why=str(error)), status_of(error)
        return _person(session, person_id, revealed={number: text or _("没有登记")})


@bp.route("/people/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def new_person() -> ResponseReturnValue:
    """Enter a person, with the first post where there is one."""
    actor = current_actor()
    with transaction() as session:
        page = FormPage(
            _("登记人员"), _("登记"), (url_for(".people"), _("人员")), icon="person-plus",
            notes=[_("填写单位代码，即同时登记第一个任职；也可以以后再登记。")],
            lists={"unit": unit_list(session), "village": villages(session)},
        )  # fmt: skip
        return form_pages.run(
            session, fields.NEW_PERSON, page,
            lambda said: acts.enter_person(session, actor, said),
            lambda made: (_("已登记。"), url_for(".person", person_id=made)),
            {"unit": request.args.get("unit"), "valid_from": clock.today(session)},
        )  # fmt: skip


def villages(session: Session) -> list[tuple[str, str]]:
    """Return code and name of the county's villages, to choose from while typing."""
    return list(places.listed(session, current_actor().county_code, 12).items())


def _back(row: Person) -> tuple[str, str]:
    return url_for(".person", person_id=row.id), row.name


@bp.route("/people/<uuid:person_id>/change", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def change_person(person_id: uuid.UUID) -> ResponseReturnValue:
    """Change what is entered of a person; a number left empty stays as it is."""
    actor = current_actor()
    with transaction() as session:
        row = person_queries.get_person(session, actor.county_code, person_id)
        kept = masked(row)
        notes = [_("已登记：身份证号%(id)s，电话%(phone)s。留空则不变。",
                   id=kept["id_number"] or "—", phone=kept["phone"] or "—")]  # fmt: skip
        page = FormPage(_("更改登记：%(name)s", name=row.name), _("保存"), _back(row), notes=notes)
        known = {name: getattr(row, name) for name in
                 ("name", "employment", "legal_number", "legal_on", "version")}  # fmt: skip
        return form_pages.run(
            session, fields.PERSON, page,
            lambda said: acts.change_person(session, actor, person_id, said),
            lambda _made: (_("已更改。"), url_for(".person", person_id=person_id)),
            known,
        )  # fmt: skip


@bp.route("/people/<uuid:person_id>/posts/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def give_post(person_id: uuid.UUID) -> ResponseReturnValue:
    """Give a person a post."""
    actor = current_actor()
    with transaction() as session:
        row = person_queries.get_person(session, actor.county_code, person_id)
        page = FormPage(
            _("登记任职：%(name)s", name=row.name), _("登记任职"), _back(row), icon="briefcase",
            lists={"unit": unit_list(session), "village": villages(session)},
        )  # fmt: skip
        return form_pages.run(
            session, fields.POST, page,
            lambda said: acts.give_post(session, actor, person_id, said),
            lambda _made: (_("已登记任职。"), url_for(".person", person_id=person_id)),
            {"unit": request.args.get("unit"), "valid_from": clock.today(session)},
        )  # fmt: skip


@bp.route("/people/posts/<uuid:post_id>/end", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def end_post(post_id: uuid.UUID) -> ResponseReturnValue:
    """End a post; the account that stands for it ends with it."""
    actor = current_actor()
    with transaction() as session:
        post = session.get(Post, (actor.county_code, post_id))
        if post is None:
            raise NotFoundError(_("没有这个任职。"))
        row = person_queries.get_person(session, actor.county_code, post.person_id)
        unit = unit_queries.get_unit(session, actor.county_code, post.unit_id)
        said = {"name": row.name, "unit": unit.name, "role": label(Role(post.role))}
        page = FormPage(
            _("离任：%(name)s", name=row.name), _("办理离任"), _back(row),
            notes=[_("%(name)s，%(unit)s%(role)s。离任后，对应该岗位的账号不能登录。", **said)],
            ask=_("确定办理离任吗？"), style="danger", icon="box-arrow-right",
        )  # fmt: skip
        return form_pages.run(
            session, fields.END_POST, page,
            lambda said: services.end_post(
                session, actor, post_id, on=said["on"], reason=said["reason"]
            ),
            lambda _made: (_("已办理离任。"), url_for(".person", person_id=row.id)),
            {"on": clock.today(session)},
        )  # fmt: skip
