"""The shape of a paper's declaration: what it states and who signs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from enforcement.law.terms import Term

FieldType = Literal[
    "text", "long_text", "day", "moment", "money", "number", "list", "bool", "choice"
]
Words = type[Term]


@dataclass(frozen=True)
class PaperField:
    """One thing a paper states.

    path -- where the data holds it: "party.name"; "officers[].name" means in every element
    only_if -- (path, words): asked for only where that other value contains one of the words
    min_items -- fewest elements of a list (two officers: 行政处罚法42)
    words -- of a choice: the terms whose stored values the data may hold
    """

    path: str
    type: FieldType
    zh: str
    en: str
    required: bool = True
    only_if: tuple[str, frozenset[str]] | None = None
    min_items: int = 1
    words: Words | None = None


@dataclass(frozen=True)
class Signer:
    """Who signs: the box's title, and the roles whose opinions stand in it."""

    roles: tuple[str, ...]
    zh: str


@dataclass(frozen=True)
class Paper:
    """The declaration of one paper.

    article -- the rule that asks for it; when -- the occasion
    number_word -- 文种字, None where the paper bears no number
    words_by -- (path, {value: word}): another 文种字 where that value says so
    copies -- how many originals are made; internal -- goes to the 副卷, never to the party
    """

    code: str
    name: str
    name_en: str
    article: str
    when: str
    number_word: str | None
    fields: tuple[PaperField, ...]
    signers: tuple[Signer, ...]
    recipients: tuple[str, ...]
    copies: int
    internal: bool
    template: str
    words_by: tuple[str, Mapping[str, str]] | None = None
