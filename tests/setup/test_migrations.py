"""Revisions go up, match the models, go down to nothing, and up again."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, inspect

from enforcement.config import Config
from enforcement.postgres.migrations import alembic_config, migrate, revisions
from tests.seed import drop_database, make_database, owner_url

NAME = "enforcement_test_migrations"


def test_revisions_go_up_match_the_models_and_go_down(base_config: Config) -> None:
    url = owner_url(base_config, make_database(base_config, NAME))
    migrate(url)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            settings = alembic_config()
            settings.attributes["connection"] = connection
            command.check(settings)
            command.downgrade(settings, "base")
            connection.commit()
            left = set(inspect(connection).get_table_names()) - {
                "spatial_ref_sys", "alembic_version"}  # fmt: skip
            assert left == set()
        migrate(url)
        assert revisions(url)[0] == revisions(url)[1]
    finally:
        engine.dispose()
        drop_database(base_config, NAME)
