"""How much of a number is shown where nobody asked for the whole of it (procedure.md 7)."""

from __future__ import annotations

import re


def id_number(text: str | None) -> str:
    """Return an identity number with its birth day hidden: 220322********1234; "" for none."""
    return f"{text[:6]}********{text[-4:]}" if text else ""


def phone(text: str | None) -> str:
    """Return a phone with the middle hidden: 138****0000, 0434-****222; "" for none."""
    if not text:
        return ""
    area, dash, own = text.rpartition("-")
    if dash:
        return f"{area}-****{own[-3:]}"
    return f"{text[:3]}****{text[-4:]}"


def person_name(text: str | None) -> str:
    """Return a name of which only the first character is shown: 王**; "" for none."""
    return text[:1] + "*" * max(len(text) - 1, 1) if text else ""


def is_masked(text: str | None) -> bool:
    """Tell whether a text is a number as masked here."""
    return bool(text) and bool(re.search(r"\*{4}", text or ""))
