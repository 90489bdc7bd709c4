"""Pages: certificates by their last day, one certificate, and the acts upon it."""

from __future__ import annotations

import uuid

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.db import transaction
from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.i18n import _
from enforcement.law.terms import CertificateStatus
from enforcement.people import (
    acts,
    alarms,
    fields,
    form_pages,
    history,
    person_queries,
    unit_queries,
)
from enforcement.people import certificate_queries as certificates
from enforcement.people.blueprint import bp
from enforcement.people.certificates import NEXT, ORGANS, check_holder
from enforcement.people.cursors import read_ending, write_ending
from enforcement.people.form_pages import FormPage
from enforcement.people.models import CertificateEntry, Person
from enforcement.people.unit_views import unit_list
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

ONLY = ("alarms", "suspended", "expired", "all")


@bp.get("/people/certificates")
@requires(Permission.PEOPLE_READ)
def certificate_list() -> ResponseReturnValue:
    """List certificates by their last day: what needs attention, or all."""
    only = request.args.get("only", "alarms")
    only = only if only in ONLY else "alarms"
    with transaction() as session:
        county_code, today = current_actor().county_code, clock.today(session)
        days = alarms.Days.of(session, county_code)
        rows = alarms.list_page(
            session, county_code, today, days=days, only=only,
            after=read_ending(request.args.get("after")),
        )  # fmt: skip
    more = write_ending(rows[-1].certificate) if len(rows) == alarms.PAGE else None
    return render_template(
        "people/certificates.html", rows=rows, days=days, today=today, only=only, next=more,
        first=not request.args.get("after"),
    )  # fmt: skip


@bp.get("/people/certificates/<uuid:certificate_id>")
@requires(Permission.PEOPLE_READ)
def certificate(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Show one certificate with its history."""
    with transaction() as session:
        county_code, today = current_actor().county_code, clock.today(session)
        row = certificates.get(session, county_code, certificate_id)
        entries = history.of(session, CertificateEntry, county_code, certificate_id)
        state = certificates.state_of(row.Certificate, today, list(reversed(entries)))
        days = alarms.Days.of(session, county_code)
        return render_template(
            "people/certificate.html", certificate=row.Certificate, person=row.Person,
            organ=row.Unit, state=state, today=today, history=entries, events=history.EVENTS,
            level=alarms.level_of(state, row.Certificate.valid_to, today, days),
            next=NEXT[CertificateStatus(row.Certificate.status)],
        )  # fmt: skip


@bp.route("/people/<uuid:person_id>/certificates/new", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def issue_certificate(person_id: uuid.UUID) -> ResponseReturnValue:
    """Enter a certificate that a person was given."""
    actor = current_actor()
    with transaction() as session:
        row = person_queries.get_person(session, actor.county_code, person_id)
        organs = unit_list(session, sorted(ORGANS))
        notes = [_("合同工、临时工、公益性岗位、购买服务、劳务派遣人员和辅警、协管员不得持证。")]
        barred = _barred(session, row)
        if barred is not None:
            notes.append(barred)
        page = FormPage(
            _("登记执法证：%(name)s", name=row.name), _("登记执法证"),
            (url_for(".person", person_id=row.id), row.name), icon="patch-check",
            notes=notes, lists={"organ": organs},
        )  # fmt: skip
        return form_pages.run(
            session, fields.CERTIFICATE, page,
            lambda said: acts.issue_certificate(session, actor, person_id, said),
            lambda made: (_("已登记执法证。"), url_for(".certificate", certificate_id=made)),
            {"organ": _organ_code(session, person_id)},
        )  # fmt: skip


def _barred(session: Session, person: Person) -> str | None:
    """Return the rule by which this person may hold no certificate, None where none bars him."""
    try:
        check_holder(session, person)
    except InvalidInputError as error:
        return f"{error}（{error.data.get('article', '')}）"
    return None


def _organ_code(session: Session, person_id: uuid.UUID) -> str | None:
    """Return the organ in whose name a person's unit acts, else the county's bureau."""
    county_code, today = current_actor().county_code, clock.today(session)
    for _post, unit in person_queries.posts_of(session, county_code, [person_id], on=today):
        found = unit_queries.organ_of(session, county_code, unit.code)
        if found is not None:
            return unit_queries.get_unit(session, county_code, found).code
    bureau = unit_queries.find_organ(session, county_code)
    return bureau.code if bureau else None


@bp.route("/people/certificates/<uuid:certificate_id>/renew", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def renew_certificate(certificate_id: uuid.UUID) -> ResponseReturnValue:
    """Let a certificate last longer."""
    actor = current_actor()
    with transaction() as session:
        row = certificates.get(session, actor.county_code, certificate_id).Certificate
        page = FormPage(
            _("延期：证号%(number)s", number=row.number), _("延期"), _back(row),
            notes=[_("现有效期至%(day)s；已过期的证件不能延期，应当登记新发的证件。",
                     day=row.valid_to)], icon="calendar-plus",
        )  # fmt: skip
        return form_pages.run(
            session, fields.RENEW, page,
            lambda said: acts.renew_certificate(session, actor, certificate_id, said),
            lambda _made: (_("已延期。"), _back(row)[0]),
            {"version": row.version},
        )  # fmt: skip


def _back(row: object) -> tuple[str, str]:
    address = url_for(".certificate", certificate_id=row.id)  # type: ignore[attr-defined]
    return address, _("证号%(number)s", number=row.number)  # type: ignore[attr-defined]


@bp.route("/people/certificates/<uuid:certificate_id>/<string:act>", methods=["GET", "POST"])
@requires(Permission.PEOPLE_MANAGE)
def change_certificate(certificate_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Suspend, restore or revoke a certificate."""
    if act not in acts.STATUS_OF:
        raise NotFoundError(_("没有这种操作。"))
    words = {
        "suspend": (_("暂扣"), _("自该日起不能执法，之前的不受影响。确定暂扣吗？"), "danger"),
        "restore": (_("恢复"), "", "primary"),
        "revoke": (_("吊销、注销"), _("吊销、注销后不能恢复。确定吗？"), "danger"),
    }
    actor = current_actor()
    with transaction() as session:
        row = certificates.get(session, actor.county_code, certificate_id).Certificate
        word, ask, style = words[act]
        title = _("%(act)s：证号%(number)s", act=word, number=row.number)
        page = FormPage(title, word, _back(row), ask=ask, style=style)
        return form_pages.run(
            session, fields.STATUS, page,
            lambda said: acts.set_status(session, actor, certificate_id, act, said),
            lambda _made: (_("已办理：%(act)s。", act=word), _back(row)[0]),
            {"version": row.version},
        )  # fmt: skip
