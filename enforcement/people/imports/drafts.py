"""From a sheet to drafts: typed values that still know their row, and every cell that is wrong."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from typing import Any

from enforcement.i18n import _
from enforcement.sheets.cells import CellError, value_of
from enforcement.sheets.columns import Table
from enforcement.sheets.plans import Change, Preview
from enforcement.sheets.reading import Problem, Sheet


@dataclass(frozen=True)
class Draft:
    """One row of a list: its number in the sheet, and column -> typed value."""

    row: int
    values: dict[str, Any]

    def __getitem__(self, key: str) -> Any:
        """Return a value."""
        return self.values[key]


@dataclass
class Plan:
    """What a file would do, in words (`preview`) and in rows to write (`writes`, by table)."""

    table: Table
    preview: Preview
    writes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def refuse(self, draft: Draft, key: str, reason: str) -> None:
        """Say that a row cannot be taken, by which column and why."""
        self.preview.problems.append(Problem(draft.row, self.table.heading(key), reason))

    def tell(self, draft: Draft, code: str, words: Iterable[str], *, new: bool) -> None:
        """Say what becomes of a row: added, changed, or the same where there are no words."""
        told = Change(draft.row, code, str(draft["name"]), tuple(words))
        if new:
            self.preview.added.append(told)
        elif told.words:
            self.preview.changed.append(told)
        else:
            self.preview.same += 1

    def write(self, name: str, row: dict[str, Any]) -> None:
        """Add a row to write."""
        self.writes.setdefault(name, []).append(row)


def read_drafts(table: Table, sheet: Sheet) -> tuple[list[Draft], list[Problem]]:
    """Return the rows whose cells can all be read, and what is wrong with the others."""
    wrong_rows = {one.row for one in sheet.problems}
    drafts, problems = [], []
    for row in sheet.rows:
        values, found = {}, []
        for column in table.columns:
            try:
                values[column.key] = value_of(column, row.cells.get(column.key))
            except CellError as error:
                found.append(Problem(row.number, column.heading, str(error)))
        problems += found
        if not found and row.number not in wrong_rows:
            drafts.append(Draft(row.number, values))
    return drafts, problems


class Once:
    """Finds what stands twice in a file."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.seen = plan, {}  # type: ignore[var-annotated]

    def first(self, draft: Draft, key: str, *what: Hashable) -> bool:
        """Tell whether nothing like it stood above; else refuse the row by its column."""
        before = self.seen.setdefault((key, *what), draft.row)
        if before != draft.row:
            self.plan.refuse(draft, key, _("与第%(n)d行重复。", n=before))
        return bool(before == draft.row)
