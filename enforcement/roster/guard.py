"""Two who arrange one person at the same moment: the second is told, nothing is mixed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from enforcement.errors import StepNotAllowedError

BUSY: Final = ("55P03", "40P01")  # lock not available, deadlock detected


@contextmanager
def refusing(session: Session, constraint: str, message: str) -> Iterator[None]:
    """Work in a savepoint; a breach of the named constraint, or a lock, is told in words.

    Raises StepNotAllowedError; what was done inside is undone.
    """
    try:
        with session.begin_nested():
            yield
            session.flush()
    except IntegrityError as error:
        origin: Any = error.orig
        if origin.diag.constraint_name != constraint:
            raise
        raise StepNotAllowedError(message) from error
    except OperationalError as error:
        if getattr(error.orig, "pgcode", None) not in BUSY:
            raise
        raise StepNotAllowedError(message) from error
