"""Domain errors, and the one table that turns them into HTTP answers."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import NoResultFound

from enforcement.law.errors import CalendarExhaustedError, LawError
from gis.errors import GisError


class DomainError(Exception):
    """Something a person asked for cannot be done; the message says what and why.

    data -- details for programs, printed beside the message by API and commands
    """

    def __init__(self, message: str, **data: Any) -> None:
        super().__init__(message)
        self.data = data


class InvalidInputError(DomainError):
    """A value cannot be accepted; `field` names it."""

    def __init__(self, field: str, message: str, **data: Any) -> None:
        super().__init__(message, field=field, **data)
        self.field = field


class NotPermittedError(DomainError):
    """The actor's role, unit or certificate does not allow this act."""


class NotSignedInError(DomainError):
    """Nobody is signed in, or the token is unknown, expired or revoked."""


class NotFoundError(DomainError):
    """The row does not exist, or is outside what the actor may see."""


class StepNotAllowedError(DomainError):
    """The act does not fit the state; `article` names the rule."""


class GateClosedError(DomainError):
    """A legal condition is not met; `gates` lists each with its article."""


class StaleVersionError(DomainError):
    """Somebody else changed the row first; `current` is what it is now."""


class GoneError(DomainError):
    """What was there for a time is there no longer: expired, or taken back."""


class TooManyRequestsError(DomainError):
    """The same sender asks too often; `retry_after_s` says when he may ask again."""


class StoreUnavailableError(DomainError):
    """The store of files did not answer, or refused; what was not kept may be sent again."""


class MissingFieldsError(DomainError):
    """A paper lacks fields it must state; `fields` names them."""


STATUS_OF: dict[type[Exception], int] = {
    InvalidInputError: 422,
    MissingFieldsError: 422,
    NotSignedInError: 401,
    NotPermittedError: 403,
    NotFoundError: 404,
    NoResultFound: 404,
    StepNotAllowedError: 409,
    GateClosedError: 409,
    StaleVersionError: 409,
    GoneError: 410,
    TooManyRequestsError: 429,
    StoreUnavailableError: 503,
    CalendarExhaustedError: 503,
    LawError: 422,
    GisError: 422,
    DomainError: 400,
}


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error: its own class's, else its nearest base's."""
    for cls in type(error).__mro__:
        if cls in STATUS_OF:
            return STATUS_OF[cls]
    return 500
