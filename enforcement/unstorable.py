"""Text that no database keeps, NUL and halves of surrogate pairs: refused by its field.

Nobody looks for it beforehand: what takes reports cleans its words, and all else says so here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DataError

from enforcement.errors_web import answer
from enforcement.i18n import _


def init_app(app: Flask) -> None:
    """Register the handlers; what was caused by no text of the request goes on as it came."""

    @app.errorhandler(ValueError)
    def by_the_driver(error: ValueError) -> ResponseReturnValue:
        if isinstance(error, UnicodeEncodeError) or "NUL" in str(error):
            return _refuse(error)
        raise error

    @app.errorhandler(DataError)
    def by_the_database(error: DataError) -> ResponseReturnValue:
        return _refuse(error)


def _refuse(error: Exception) -> ResponseReturnValue:
    field = next(_unstorable(), None)
    if field is None:
        raise error
    message = _("“%(field)s”含有不能保存的字符，请删去后重新填写。", field=field)
    return answer(message, 422, {"field": field})


def _unstorable() -> Iterator[str]:
    """Give the names of what was sent and cannot be kept."""
    sent = (request.view_args or {}, request.args.to_dict(), request.form.to_dict(),
            request.get_json(silent=True) or {})  # fmt: skip
    for part in sent:
        for name, text in _texts(part, ""):
            if "\0" in text or any("\ud800" <= one <= "\udfff" for one in text):
                yield name


def _texts(value: Any, name: str) -> Iterator[tuple[str, str]]:
    """Give each text inside a value, with the name of its nearest field; names are texts, too."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield name or str(key), str(key)
            yield from _texts(inner, str(key))
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _texts(inner, name)
