"""The columns of a list as a spreadsheet: heading, type, and whether a row may leave it out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from enforcement.law.terms import Term

EXAMPLE: Final = "示例："
"""How the first cell of a template's example row begins; such a row is left out when read."""


@dataclass(frozen=True)
class Column:
    """One column.

    kind -- text, day, moment, degrees, yuan, term, codes, code, link, id_number, credit_code or
        phone
    example, note -- what a template shows in its example row and says of the column
    """

    key: str
    heading: str
    kind: str = "text"
    required: bool = False
    words: type[Term] | None = None
    example: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """A list: its title and columns in order."""

    title: str
    columns: tuple[Column, ...]

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """Return heading -> column."""
        return {column.heading: column for column in self.columns}

    @cached_property
    def by_key(self) -> dict[str, Column]:
        """Return key -> column."""
        return {column.key: column for column in self.columns}

    @cached_property
    def has_example(self) -> bool:
        """Tell whether templates of the list hold an example row."""
        return self.columns[0].example.startswith(EXAMPLE)

    def heading(self, key: str) -> str:
        """Return the heading of a column."""
        return self.by_key[key].heading
