"""What must hold before a unit is opened, renamed or closed; and the code a new one gets."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError, NotFoundError, StaleVersionError
from enforcement.i18n import _, label
from enforcement.law import numbers, organisation
from enforcement.law.terms import CertificateStatus, UnitKind
from enforcement.people import places
from enforcement.people.models import Certificate, Organ, Person, Post, Unit, UnitEntry

MOST_BELOW: Final = 99  # a unit's code gives two digits to what stands below it
NAME_LENGTH: Final = 60


def locked(
    session: Session, county_code: str, unit_id: uuid.UUID, version: int | None = None
) -> Unit:
    """Return a unit and hold its row; raises NotFoundError, StaleVersionError."""
    query = select(Unit).where(Unit.county_code == county_code, Unit.id == unit_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    unit = session.scalars(query).first()
    if unit is None:
        raise NotFoundError(_("没有这个机构。"))
    if version is not None and version != unit.version:
        raise StaleVersionError(
            _("该机构刚被他人更改，请刷新后再操作。"),
            your_version=version, current={"version": unit.version, "name": unit.name},
        )  # fmt: skip
    return unit


def exists_on(unit: Unit, on: date) -> bool:
    """Tell whether a unit exists on a day."""
    return unit.valid_from <= on and (unit.valid_to is None or on < unit.valid_to)


def next_code(session: Session, parent: Unit) -> str:
    """Return the next code below a unit whose row the caller holds; codes are never used again."""
    query = select(func.max(Unit.code)).where(
        Unit.county_code == parent.county_code,
        Unit.code > f"{parent.code}.",
        Unit.code < f"{parent.code}/",
        func.length(Unit.code) == len(parent.code) + 3,
    )
    last = session.scalar(query)
    number = int(last[-2:]) + 1 if last else 1
    if number > MOST_BELOW:
        raise InvalidInputError(
            "parent",
            _("%(name)s下的机构代码已用完（最多%(n)d个）。", name=parent.name, n=MOST_BELOW),
        )
    return f"{parent.code}.{number:02d}"


def check_place(
    session: Session, parent: Unit, kind: UnitKind, home: str | None, day: date
) -> None:
    """Raise InvalidInputError unless a unit of a kind may stand below the parent from a day on."""
    above = UnitKind(parent.kind)
    if not organisation.may_stand_below(kind, above):
        allowed = "、".join(label(one) for one in sorted(organisation.PARENTS[kind]))
        raise InvalidInputError(
            "parent",
            _("%(kind)s不能设在%(parent)s之下，应当在：%(allowed)s。", kind=label(kind),
              parent=label(above), allowed=allowed or "—"),
        )  # fmt: skip
    if not exists_on(parent, day) or parent.valid_to is not None:
        raise InvalidInputError(
            "parent", _("%(name)s在%(day)s不存在或者将被撤销。", name=parent.name, day=day)
        )
    check_home(session, parent.county_code, kind, home)


def check_home(session: Session, county_code: str, kind: UnitKind, home: str | None) -> None:
    """Raise InvalidInputError unless the division that a unit belongs to is known and fits it."""
    digits = organisation.HOME_DIGITS.get(kind)
    if digits and (home is None or len(home) != digits):
        raise InvalidInputError(
            "home_code", _("%(kind)s须写明所在区划的%(n)d位代码。", kind=label(kind), n=digits)
        )
    if home and home not in places.names(session, county_code, [home]):
        raise InvalidInputError("home_code", _("本县没有代码为%(code)s的区划。", code=home))


def check_name(session: Session, parent: Unit, name: str, but: Unit | None = None) -> str:
    """Return a name without blanks around it; refuses an empty one and a sibling's."""
    name = name.strip()
    if not name or len(name) > NAME_LENGTH:
        raise InvalidInputError("name", _("名称必填，最多%(n)d字。", n=NAME_LENGTH))
    query = select(Unit).where(
        Unit.county_code == parent.county_code,
        Unit.parent_id == parent.id,
        Unit.name == name,
        Unit.valid_to.is_(None),
    )
    twin = session.scalars(query).first()
    if twin is not None and (but is None or twin.id != but.id):
        raise InvalidInputError(
            "name", _("%(parent)s下已有“%(name)s”（%(code)s）。", parent=parent.name, name=name,
                      code=twin.code)
        )  # fmt: skip
    return name


