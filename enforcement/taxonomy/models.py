"""Tables: editions of a county's list of categories, limits and calls; rows are only added."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow
from enforcement.law.terms import Term


class ListKind(Term):
    """The lists of an edition; a file brings one of them, and the other stays as it was."""

    CATEGORIES = "categories", "类别与时限", "Categories and limits"
    CALLS = "calls", "逐级呼叫", "Calls"


def _one_of(column: str) -> str:
    return f"{column} in ({', '.join(repr(str(one)) for one in ListKind)})"


EDITION: Final = ["county_code", "edition_id"]
EDITION_KEY: Final = ["taxonomy_edition.county_code", "taxonomy_edition.id"]


class TaxonomyEdition(CountyRow, Base):
    """One edition, whole and in force from a moment until the next one; never changed.

    brought -- the list that its file replaced; sha256 -- of that file
    """

    __tablename__ = "taxonomy_edition"
    from_at: Mapped[datetime]
    brought: Mapped[str]
    file_name: Mapped[str]
    sha256: Mapped[bytes] = mapped_column(LargeBinary(32))
    added: Mapped[int]
    changed: Mapped[int]
    dropped: Mapped[int]
    by: Mapped[uuid.UUID | None]
    by_name: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(["county_code"], ["county.county_code"]),
        CheckConstraint(_one_of("brought"), "brought"),
        Index("ix_taxonomy_edition_from", "county_code", "from_at", "id"),
    )


class TaxonomyCategory(CountyRow, Base):
    """One category of an edition, in the order of `seq`."""

    __tablename__ = "taxonomy_category"
    edition_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    code: Mapped[str]
    zh: Mapped[str]
    en: Mapped[str]
    icon: Mapped[str]
    matters: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    required: Mapped[list[str]] = mapped_column(ARRAY(Text()))
    offered: Mapped[bool]
    source: Mapped[str]
    public: Mapped[bool]
    __table_args__ = (
        ForeignKeyConstraint(EDITION, EDITION_KEY),
        UniqueConstraint("county_code", "edition_id", "code"),
    )


class TaxonomyLimit(CountyRow, Base):
    """How long a stage may last for a category ("*": all others) of an edition."""

    __tablename__ = "taxonomy_limit"
    edition_id: Mapped[uuid.UUID]
    category: Mapped[str]
    stage: Mapped[str]
    amount: Mapped[float]
    counted: Mapped[str]
    source: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(EDITION, EDITION_KEY),
        UniqueConstraint("county_code", "edition_id", "category", "stage"),
    )


class TaxonomyCall(CountyRow, Base):
    """Who is called after how long in a stage, of an edition, in the order of `seq`."""

    __tablename__ = "taxonomy_call"
    edition_id: Mapped[uuid.UUID]
    seq: Mapped[int]
    code: Mapped[str]
    urgency: Mapped[str]
    stage: Mapped[str]
    amount: Mapped[float]
    counted: Mapped[str]
    to: Mapped[str]
    does: Mapped[str]
    source: Mapped[str]
    __table_args__ = (
        ForeignKeyConstraint(EDITION, EDITION_KEY),
        UniqueConstraint("county_code", "edition_id", "code"),
    )
