"""The form of a paper, made from its declaration: sections, rows of lists, and what was sent."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from enforcement.clock import ZONE
from enforcement.errors import InvalidInputError
from enforcement.i18n import _, label
from enforcement.law.paper_hand import is_taken
from enforcement.law.paper_types import Paper, PaperField
from enforcement.law.paperwork import values_at

SHORT: Final = 400  # characters of a name
LONG: Final = 20_000  # twelve pages of questions and answers
MOST_ROWS: Final = 200
ROW: Final = re.compile(r"(?P<list>[a-z_]+)\[(?P<n>\d{1,4})\]\.(?P<name>[a-z_]+)")


@dataclass
class Cell:
    """One input of the form; `name` is the path, with the row's number inside a list."""

    name: str
    field: PaperField
    value: Any
    choices: list[tuple[str, str]] = dataclasses.field(default_factory=list)
    errors: list[str] = dataclasses.field(default_factory=list)

    @property
    def id(self) -> str:
        """Return the id of the element: the name without brackets and dots."""
        return "f-" + re.sub(r"[^a-z0-9_]+", "-", self.name).strip("-")

    @property
    def required(self) -> bool:
        """Tell whether the paper always asks for it."""
        return self.field.required and self.field.only_if is None

    @property
    def sent(self) -> str:
        """Return the value as the input holds it: moments in China's time, to the minute."""
        if self.value is None:
            return ""
        if isinstance(self.value, bool):
            return "true" if self.value else "false"
        if self.field.type == "moment":
            return _minute(str(self.value))
        return str(self.value)


@dataclass
class Rows:
    """A list of the paper: one row of cells for each element, and how many it must have."""

    field: PaperField
    rows: list[list[Cell]]
    errors: list[str] = dataclasses.field(default_factory=list)


@dataclass
class PaperForm:
    """What a person fills in, and what the paper takes from the case."""

    cells: list[Cell]
    lists: list[Rows]
    taken: list[tuple[PaperField, Any]]

    def every(self) -> Iterator[Cell]:
        """Yield all cells, those of rows too."""
        yield from self.cells
        for one in self.lists:
            for row in one.rows:
                yield from row

    def mark(self, path: str, message: str) -> bool:
        """Put a message beside what a path names; tell whether there is such a place.

        path -- "act.reason", "items[].name" (each empty one), "items[2].name"
        """
        plain = re.sub(r"\[\d+\]", "[]", path)
        found: list[Any] = [
            cell for cell in self.every()
            if cell.name == path or (cell.field.path == path and (not cell.sent or "[" not in path))
        ]  # fmt: skip
        found += [one for one in self.lists if one.field.path == path]
        found = found or [cell for cell in self.every() if cell.field.path == plain]
        for one in found:
            one.errors.append(message)
        return bool(found)


def build(paper: Paper, data: Mapping[str, Any], from_case: Mapping[str, Any]) -> PaperForm:
    """Return the form of a paper, holding `data`; what the case gives is shown, not asked."""
    cells, taken, lists = [], [], []
    for one in paper.fields:
        if "[]" in one.path:
            continue
        value = next(values_at(data, one.path), None)
        if one.type == "list":
            if is_taken(one.path) and value:
                taken.append((one, value))
            else:
                lists.append(_rows(paper, one, value))
        elif _comes_from(from_case, one.path):
            taken.append((one, value))
        else:
            cells.append(Cell(one.path, one, value, _choices(paper, one)))
    return PaperForm(_unique(cells), lists, taken)


def _unique(cells: Sequence[Cell]) -> list[Cell]:
    """Return the cells, one for each path: a later declaration is the stricter one."""
    return list({cell.name: cell for cell in cells}.values())


def _rows(paper: Paper, one: PaperField, value: Any) -> Rows:
    inner = [f for f in paper.fields if f.path.startswith(f"{one.path}[].")]
    inner = list({f.path: f for f in inner}.values())
    held = [row for row in value or [] if isinstance(row, dict)]
    held += [{} for _n in range(max(one.min_items if one.required else 0, 1) - len(held))]
    return Rows(
        one,
        [
            [
                Cell(f"{one.path}[{n}].{f.path.rpartition('.')[2]}", f,
                     row.get(f.path.rpartition(".")[2]), _choices(paper, f))
                for f in inner
            ]
            for n, row in enumerate(held)
        ],
    )  # fmt: skip


