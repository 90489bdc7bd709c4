"""Notices as files, for tests."""

from __future__ import annotations

import csv
from io import StringIO

from enforcement.timing.columns import NOTICE

SOURCE = "国办发明电〔2026〕99号"
ROWS_2027 = (  # an example of a notice: its days are made up
    (SOURCE, "2027-01-01", "2027-01-03", "放假", "元旦"),
    (SOURCE, "2027-02-05", "2027-02-12", "放假", "春节"),
    (SOURCE, "2027-02-14", "", "上班", "春节"),
    (SOURCE, "2027-05-01", "2027-05-05", "放假", "劳动节"),
    (SOURCE, "2027-10-01", "2027-10-07", "放假", "国庆节"),
)


def notice(rows: tuple[tuple[str, ...], ...] = ROWS_2027) -> bytes:
    """Return a notice as a .csv file."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow([column.heading for column in NOTICE.columns])
    writer.writerows(rows)
    return buffer.getvalue().encode()
