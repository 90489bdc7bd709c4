"""One migrated PostGIS database a run; each test in a transaction that is rolled back."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from enforcement import cluster, create_app
from enforcement.config import Config
from enforcement.postgres.migrations import migrate

NAME = f"enforcement_test_{os.getpid()}"


@pytest.fixture(scope="session")
def base_config() -> Iterator[Config]:
    """The settings of this run, with the private cluster up."""
    config = Config.from_env()
    with cluster.running(config):
        yield config


def make_database(base: Config, name: str) -> str:
    """Create an empty database beside the configured one; return its URL."""
    url = make_url(base.database_url)
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    template = cluster.TEMPLATE if cluster.is_private(base) else "template0"
    with admin.connect() as connection:
        connection.execute(text(f"drop database if exists {name} with (force)"))
        connection.execute(text(f"create database {name} template {template}"))
    admin.dispose()
    return url.set(database=name).render_as_string(hide_password=False)


def drop_database(base: Config, name: str) -> None:
    """Remove a database that `make_database` made."""
    admin = create_engine(base.database_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"drop database if exists {name} with (force)"))
    admin.dispose()


@pytest.fixture(scope="session")
def config(base_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of the tests: a migrated database and a folder of files of their own."""
    url = make_database(base_config, NAME)
    migrate(url)
    files: Path = tmp_path_factory.mktemp("var")
    yield dataclasses.replace(base_config, database_url=url, var=files, testing=True)
    drop_database(base_config, NAME)


@pytest.fixture(scope="session")
def app(config: Config) -> Iterator[Flask]:
    """The application on the tests' database."""
    app = create_app(config)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["enforcement.engine"].dispose()


@pytest.fixture(scope="session")
def engine(app: Flask) -> Engine:
    """The application's engine."""
    found: Engine = app.extensions["enforcement.engine"]
    return found


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """A connection whose work is rolled back at the end of the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        if outer.is_active:
            outer.rollback()


@pytest.fixture
def session(app: Flask, connection: Connection) -> Iterator[Session]:
    """A session inside the application; commits become savepoints of the test's transaction.

    The application's own sessions join the same transaction, so that a page sees the test's rows.
    """
    factory = sessionmaker(connection, expire_on_commit=False,
                           join_transaction_mode="create_savepoint")
    own = app.extensions["enforcement.sessions"]
    app.extensions["enforcement.sessions"] = factory
    with ExitStack() as stack:
        stack.enter_context(app.app_context())
        yield stack.enter_context(factory())
    app.extensions["enforcement.sessions"] = own


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without scripts, on the test's transaction."""
    return app.test_client()
