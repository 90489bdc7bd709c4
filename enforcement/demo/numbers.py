"""Invented numbers for the demonstration: valid in form, of nobody; always the same."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from stdnum.cn import ric

PLACE: Final = "220322"
OLDEST: Final = date(1968, 1, 1)
DAYS: Final = 12_000  # the youngest was born in 2000; 97 has no common factor with it


def id_number(number: int) -> str:
    """Return an identity number with its check digit."""
    born = OLDEST + timedelta(days=number * 97 % DAYS)
    head = f"{PLACE}{born:%Y%m%d}{number % 999 + 1:03d}"
    return head + str(ric.calc_check_digit(head + "0"))


def phone(number: int) -> str:
    """Return a mobile number."""
    return f"1990000{number:04d}"
