"""The power list as a spreadsheet, read and written as every list of the county is."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from enforcement.power.columns import TABLE
from enforcement.sheets import reading, writing
from enforcement.sheets.reading import Sheet


def read(data: bytes, name: str) -> Sheet:
    """Return the rows of a .xlsx or .csv file; raises InvalidInputError("file") for others."""
    return reading.read(TABLE, data, name)


def write(rows: Iterable[dict[str, Any]], suffix: str) -> bytes:
    """Return the rows as a file, "xlsx" or "csv"."""
    return writing.write(TABLE, rows, suffix)
