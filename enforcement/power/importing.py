"""Import the list: what a file would add and change, and the same carried out, all or nothing."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy.orm import Session

from enforcement import audit, permissions
from enforcement.actor import Actor
from enforcement.errors import StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.permissions import Permission
from enforcement.power import checking, queries
from enforcement.power.checking import Known
from enforcement.power.columns import ITEM
from enforcement.power.models import PowerItem, PowerProvision
from enforcement.power.reading import Draft, Values, drafts
from enforcement.power.spreadsheet import read
from enforcement.sheets.plans import Change, Preview, take_turn


def preview(session: Session, actor: Actor, data: bytes, name: str) -> Preview:
    """Return what a file would do; nothing is changed. Raises InvalidInputError("file")."""
    permissions.check(actor, Permission.POWER_CHANGE)
    return _plan(session, actor.county_code, data, name, apply=False)


def apply(
    session: Session, actor: Actor, data: bytes, name: str, *, digest: str | None = None
) -> Preview:
    """Carry a file out in the caller's transaction; nothing where there is any problem.

    digest -- of the preview that was seen; raises StaleVersionError where the list has changed
    since, StepNotAllowedError where another import of the county takes too long.
    """
    permissions.check(actor, Permission.POWER_CHANGE)
    take_turn(session, f"power:{actor.county_code}", _("另一人正在导入本县的清单，请稍后再试。"))
    seen = _plan(session, actor.county_code, data, name, apply=False)
    if digest is not None and digest != seen.digest:
        raise StaleVersionError(_("清单在预览之后已被他人更改，请重新预览。"))
    if seen.problems:
        return seen
    done = _plan(session, actor.county_code, data, name, apply=True)
    done.applied = True
    audit.record(
        session, actor.county_code, "power:import", "power_list", name,
        actor=actor, added=len(done.added), changed=len(done.changed),
        sha256=hashlib.sha256(data).hexdigest(),
    )  # fmt: skip
    return done


def _plan(session: Session, county_code: str, data: bytes, name: str, *, apply: bool) -> Preview:
    sheet = read(data, name)
    found, wrong = drafts(sheet.rows)
    known = Known.of(session, county_code)
    made = Preview(len(sheet.rows), problems=[*sheet.problems, *wrong])
    for draft in found.values():
        problems = checking.problems_of(draft, known)
        made.problems += problems
        if not problems:
            _one(session, county_code, draft, known, made, apply=apply)
    made.problems.sort(key=lambda one: one.row)
    if apply:
        session.flush()
    return made


def _one(
    session: Session, county_code: str, draft: Draft, known: Known, made: Preview, *, apply: bool
) -> None:
    item = known.items.get(draft.code)
    words = _differences(item, draft, known) + _version_words(draft, known)
    change = Change(draft.row, draft.code, draft.values["name"], tuple(words))
    if item is None:
        made.added.append(change)
    elif words:
        made.changed.append(change)
    else:
        made.same += 1
    if apply and (item is None or words):
        _write(session, county_code, draft, known, item)


def _differences(item: PowerItem | None, draft: Draft, known: Known) -> list[str]:
    if item is None:
        return []
    return [
        f"{column.heading}：{_said(checking.value_in(item, column.key, known))} → {_said(value)}"
        for column in ITEM
        if (value := draft.values[column.key]) != checking.value_in(item, column.key, known)
        and not (column.key in ("status", "status_on") and value is None)
    ]


def _said(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(value)
    return "—" if value is None else str(getattr(value, "zh", value))


def _version_words(draft: Draft, known: Known) -> list[str]:
    words = []
    for _number, values in draft.versions:
        row = known.version(draft.code, values["version_from"])
        if row is None:
            words.append(_("新增依据版本，自%(day)s起", day=values["version_from"]))
        elif row.valid_to != values["version_to"]:
            words.append(
                _("依据版本%(day)s的失效日期：%(old)s → %(new)s", day=row.valid_from,
                  old=_said(row.valid_to), new=_said(values["version_to"]))
            )  # fmt: skip
    return words


def _write(
    session: Session, county_code: str, draft: Draft, known: Known, item: PowerItem | None
) -> None:
    kept = {key: value for key, value in draft.values.items() if key != "unit_code"}
    if item is None:
        item = PowerItem(
            county_code=county_code, id=uuid7(), **_with_status(kept),
            exercising_unit_id=known.units[draft.values["unit_code"]].id,
        )  # fmt: skip
        session.add(item)
        session.flush()
    else:
        for key in set(kept) - {"status", "status_on"}:
            setattr(item, key, kept[key])
    for _number, values in draft.versions:
        _write_version(session, item, values, known)


def _with_status(values: Values) -> Values:
    return {**values, "status": values["status"] or "in_force"}


def _write_version(session: Session, item: PowerItem, values: Values, known: Known) -> None:
    row = known.version(item.code, values["version_from"])
    if row is not None:
        row.valid_to = values["version_to"]
        return
    kept = {key: value for key, value in values.items() if not key.startswith("version_")}
    session.add(
        PowerProvision(
            county_code=item.county_code, id=uuid7(), item_id=item.id,
            valid_from=values["version_from"], valid_to=values["version_to"],
            **{**kept, "other": kept["other"] or ""},
        )
    )  # fmt: skip


def export_rows(session: Session, county_code: str) -> list[Values]:
    """Return the whole list as rows of a spreadsheet, one for each version of an item."""
    known = Known.of(session, county_code)
    versions = queries.provisions_of(session, county_code)
    rows = []
    for code, item in sorted(known.items.items()):
        own = {column.key: checking.value_in(item, column.key, known) for column in ITEM}
        shown = {key: getattr(value, "zh", value) for key, value in own.items()}
        for row in versions[item.id]:
            rows.append(shown | checking.version_values(row) | {"code": code})
    return rows
