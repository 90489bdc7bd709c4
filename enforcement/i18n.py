"""Languages: Simplified Chinese is the source text, English a complete catalogue."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final

from babel.support import NullTranslations, Translations
from flask import Flask, has_request_context, request, session
from flask_babel import Babel, get_locale, lazy_gettext

from enforcement.law.gates import Gate
from enforcement.law.terms import Term

LANGUAGES = {"zh": "中文", "en": "English"}
SOURCE: Final = "zh"
CATALOGUES: Final = Path(__file__).parent / "translations"

_l = lazy_gettext


def _(text: str, /, **values: Any) -> str:
    """Return a text in the language of the page, with values put in place."""
    said = translated(text)
    return said % values if values else said


def translated(text: str) -> str:
    """Return a text in the language of the page, values not yet put in place.

    A page has a hundred texts: the catalogue is read once per process, Chinese needs none.
    """
    locale = get_locale()
    if locale is None or locale.language == SOURCE:
        return text
    return catalogue(locale.language).ugettext(text)


@functools.cache
def catalogue(language: str) -> NullTranslations:
    """Return the texts of a language."""
    return Translations.load(str(CATALOGUES), [language])


def choose_locale() -> str:
    """Return the language chosen by the person, else Chinese."""
    if not has_request_context():
        return "zh"
    chosen = session.get("language") if "language" in session else None
    if chosen is None and request.path.startswith(("/api/", "/open311/v2/")):
        chosen = request.accept_languages.best_match(LANGUAGES) if _asks_english() else None
    return chosen if chosen in LANGUAGES else "zh"


def _asks_english() -> bool:
    return request.headers.get("Accept-Language", "").lower().startswith("en")


def in_english() -> bool:
    """Tell whether the answer is to be in English."""
    locale = get_locale()
    return locale is not None and locale.language == "en"


def label(term: Any) -> str:
    """Return a term's word in the language of the page."""
    if isinstance(term, Term):
        return term.en if in_english() else term.zh
    return str(term)


def reason_of(gate: Gate) -> str:
    """Return why a gate is open or closed, in the language of the page."""
    return _(gate.text, **{name: label(value) for name, value in gate.values.items()})


def _plural(one: str, many: str, count: int) -> str:
    """Return one of two texts; Chinese has one form."""
    return translated(one if count == 1 else many)


def init_app(app: Flask) -> None:
    """Set up languages."""
    Babel(app, locale_selector=choose_locale, default_timezone="Asia/Shanghai")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        translated, _plural, newstyle=True
    )
    app.jinja_env.filters["label"] = label
    app.jinja_env.filters["reason"] = reason_of
    app.jinja_env.globals["LANGUAGES"] = LANGUAGES
    app.jinja_env.globals["get_locale"] = get_locale
