"""What a person may do to a plan of duties, as JSON operations upon rows in memory."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import marshmallow as ma
from marshmallow import validate
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError
from enforcement.field_words import fields_of
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.jurisdiction import plan_areas, plan_shapes
from enforcement.jurisdiction.models import Edition
from enforcement.jurisdiction.plan_areas import Owner, PlanRow, owners_of
from enforcement.jurisdiction.plan_queries import UnitRef
from enforcement.jurisdiction.terms import CODE_DIGITS

MOST_OPS: Final = 100
MOST_AREAS: Final = 2_000
F = ma.fields

UNIT = F.Str(required=True, validate=validate.Length(1, 50))
NAME = F.Str(required=True, validate=validate.Length(1, 100))
PRIORITY = F.Int(load_default=0, strict=True, validate=validate.Range(-999, 999))
CATEGORY = F.Str(load_default=None, allow_none=True)
SHAPE = {"geometry": F.Raw(required=True), "repair": F.Bool(load_default=False)}
ROW = F.UUID(required=True)
AREAS = F.List(F.Str(validate=validate.Length(6, 12)), required=True)

SCHEMAS: Final[dict[str, dict[str, ma.fields.Field[Any]]]] = {
    "assign": {"areas": AREAS, "unit": UNIT, "category": CATEGORY},
    "merge": {"source": UNIT, "into": UNIT},
    "draw": {**SHAPE, "unit": UNIT, "name": NAME, "priority": PRIORITY, "category": CATEGORY},
    "reshape": {**SHAPE, "row": ROW},
    "change": {
        "row": ROW,
        "unit": F.Str(validate=validate.Length(1, 50)),
        "name": F.Str(validate=validate.Length(1, 100)),
        "priority": F.Int(strict=True, validate=validate.Range(-999, 999)),
    },
    "remove": {"row": ROW},
}
"""The operations and what each says; a place is named by its code, a unit by its code."""


@dataclass
class Draft:
    """The rows of a plan while operations change them.

    leaves -- codes of the finest areas of the edition; units -- by code
    fitted -- by id of the row, what became of each shape that was drawn
    """

    session: Session
    edition: Edition
    leaves: Sequence[str]
    units: Mapping[str, UnitRef]
    rows: list[PlanRow]
    fitted: dict[uuid.UUID, plan_shapes.Fitted] = field(default_factory=dict)

    @property
    def closed(self) -> set[uuid.UUID]:
        """Return the units that do not exist on the day."""
        return {unit.id for unit in self.units.values() if not unit.live}

    def owner(self, code: str, name: str) -> Owner:
        """Return a unit that may be given areas; raises InvalidInputError naming the field."""
        unit = self.unit(code, name)
        if not unit.live:
            raise InvalidInputError(name, _("%(unit)s已撤销，不能负责。", unit=unit.name))
        return Owner(unit.id, unit.code)

    def unit(self, code: str, name: str) -> UnitRef:
        """Return a unit by its code, closed or not; raises InvalidInputError naming the field."""
        unit = self.units.get(code)
        if unit is None:
            raise InvalidInputError(name, _("没有代码为%(code)s的执法单位。", code=code))
        return unit

    def owners(self, category: str | None = None) -> dict[str, Owner | None]:
        """Return who answers for each leaf by the rows of units that exist on the day."""
        return owners_of(self.rows, self.leaves, category, self.closed)

    def polygon(self, row_id: uuid.UUID, name: str) -> PlanRow:
        """Return a drawn polygon of the plan; raises InvalidInputError."""
        found = next((row for row in self.rows if row.id == row_id and row.wkb), None)
        if found is None:
            raise InvalidInputError(name, _("方案中没有这个例外区域。"))
        return found

    def put(self, new: PlanRow, old: PlanRow | None = None) -> None:
        """Put a row in the place of another, or at the end."""
        self.rows = [row for row in self.rows if old is None or row.id != old.id] + [new]


def parsed(ops: Any, categories: Collection[str]) -> list[dict[str, Any]]:
    """Return operations with typed values; raises InvalidInputError naming the field.

    categories -- codes that a duty may be for
    """
    if not isinstance(ops, list) or not ops:
        raise InvalidInputError("ops", _("应当是操作的列表，至少一个。"))
    if len(ops) > MOST_OPS:
        raise InvalidInputError("ops", _("一次最多%(n)d个操作。", n=MOST_OPS))
    return [_parsed(op, f"ops[{place}]", categories) for place, op in enumerate(ops)]


def _parsed(op: Any, at: str, categories: Collection[str]) -> dict[str, Any]:
    kind = op.get("op") if isinstance(op, dict) else None
    if not isinstance(kind, str) or kind not in SCHEMAS:
        raise InvalidInputError(
            f"{at}.op", _("应当是下列之一：%(kinds)s", kinds="、".join(SCHEMAS))
        )
    schema = ma.Schema.from_dict(SCHEMAS[kind])()
    try:
        said: dict[str, Any] = schema.load({key: op[key] for key in op if key != "op"})
    except ma.ValidationError as error:
        wrong = fields_of(error.messages_dict)
        name = next(iter(wrong))
        raise InvalidInputError(f"{at}.{name}", f"{name}：{_flat(wrong[name])}") from error
    if said.get("category") is not None and said["category"] not in categories:
        raise InvalidInputError(f"{at}.category", _("没有这个事件类别。"))
    return {"op": kind, **said}


def _flat(why: Any) -> str:
    parts = why.values() if isinstance(why, dict) else why if isinstance(why, list) else [why]
    return "".join(part if isinstance(part, str) else _flat(part) for part in parts)


def perform(draft: Draft, ops: Sequence[Mapping[str, Any]]) -> None:
    """Change the rows by parsed operations, in order; raises InvalidInputError."""
    for place, op in enumerate(ops):
        ACTS[op["op"]](draft, op, f"ops[{place}]")


def _assign(draft: Draft, op: Mapping[str, Any], at: str) -> None:
    owner = draft.owner(op["unit"], f"{at}.unit")
    wanted = dict.fromkeys(_leaves(draft, op["areas"], f"{at}.areas"), owner)
    draft.rows = plan_areas.give(draft.rows, draft.leaves, wanted, op["category"], draft.closed)


def _leaves(draft: Draft, codes: Sequence[str], name: str) -> set[str]:
    """Return the finest areas that some codes stand for; raises InvalidInputError."""
    if not codes:
        raise InvalidInputError(name, _("请至少选择一个村。"))
    if len(codes) > MOST_AREAS:
        raise InvalidInputError(name, _("一次最多%(n)d个村。", n=MOST_AREAS))
    found: set[str] = set()
    for code in codes:
        whole = len(code) in CODE_DIGITS.values()
        below = {leaf for leaf in draft.leaves if whole and leaf.startswith(code)}
        if not below:
            raise InvalidInputError(name, _("现行界线中没有%(code)s。", code=code))
        found |= below
    return found


def _merge(draft: Draft, op: Mapping[str, Any], at: str) -> None:
    source, target = draft.unit(op["source"], f"{at}.source"), draft.owner(op["into"], f"{at}.into")
    if source.id == target.unit_id:
        raise InvalidInputError(f"{at}.into", _("不能并入自己。"))
    mine = [row for row in draft.rows if row.unit_id == source.id]
    draft.rows = plan_areas.handed(draft.rows, Owner(source.id, source.code), target)
    for category in sorted({row.category for row in mine}, key=str):
        areas = {plan_areas.township_of(row.area_code) for row in mine
                 if row.area_code and row.category == category}  # fmt: skip
        _fold(draft, areas, category)


def _fold(draft: Draft, townships: set[str], category: str | None) -> None:
    """Write some townships anew with the fewest rows; nobody's answer changes."""
    wanted = {
        leaf: owner
        for leaf, owner in draft.owners(category).items()
        if owner is not None and plan_areas.township_of(leaf) in townships
    }
    draft.rows = plan_areas.give(draft.rows, draft.leaves, wanted, category, draft.closed)


