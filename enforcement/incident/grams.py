"""Chinese without spaces made findable: pairs of characters, and pairs of pinyin initials.

A text is found by any two neighbouring characters (占道), or by the initials of its syllables
(zd). Pairs of initials carry a mark, so that Latin letters in a text stay apart from them.
"""

from __future__ import annotations

import functools
import os
import re
import unicodedata
from typing import Final

os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # characters are asked one at a time

RUN: Final = re.compile(r"[0-9a-z\u3400-\u9fff\U00020000-\U0003ffff]+")
MARK: Final = "'"
LEAST: Final = 2
"""How many characters a word of a search needs."""


def plain(text: str) -> str:
    """Return a text as it is compared: full-width and upper-case forms folded, no spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(RUN.findall(folded))


def initials(text: str) -> str:
    """Return the initials of the Chinese syllables of a plain text; the rest stays."""
    runs = [run for run in text.split(" ") if run and not run.isascii()]
    return " ".join("".join(map(_initial, run)) for run in runs)


@functools.lru_cache(maxsize=30_000)
def _initial(character: str) -> str:
    if character.isascii():
        return character
    from pypinyin import Style, pinyin  # reads a dictionary of all characters

    found = pinyin(character, style=Style.FIRST_LETTER, errors="ignore")
    return found[0][0][:1] if found and found[0][0] else "?"


def grams(text: str) -> list[str]:
    """Return all pairs of a text and of its initials, each once."""
    body = plain(text)
    found = set(_pairs(body))
    found |= {MARK + pair for pair in _pairs(initials(body))}
    return sorted(found)


def _pairs(text: str) -> list[str]:
    return [run[n : n + LEAST] for run in text.split(" ") for n in range(len(run) - LEAST + 1)]


def wanted(word: str) -> tuple[list[str], list[str]]:
    """Return the pairs that a text with the word has, and those of a text with such initials.

    The second is empty for words that are no letters; both are where a word is too short.
    """
    body = plain(word)
    own = _pairs(body)
    letters = body.isascii() and body.isalnum() and not body.isdigit()
    return own, [MARK + pair for pair in own] if letters else []
