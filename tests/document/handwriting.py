"""Handwriting for tests: strokes as a pad sends them, and acts of signing a whole paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from enforcement.document import handsigning, handwriting
from enforcement.document.handsigning import Signed, Taken
from enforcement.document.models import Document
from enforcement.law.paper_signing import SignRole
from tests.asking import actor_of

STROKES: list[list[list[int]]] = [
    [[100, 80, 0], [420, 60, 180], [300, 330, 420]],
    [[480, 120, 700], [520, 340, 900]],
    [[620, 100, 1200], [900, 180, 1400], [640, 300, 1700]],
]


def sign(
    session: Session,
    document: Document,
    role: SignRole,
    n: int = 1,
    *,
    who: str = "zhifa1",
    name: str | None = None,
    key: str | None = None,
    pages: dict[int, Any] | None = None,
) -> Document:
    """Sign all pages of one place."""
    found = handwriting.places(session, document)
    place = next(one for one in found if (one.role, one.n) == (role, n))
    if pages is None:
        pages = {page: STROKES for page in place.pages if page not in place.signed_pages}
    said = Signed(role, n, name or place.name or "赵示例", pages, Taken(device="平板"))
    return handsigning.sign(session, actor_of(session, who), document, said, key=key)


def sign_all(session: Session, document: Document, *, who: str = "zhifa1") -> None:
    """Sign for everybody who is still to sign."""
    for place in handwriting.places(session, document):
        if place.required and not place.done:
            sign(session, document, place.role, place.n, who=who)
