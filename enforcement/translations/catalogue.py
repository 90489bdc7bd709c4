"""Gather the messages of code and templates, keep the catalogues complete, compile them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from enforcement.config import PROJECT

FOLDER: Final = Path(__file__).parent
LANGUAGES: Final = ("zh", "en")
SOURCE_LANGUAGE: Final = "zh"
NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)
EMPTY_HEADERS: Final = tuple(
    f'"{name}'.encode()
    for name in ("Project-", "Report-", "POT-", "PO-", "Last-", "Language-Team", "Generated-")
)
KEYWORDS: Final = {"_": None, "N_": None, "_l": None, "gettext": None, "lazy_gettext": None}
PLACES: Final = (
    (PROJECT / "enforcement", [("**.py", "python")]),
    (PROJECT / "templates", [("**.html", "jinja2")]),
)


def messages() -> set[str]:
    """Return every message that code and templates ask for."""
    return {found for place, methods in PLACES for found in _messages_in(place, methods)}


def _messages_in(place: Path, methods: list[tuple[str, str]]) -> Iterator[str]:
    found = extract_from_dir(place, methods, keywords=KEYWORDS, strip_comment_tags=False)
    for _file, _line, message, _comments, _context in found:
        yield message if isinstance(message, str) else message[0]


def po_path(language: str) -> Path:
    """Return the catalogue that people edit."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def mo_path(language: str) -> Path:
    """Return the compiled catalogue that pages read."""
    return po_path(language).with_suffix(".mo")


def read(language: str) -> Catalog:
    """Return a catalogue as it is kept, an empty one where there is none."""
    if not po_path(language).exists():
        return Catalog(locale=language)
    with po_path(language).open("rb") as file:
        return read_po(file, locale=language)


def translations(language: str) -> dict[str, str]:
    """Return message and translation of a catalogue; "" where it lacks one."""
    return {str(row.id): str(row.string or "") for row in read(language) if row.id}


def update(language: str) -> list[str]:
    """Bring a catalogue in step with the messages and compile it; return what lacks words."""
    known = translations(language)
    made = Catalog(
        locale=language, charset="utf-8", fuzzy=False, creation_date=NO_DATE, revision_date=NO_DATE
    )
    for message in sorted(messages()):
        words = message if language == SOURCE_LANGUAGE else known.get(message, "")
        made.add(message, words, flags=_flags(message))
    _write(made, language)
    return [str(row.id) for row in made if row.id and not row.string]


def _flags(message: str) -> tuple[str, ...]:
    return ("python-format",) if Message(message).python_format else ()


def _write(made: Catalog, language: str) -> None:
    """Write the catalogue and its compiled form; the same words give the same bytes."""
    po_path(language).parent.mkdir(parents=True, exist_ok=True)
    made.header_comment = f"# {language}: msgid is the Chinese text."
    buffer = BytesIO()
    write_po(buffer, made, no_location=True, width=96)
    lines = buffer.getvalue().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(EMPTY_HEADERS)]
    po_path(language).write_bytes(b"".join(kept))
    with mo_path(language).open("wb") as file:
        write_mo(file, made)