def _choices(paper: Paper, one: PaperField) -> list[tuple[str, str]]:
    if one.words is not None:
        return [(str(word), label(word)) for word in one.words]
    if one.path == "party.kind":
        return [("person", _("公民")), ("organisation", _("单位")),
                ("individual_business", _("个体工商户"))]  # fmt: skip
    if one.path == "opinions[].role":
        return [(signer.roles[0], signer.zh) for signer in paper.signers]
    if one.type == "bool":
        return [("true", _("是")), ("false", _("否"))]
    return []


def read(paper: Paper, sent: Mapping[str, str]) -> dict[str, Any]:
    """Return the data that a sent form holds; what was left empty is not in it.

    sent -- name of the input and its text; raises InvalidInputError naming the field
    """
    data: dict[str, Any] = {}
    for one in paper.fields:
        if "[]" not in one.path and one.type != "list" and one.path in sent:
            value = _value(one, one.path, sent[one.path])
            if value is not None:
                _put(data, one.path.split("."), value)
    for name, rows in _sent_rows(paper, sent).items():
        data[name] = rows
    return data


def _sent_rows(paper: Paper, sent: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    known = {one.path: one for one in paper.fields if "[]" in one.path}
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for name, text in sent.items():
        match = ROW.fullmatch(name)
        one = known.get(f"{match['list']}[].{match['name']}") if match else None
        if match is None or one is None:
            continue
        if int(match["n"]) >= MOST_ROWS:
            raise InvalidInputError(match["list"], _("最多%(n)d行。", n=MOST_ROWS))
        row = found.setdefault(match["list"], {}).setdefault(int(match["n"]), {})
        value = _value(one, name, text)
        if value is not None:
            row[match["name"]] = value
    return {name: [rows[n] for n in sorted(rows) if rows[n]] for name, rows in found.items()}


def _value(one: PaperField, name: str, text: str) -> Any:
    text = text.replace("\r\n", "\n").strip()
    if not text:
        return None
    most = LONG if one.type == "long_text" else SHORT
    if len(text) > most:
        raise InvalidInputError(name, _("“%(what)s”最多%(n)d字。", what=one.zh, n=most))
    if one.type == "bool":
        return {"true": True, "false": False}.get(text, text)
    if one.type == "moment":
        return _moment(text)
    if one.type == "money":
        return text.replace(",", "")
    return text


def _moment(text: str) -> str:
    """Return a moment with China's offset; other texts as they are, to be refused by name."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).isoformat()


def _minute(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    local = moment.astimezone(ZONE) if moment.tzinfo else moment
    return local.strftime("%Y-%m-%dT%H:%M")


def merged(paper: Paper, from_case: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the paper will state: what was said, under what the case gives.

    Only declared paths are taken over; a block that comes from the case is not changed by a form.
    """
    data: dict[str, Any] = {}
    for one in paper.fields:
        if "[]" in one.path:
            continue
        given = next(values_at(from_case, one.path), None)
        told = next(values_at(said, one.path), None)
        fixed = is_taken(one.path) and given not in (None, "", [])
        value = given if fixed or told is None else told
        if one.type == "list":
            value = _declared_rows(paper, one, value)
        if value not in (None, "", []):
            _put(data, one.path.split("."), value)
    return data


def _declared_rows(paper: Paper, one: PaperField, value: Any) -> Any:
    if not isinstance(value, list):
        return value
    names = {f.path.rpartition(".")[2] for f in paper.fields if f.path.startswith(f"{one.path}[].")}
    return [
        {key: inner for key, inner in row.items() if key in names and inner is not None}
        if isinstance(row, dict) else row
        for row in value
    ]  # fmt: skip


def _comes_from(from_case: Mapping[str, Any], path: str) -> bool:
    return is_taken(path) and next(values_at(from_case, path), None) not in (None, "")


def _put(data: dict[str, Any], keys: list[str], value: Any) -> None:
    for key in keys[:-1]:
        data = data.setdefault(key, {})
    data[keys[-1]] = value