def check_credit_code(
    session: Session, county_code: str, uscc: str | None, but: Unit | None = None
) -> str | None:
    """Return a credit code in capitals; refuses a wrong one and another unit's."""
    uscc = (uscc or "").strip().upper() or None
    if uscc is None:
        return None
    if not numbers.is_credit_code(uscc):
        raise InvalidInputError("uscc", _("统一社会信用代码校验不通过，请核对。"))
    query = select(Unit).where(Unit.county_code == county_code, Unit.uscc == uscc)
    other = session.scalars(query).first()
    if other is not None and (but is None or other.id != but.id):
        raise InvalidInputError(
            "uscc", _("该信用代码已属于%(name)s（%(code)s）。", name=other.name, code=other.code)
        )
    return uscc


def end(session: Session, unit: Unit, on: date, reason: str, decree: str | None) -> None:
    """Write the end of a unit into its row."""
    unit.valid_to, unit.ended_at = on, clock.now(session)
    unit.closed_reason, unit.closed_by_decree = reason.strip(), (decree or "").strip() or None
    unit.version += 1


def check_reason(reason: str) -> None:
    """Raise InvalidInputError where an act has no reason."""
    if not reason.strip():
        raise InvalidInputError("reason", _("请写明理由。"))


def check_end(unit: Unit, on: date) -> None:
    """Raise InvalidInputError unless a unit may end on a day."""
    if unit.kind == UnitKind.COUNTY:
        raise InvalidInputError("unit", _("县不能撤销。"))
    if unit.valid_to is not None:
        raise InvalidInputError(
            "unit", _("%(name)s已于%(day)s撤销。", name=unit.name, day=unit.valid_to)
        )
    if on <= unit.valid_from:
        raise InvalidInputError("on", _("撤销日期应当晚于设立日期%(day)s。", day=unit.valid_from))


def check_rename_day(session: Session, unit: Unit, day: date, today: date) -> None:
    """Raise InvalidInputError unless a unit may change its name from a day on."""
    if day > today:
        raise InvalidInputError("on", _("更名日期不能在将来；请在更名当日办理。"))
    last = session.scalar(
        select(func.max(UnitEntry.on_day)).where(
            UnitEntry.county_code == unit.county_code,
            UnitEntry.unit_id == unit.id,
            UnitEntry.event.in_(["open", "rename"]),
        )
    )
    if not exists_on(unit, day) or (last is not None and day < last):
        raise InvalidInputError("on", _("日期早于该机构的设立或者上次更名，或者晚于撤销。"))


def check_empty(session: Session, unit: Unit, on: date) -> None:
    """Raise InvalidInputError while units, people or certificates hang on a unit from a day on."""
    below = session.scalars(
        select(Unit.name).where(
            Unit.county_code == unit.county_code,
            Unit.parent_id == unit.id,
            or_(Unit.valid_to.is_(None), Unit.valid_to > on),
        )
    ).all()
    if below:
        raise InvalidInputError(
            "unit", _("下级机构尚未撤销：%(names)s。", names=_some(list(below)))
        )
    people = session.scalars(
        select(Person.name)
        .join(Post, (Post.county_code == Person.county_code) & (Post.person_id == Person.id))
        .where(
            Post.county_code == unit.county_code,
            Post.unit_id == unit.id,
            or_(Post.valid_to.is_(None), Post.valid_to > on),
        )
        .order_by(Person.name)
    ).all()
    if people:
        raise InvalidInputError(
            "unit",
            _("还有人员在职：%(names)s。请先调整，或者并入其他机构。", names=_some(list(people))),
        )
    _check_no_certificates(session, unit, on)


def _check_no_certificates(session: Session, unit: Unit, on: date) -> None:
    held = session.scalar(
        select(func.count()).select_from(Certificate).where(
            Certificate.county_code == unit.county_code,
            Certificate.organ_unit_id == unit.id,
            Certificate.status != CertificateStatus.REVOKED,
            Certificate.valid_to >= on,
        )
    )  # fmt: skip
    if held or session.get(Organ, (unit.county_code, unit.id)) is not None:
        raise InvalidInputError(
            "unit",
            _(
                "该机构是执法主体（有效证件%(n)d个），不能直接撤销，只能并入另一执法主体。",
                n=held or 0,
            ),
        )


def _some(names: list[str], most: int = 5) -> str:
    shown = "、".join(names[:most])
    return _("%(names)s等%(n)d个", names=shown, n=len(names)) if len(names) > most else shown
