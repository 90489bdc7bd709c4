"""Whether the platform can serve: the database answers and has the program's tables."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from enforcement.operations.queries import HEAD, owns_tables
from enforcement.postgres.migrations import alembic_config


@dataclass(frozen=True)
class Ready:
    """revision, wanted -- of the database and of the program; why -- words where it is not ready.

    owns -- the application's role owns the tables: the walls in the database do not hold it
    A database that is ahead is ready: a newer program migrated it, and migrations keep the program
    before them working.
    """

    revision: str | None
    wanted: str | None
    why: str = ""
    owns: bool | None = None

    @property
    def well(self) -> bool:
        """Tell whether requests may come."""
        return not self.why


@cache
def known_revisions() -> tuple[str, ...]:
    """Return the revisions that this program knows, the newest first."""
    script = ScriptDirectory.from_config(alembic_config())
    return tuple(one.revision for one in script.walk_revisions())


def ready(factory: sessionmaker[Session]) -> Ready:
    """Ask the database for its revision; an unreachable one is an answer, too."""
    known = known_revisions()
    wanted = known[0] if known else None
    try:
        with factory() as session:
            revision, owns = session.scalar(HEAD), owns_tables(session)
    except SQLAlchemyError as error:
        return Ready(None, wanted, f"database: {type(error).__name__}")
    behind = revision in known and revision != wanted
    return Ready(revision, wanted, f"migrations: {revision} < {wanted}" if behind else "", owns)
