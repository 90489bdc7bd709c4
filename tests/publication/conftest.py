"""Nothing is published before a test: the demonstration county's own decision is taken out."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from tests.asking import as_owner


@pytest.fixture
def county(county: Session) -> Session:
    """The demonstration county without its published decision."""
    with as_owner(county):
        for statement in (
            "alter table publication disable trigger user",
            "delete from publication",
            "alter table publication enable trigger user",
        ):
            county.execute(text(statement))
    return county
