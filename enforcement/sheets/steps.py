"""A file is looked at first, then exactly what was seen is applied: the steps of every import page.

The file is kept between the two under its hash; the form carries that and the name of the plan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from sqlalchemy.orm import Session

from enforcement.db import transaction
from enforcement.errors import DomainError, status_of
from enforcement.i18n import _
from enforcement.sheets.plans import Preview

P = TypeVar("P", bound=Preview)


@dataclass(frozen=True)
class Steps(Generic[P]):
    """What one kind of list does with a file; each raises DomainError where it cannot.

    preview -- (session, bytes, name); apply -- the same and the name of the plan that was seen
    keep -- (session, bytes, name) gives the hash in hex; kept -- (session, hash) gives both back
    """

    preview: Callable[[Session, bytes, str], P]
    apply: Callable[[Session, bytes, str, str], P]
    keep: Callable[[Session, bytes, str], str]
    kept: Callable[[Session, str], tuple[bytes, str]]


@dataclass(frozen=True)
class Outcome(Generic[P]):
    """What came of a form: the plan (None before there is a file), why not, the status."""

    seen: P | None
    why: str | None
    status: int

    @property
    def applied(self) -> P | None:
        """Return the plan that was carried out, None where none was."""
        return self.seen if self.seen is not None and self.seen.applied else None


def run(form: Any, steps: Steps[P]) -> Outcome[P]:
    """Take what a form sent: look at its file, or apply what was seen of it.

    form -- with file, sha256 and digest; these hold afterwards what the next step needs
    """
    seen: P | None = None
    error: DomainError | None = None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                seen = (_apply if form.sha256.data else _look)(session, form, steps)
        except DomainError as refused:
            error, form.sha256.data = refused, ""
    if error is not None:
        return Outcome(None, str(error), status_of(error))
    wrong = form.is_submitted() and (seen is None or bool(seen.problems))
    return Outcome(seen, None, 422 if wrong else 200)


def _look(session: Session, form: Any, steps: Steps[P]) -> P | None:
    if not form.file.data:
        form.file.errors = [_("请选择文件。")]
        return None
    data, name = form.file.data.read(), form.file.data.filename or "file"
    seen = steps.preview(session, data, name)
    if not seen.problems:
        form.sha256.data = steps.keep(session, data, name)
        form.digest.data = seen.digest
    return seen


def _apply(session: Session, form: Any, steps: Steps[P]) -> P:
    data, name = steps.kept(session, form.sha256.data)
    return steps.apply(session, data, name, form.digest.data or "")
