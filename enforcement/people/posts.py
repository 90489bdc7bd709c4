"""Acts upon posts: give one, end one; and what must hold for it."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from enforcement import audit, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _, label
from enforcement.ids import uuid7
from enforcement.law import organisation, staff
from enforcement.law.terms import Employment, Role, UnitKind
from enforcement.people import person_queries, places, turns
from enforcement.people.history import remember
from enforcement.people.models import Person, PersonEntry, Post, Unit
from enforcement.people.persons import locked
from enforcement.permissions import Permission


def add_post(
    session: Session,
    person: Person,
    unit: Unit,
    role: Role,
    *,
    valid_from: date,
    valid_to: date | None = None,
    village_code: str | None = None,
) -> Post:
    """Give a person a post in a unit from a day on; raises InvalidInputError by `check_post`."""
    made = Post(
        county_code=person.county_code,
        id=uuid7(),
        person_id=person.id,
        unit_id=unit.id,
        role=role,
        village_code=village_code,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    check_post(session, made, person, unit)
    session.add(made)
    session.flush()
    return made


def give_post(
    session: Session,
    actor: Actor,
    person_id: uuid.UUID,
    *,
    unit_id: uuid.UUID,
    role: Role,
    valid_from: date,
    valid_to: date | None = None,
    village_code: str | None = None,
) -> Post:
    """Give a person of the county a post; raises NotFoundError, InvalidInputError."""
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    person = locked(session, actor.county_code, person_id)
    unit = session.get(Unit, (actor.county_code, unit_id))
    if unit is None:
        raise InvalidInputError("unit", _("没有这个机构。"))
    check_qualified(session, person, role, valid_from)
    post = add_post(
        session, person, unit, role,
        valid_from=valid_from, valid_to=valid_to, village_code=village_code,
    )  # fmt: skip
    detail = {"role": role, "unit": unit.code, "name": unit.name, "village": village_code,
              "until": valid_to}  # fmt: skip
    remember(session, PersonEntry, person, "give_post", actor, on=valid_from, **detail)
    audit.record(
        session, actor.county_code, "post:give", "person", str(person.id),
        actor=actor, role=str(role), unit=unit.code, on=str(valid_from),
    )  # fmt: skip
    session.flush()
    return post


def end_post(session: Session, actor: Actor, post_id: uuid.UUID, *, on: date, reason: str) -> Post:
    """End a post: `on` is the first day on which it no longer is. Its account ends with it.

    Raises NotFoundError, InvalidInputError, StepNotAllowedError (it has ended already).
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    query = select(Post).where(Post.county_code == actor.county_code, Post.id == post_id)
    post = session.scalars(query.with_for_update()).first()
    if post is None:
        raise NotFoundError(_("没有这个任职。"))
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))
    if post.valid_to is not None and post.valid_to <= on:
        raise StepNotAllowedError(_("该任职已于%(day)s结束。", day=post.valid_to))
    if on < post.valid_from:
        raise InvalidInputError("on", _("日期不能早于任职日期%(day)s。", day=post.valid_from))
    post.valid_to = on
    unit = session.get_one(Unit, (post.county_code, post.unit_id))
    person = {"county_code": post.county_code, "id": post.person_id}
    remember(session, PersonEntry, person, "end_post", actor, on=on, role=post.role,
             unit=unit.code, name=unit.name, reason=reason.strip())  # fmt: skip
    audit.record(
        session, actor.county_code, "post:end", "person", str(post.person_id),
        actor=actor, role=post.role, unit=unit.code, on=str(on), reason=reason.strip(),
    )  # fmt: skip
    session.flush()
    return post


def check_post(session: Session, post: Post, person: Person, unit: Unit) -> None:
    """Raise InvalidInputError unless a post may be given; `field` names what does not fit."""
    role = Role(post.role)
    if post.valid_to is not None and post.valid_to <= post.valid_from:
        raise InvalidInputError("valid_to", _("离任日期应当晚于任职日期。"))
    _check_unit(post, unit)
    if not organisation.may_hold(role, UnitKind(unit.kind)):
        kinds = "、".join(label(kind) for kind in sorted(organisation.POSTS[role]))
        raise InvalidInputError(
            "unit", _("%(role)s只能在%(kinds)s任职。", role=label(role), kinds=kinds)
        )
    _check_village(session, post, unit)
    _check_others(session, post)
    _check_certificates(session, post, person)


