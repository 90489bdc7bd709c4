"""What acts of the desk change: answering, sending somebody, passing on, putting on hold."""

from __future__ import annotations

import uuid

from sqlalchemy import select

from enforcement import notices, scope
from enforcement.errors import InvalidInputError, NotPermittedError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.incident import escalation, reclassifying
from enforcement.incident.said import Acting
from enforcement.law import incidents as law
from enforcement.law.escalation import Does
from enforcement.law.terms import Outside, Role, UnitKind, Urgency
from enforcement.people.models import Account, Person, Post, Unit
from enforcement.taxonomy import queries as taxonomies

Said = dict[str, object]
COUNTY = (Role.COMMAND_CENTRE, Role.HEAD)


def answer(act: Acting) -> Said:
    """Answer for the township; the county answers by taking over."""
    if act.actor.role in COUNTY and act.incident.urgency != Urgency.NORMAL:
        return take_over(act)
    _must_wait(act)
    return {}


def _must_wait(act: Acting) -> None:
    if act.incident.answered_at is not None:
        raise StepNotAllowedError(_("事件%(number)s已经有人应答。", number=act.incident.number))


def take_over(act: Acting) -> Said:
    """Answer in the county's name, once the table of calls lets it (red: 60 s by default)."""
    if act.actor.role not in COUNTY:
        raise NotPermittedError(_("只有县级指挥中心可以接管。"))
    _must_wait(act)
    if not escalation.may_take_over(act.session, act.incident, act.now):
        raise StepNotAllowedError(_("乡镇应答时限还没有到，暂时不能接管；可以先转110、119、120。"))
    return {"waited_s": round((act.now - act.incident.received_at).total_seconds())}


def assign(act: Acting) -> Said:
    """Send a squad, or one person: a village's auxiliary."""
    if act.said.person_id is not None:
        return forward(act)
    unit = act.said.handler
    if unit is None:
        raise InvalidInputError("handler", _("请选择派往的单位或者人员。"))
    act.incident.handler_unit_code, act.incident.handler_id = unit.code, None
    return {"squad": unit.name, "nobody": not escalation.tell_unit(act.session, act.incident, unit)}


def forward(act: Acting) -> Said:
    """Give an incident to one person, whose phone rings."""
    if act.said.person_id is None:
        raise InvalidInputError("person_id", _("请选择人员。"))
    account_id, name, unit = _account(act, act.said.person_id)
    act.incident.handler_unit_code, act.incident.handler_id = unit.code, account_id
    notices.send(
        act.session, act.incident.county_code, act.said.person_id, "incident", act.incident.id,
        does=str(Does.RING), rule="assigned", number=act.incident.number,
        urgency=act.incident.urgency, category=act.incident.category,
    )  # fmt: skip
    return {"squad": unit.name, "person": name}


def _account(act: Acting, person_id: uuid.UUID) -> tuple[uuid.UUID, str, Unit]:
    """Return account, name and unit of a person who can be sent; raises InvalidInputError."""
    query = (
        select(Account.id, Person.name, Unit)
        .join(Person, (Person.county_code == Account.county_code) & (Person.id == person_id))
        .join(Post, (Post.county_code == Account.county_code) & (Post.id == Account.post_id))
        .join(Unit, (Unit.county_code == Post.county_code) & (Unit.id == Post.unit_id))
        .where(
            Account.county_code == act.incident.county_code,
            Account.person_id == person_id,
            Account.active,
            Post.role.not_in([str(role) for role in scope.NOTHING]),
        )
        .order_by(Account.id)
    )
    row = act.session.execute(query).first()
    if row is None:
        raise InvalidInputError("person_id", _("没有这个人，或者他没有可用的账号。"))
    return row[0], row[1], row[2]


def pass_out(act: Acting) -> Said:
    """Record that 110, 119 or 120 was called: first of all, and in any state."""
    if act.said.passed_to not in law.EMERGENCY:
        raise InvalidInputError("passed_to", _("请选择110、119或者120。"))
    act.incident.passed_to = act.said.passed_to
    return {"passed_to": act.said.passed_to}


def hand_over(act: Acting) -> Said:
    """Hand an incident to a county department's window or another body, and await the reply."""
    to = act.said.passed_to
    if to is None or to in law.EMERGENCY:
        raise InvalidInputError("passed_to", _("请选择转往哪里。"))
    said: Said = {"passed_to": to}
    act.incident.handler_id = None
    if to is Outside.DEPARTMENT:
        unit = act.said.handler
        if unit is None or unit.kind != UnitKind.DEPARTMENT:
            raise InvalidInputError("handler", _("请选择县直部门。"))
        act.incident.handler_unit_code = unit.code
        said["squad"] = unit.name
    act.incident.passed_to = to
    return said


def take_back(act: Acting) -> Said:
    """Take an incident back that another body does not deal with."""
    before = act.incident.passed_to
    act.incident.passed_to = act.incident.handler_unit_code = None
    return {"passed_to": before}


def reclassify(act: Acting) -> Said:
    """Correct category or urgency: who answers is asked anew, and the clocks begin anew too."""
    listed, was = taxonomies.current(act.session, act.incident.county_code), act.incident.category
    before = listed.known[act.incident.category].zh, label(Urgency(act.incident.urgency))
    if act.said.category:
        if act.said.category not in listed.offered:
            raise InvalidInputError("category", _("没有这个类别。"))
        act.incident.category = act.said.category
    if act.said.urgency is not None:
        act.incident.urgency = act.said.urgency
    after = listed.known[act.incident.category].zh, label(Urgency(act.incident.urgency))
    if before == after:
        raise InvalidInputError("category", _("类别和紧急程度都没有改变。"))
    act.afresh = True
    changes = [f"{b} → {a}" for b, a in zip(before, after, strict=True) if a != b]
    reason = "；".join([_("更正类别：%(what)s", what="，".join(changes)), act.said.words]).rstrip(
        "；"
    )
    changed = act.incident.category != was
    return {"changes": changes + reclassifying.ask_anew(act, reason, category_changed=changed)}


def suspend(act: Acting) -> Said:
    """Put an incident on hold until a day on which somebody looks again."""
    until = act.said.until
    if until is None or until <= act.now:
        raise InvalidInputError("until", _("请填写将来的复查日期。"))
    act.incident.handler_id, act.ends_at = None, until
    return {"until": until}
