"""The list of the signed-in person's county, for forms and pages: read once per request."""

from __future__ import annotations

from flask import g, has_request_context

from enforcement.db import transaction
from enforcement.errors import NotSignedInError
from enforcement.i18n import in_english
from enforcement.law import taxonomy as law
from enforcement.law.incidents import Category
from enforcement.law.taxonomy import Taxonomy
from enforcement.sign_in import current_actor
from enforcement.taxonomy import queries


def mine() -> Taxonomy:
    """Return the list that the signed-in person's county goes by; what ships where nobody is."""
    if not has_request_context():
        return law.shipped()
    found: Taxonomy | None = g.get("taxonomy")
    if found is None:
        found = g.taxonomy = _read()
    return found


def _read() -> Taxonomy:
    try:
        county_code = current_actor().county_code
    except NotSignedInError:
        return law.shipped()
    with transaction() as session:
        return queries.current(session, county_code)


def word(row: Category) -> str:
    """Return the name of a category in the language of the page."""
    return row.en if in_english() else row.zh


def choices() -> list[tuple[str, str]]:
    """Return code and word of every category that reports may name, level 2 after its level 1."""
    found = []
    for row, below in mine().groups:
        found.append((row.code, word(row)))
        found += [(one.code, f"{word(row)} · {word(one)}") for one in below]
    return found


def main_choices() -> list[tuple[str, str]]:
    """Return code and word of the categories of level 1 that reports may name."""
    return [(row.code, word(row)) for row, _below in mine().groups]


def groups() -> tuple[tuple[Category, tuple[Category, ...]], ...]:
    """Return each category of level 1 with those of level 2 below it, as reports may name them."""
    return mine().groups
