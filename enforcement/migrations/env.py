"""Alembic's environment: the connection comes from the caller, else from the settings."""

from __future__ import annotations

import re

from alembic import context
from geoalchemy2 import alembic_helpers
from sqlalchemy import Connection, create_engine

from enforcement.tables import metadata

BY_HAND = {"clock_shift"}
PARTITION = re.compile(r"fix_(before|far|default|\d{4}_\d{2})")


def include(obj: object, name: str | None, kind: str, reflected: bool, other: object) -> bool:
    """Leave out PostGIS's own tables, partitions, and what a revision makes by hand."""
    if kind == "table" and (name in BY_HAND or PARTITION.fullmatch(name or "")):
        return False
    return bool(alembic_helpers.include_object(obj, name, kind, reflected, other))


def run(connection: Connection) -> None:
    """Run the revisions in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_object=include,
        process_revision_directives=alembic_helpers.writer,
        render_item=alembic_helpers.render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        connection.exec_driver_sql("SET LOCAL app.reach = 'all'")  # the owner meets the wall, too
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    from enforcement.config import Config

    with create_engine(Config.from_env().owner).connect() as own:
        run(own)
        own.commit()