def _draw(draft: Draft, op: Mapping[str, Any], at: str) -> None:
    owner = draft.owner(op["unit"], f"{at}.unit")
    made = plan_shapes.fit(
        draft.session, draft.edition, op["geometry"], f"{at}.geometry", repair=op["repair"]
    )
    row = PlanRow(
        uuid7(), owner.unit_id, owner.unit_code, None, made.wkb, op["priority"], op["category"],
        op["name"].strip(),
    )  # fmt: skip
    draft.fitted[row.id] = made
    draft.put(row)


def _reshape(draft: Draft, op: Mapping[str, Any], at: str) -> None:
    row = draft.polygon(op["row"], f"{at}.row")
    made = plan_shapes.fit(
        draft.session, draft.edition, op["geometry"], f"{at}.geometry", repair=op["repair"]
    )
    draft.fitted[row.id] = made
    draft.put(replace(row, wkb=made.wkb), row)


def _change(draft: Draft, op: Mapping[str, Any], at: str) -> None:
    row = draft.polygon(op["row"], f"{at}.row")
    owner = draft.owner(op.get("unit", row.unit_code), f"{at}.unit")
    name, priority = op.get("name", row.name), op.get("priority", row.priority)
    draft.put(
        replace(
            row,
            unit_id=owner.unit_id,
            unit_code=owner.unit_code,
            name=name.strip() if name else name,
            priority=priority,
        ),
        row,
    )


def _remove(draft: Draft, op: Mapping[str, Any], at: str) -> None:
    row = draft.polygon(op["row"], f"{at}.row")
    draft.rows = [one for one in draft.rows if one.id != row.id]


ACTS: Final[dict[str, Callable[[Draft, Mapping[str, Any], str], None]]] = {
    "assign": _assign,
    "merge": _merge,
    "draw": _draw,
    "reshape": _reshape,
    "change": _change,
    "remove": _remove,
}