def _check_unit(post: Post, unit: Unit) -> None:
    ends = unit.valid_to
    if post.valid_from < unit.valid_from or (ends is not None and post.valid_from >= ends):
        raise InvalidInputError(
            "unit", _("%(name)s在%(day)s不存在。", name=unit.name, day=post.valid_from)
        )
    if ends is not None and (post.valid_to is None or post.valid_to > ends):
        raise InvalidInputError(
            "valid_to", _("%(name)s将于%(day)s撤销，任职最迟到该日。", name=unit.name, day=ends)
        )


def _check_village(session: Session, post: Post, unit: Unit) -> None:
    """Check that an auxiliary is the only one of a village of his station's township."""
    if post.role != Role.AUXILIARY:
        if post.village_code is not None:
            raise InvalidInputError("village", _("驻村辅警须写明所驻的村，其他岗位不写。"))
        return
    code = post.village_code
    if code is None:
        raise InvalidInputError("village", _("驻村辅警须写明所驻的村，其他岗位不写。"))
    if len(code) != 12 or code not in places.names(session, post.county_code, [code]):
        raise InvalidInputError("village", _("本县没有代码为%(code)s的村。", code=code))
    if unit.home_code != code[:9]:
        raise InvalidInputError(
            "village", _("%(unit)s不管辖该村，应当由村所在乡镇的派出所管理。", unit=unit.name)
        )
    other = person_queries.auxiliary_of(
        session, post.county_code, code, post.valid_from, post.valid_to
    )
    if other is not None:
        raise InvalidInputError(
            "village", _("该村已有驻村辅警%(name)s（%(day)s起），须先办理其离任。",
                         name=other.name, day=other.valid_from),
            person_id=str(other.id),
        )  # fmt: skip


def overlapping(post: Post) -> object:
    """Return the condition that another post's days overlap those of one."""
    end = post.valid_to or date.max
    return and_(
        Post.valid_from < end, or_(Post.valid_to.is_(None), Post.valid_to > post.valid_from)
    )


def _check_others(session: Session, post: Post) -> None:
    """Compare with the person's other posts of the time: no twin, no second administrator."""
    others = session.scalars(
        select(Post).where(
            Post.county_code == post.county_code, Post.person_id == post.person_id,
            overlapping(post),  # type: ignore[arg-type]
        )
    ).all()  # fmt: skip
    if any((one.unit_id, one.role) == (post.unit_id, post.role) for one in others):
        raise InvalidInputError("role", _("该人员同期已有同一岗位。"))
    roles = {Role(one.role) for one in others}
    if post.role == Role.AUXILIARY and Role.AUXILIARY in roles:
        raise InvalidInputError("village", _("一名辅警同一时期只驻一个村。"))
    if Role(post.role) in staff.ADMINISTRATORS and roles & staff.ADMINISTRATORS:
        raise InvalidInputError(
            "role", _("系统管理员、安全管理员、审计管理员不得由同一人兼任。"),
            article=staff.SEPARATION,
        )  # fmt: skip


def _check_certificates(session: Session, post: Post, person: Person) -> None:
    bar = staff.BARRED_ROLES.get(Role(post.role))
    if bar is None:
        return
    held = person_queries.live_certificates(session, person.county_code, person.id)
    if held:
        raise InvalidInputError(
            "role",
            _("%(why)s请先注销其证件%(number)s。", why=_(bar.reason), number=held[0].number),
            article=bar.source,
        )


def check_qualified(session: Session, person: Person, role: Role, on: date) -> None:
    """Raise InvalidInputError where somebody first reviews without the legal qualification."""
    if role is not Role.LEGAL_REVIEWER or on < staff.REVIEWERS_QUALIFY_SINCE:
        return
    if person.legal_on is not None and person.legal_on <= on:
        return
    if person_queries.has_been(session, person.county_code, person.id, role):
        return
    raise InvalidInputError(
        "role", _("初次从事法制审核的人员应当取得法律职业资格，请先登记证号和取得日期。"),
        article=staff.REVIEWER,
    )  # fmt: skip


def may_hold_certificate(employment: Employment | None, roles: set[Role]) -> None:
    """Raise InvalidInputError where employment or roles bar an enforcement certificate."""
    bar = staff.barred(roles, employment)
    if bar is not None:
        raise InvalidInputError("person", _(bar.reason), article=bar.source)
