"""One migrated PostGIS database a run; each test in a transaction that is rolled back.

Every statement runs as the application's role, which owns nothing. Where a test's work is rolled
back, the connection is the owner's that took on that role, so that a test can step out of it
(`asking.as_owner`) and tamper; live databases are reached by the application's own URL.
"""

from __future__ import annotations

import dataclasses
import gc
import http.client
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import uvicorn
from flask import Flask, request_tearing_down
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from enforcement import cluster, create_app, wall
from enforcement.audit import AuditLog
from enforcement.config import Config
from enforcement.streams.app import build
from enforcement.trail import saying
from enforcement.trail.fields import FIELDS
from enforcement.webserver import free_port
from tests.asking import Calls, Pages
from tests.seed import clone_county, clone_migrated, drop_database, hurry, lend, owner_url

NAME = f"enforcement_test_{os.getpid()}"
LIVE = f"enforcement_live_{os.getpid()}"  # whose transactions commit, as in service
settings.register_profile(  # a busy machine is no failure; what a test asserts is
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")
gc.freeze()  # what is loaded stays, and tests leave few cycles: seldom look for them
gc.set_threshold(50_000, 25, 25)
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


@event.listens_for(AuditLog, "before_insert")
def _has_words(_mapper: object, _connection: object, row: AuditLog) -> None:
    """Let no test write an act into the log that its page could not put into words."""
    if row.act.startswith("test:"):
        return
    lacks = [name for name in row.detail if name not in FIELDS]
    if saying.act(row.act) == row.act or saying.kind(row.subject_kind) == row.subject_kind or lacks:
        raise AssertionError((row.act, row.subject_kind, lacks))


@pytest.fixture(scope="session")
def base_config() -> Iterator[Config]:
    """The settings of this run, with the private cluster up."""
    config = Config.from_env()
    with cluster.running(config):
        if cluster.is_private(config):
            hurry(cluster.server(config.var))
        yield config


def config_on(base: Config, url: str, var: Path, *, testing: bool = False) -> Config:
    """Return the settings of an installation on a database of its own."""
    owner = owner_url(base, url)
    return dataclasses.replace(base, database_url=url, owner_url=owner, var=var, testing=testing)


@pytest.fixture(scope="session")
def config(base_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of the tests: a migrated database and a folder of files of their own."""
    files = tmp_path_factory.mktemp("var")
    yield config_on(base_config, clone_migrated(base_config, NAME), files, testing=True)
    drop_database(base_config, NAME)


def made_app(config: Config, base: Config) -> Flask:
    """Make an application; its templates are compiled once for all processes and applications."""
    app = create_app(config)
    folder = base.var / "templates"
    folder.mkdir(exist_ok=True)
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))
    return app


@pytest.fixture(scope="session")
def app(config: Config, base_config: Config) -> Iterator[Flask]:
    """The application on the tests' database."""
    app = made_app(config, base_config)
    lend(app)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["enforcement.engine"].dispose()


@pytest.fixture(scope="session")
def engine(app: Flask) -> Engine:
    """The application's engine."""
    found: Engine = app.extensions["enforcement.engine"]
    return found


@contextmanager
def rolled_back(app: Flask) -> Iterator[Session]:
    """Give a session inside an application whose work, commits too, is undone at the end.

    The application's own sessions join the same transaction, so that a page sees the test's rows.
    """
    own = {name: app.extensions[name] for name in ("enforcement.sessions", "enforcement.reads")}
    with app.extensions["enforcement.engine"].connect() as connection, app.app_context():
        outer = connection.begin()

        def see_all(*_sender: object, **_more: object) -> None:
            """A request says for whom it reads; the test itself sees all upon its connection."""
            if outer.is_active and not connection.invalidated:
                wall.say(connection, {"reach": wall.ALL})

        see_all()
        factory = sessionmaker(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        )
        app.extensions.update(dict.fromkeys(own, factory))
        try:
            with request_tearing_down.connected_to(see_all, app), factory() as session:
                yield session
        finally:
            app.extensions.update(own)
            if outer.is_active:
                outer.rollback()


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session on the empty database."""
    with rolled_back(app) as session:
        yield session


@pytest.fixture
def client(app: Flask, session: Session) -> FlaskClient:
    """A browser without scripts, on the test's transaction."""
    return app.test_client()


@pytest.fixture(scope="session")
def demo_config(base_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Config]:
    """Settings of a second database, in which the demonstration county is loaded."""
    var = tmp_path_factory.mktemp("demo")
    url = clone_county(base_config, f"{NAME}_demo", var)
    yield config_on(base_config, url, var, testing=True)
    drop_database(base_config, f"{NAME}_demo")


@pytest.fixture(scope="session")
def demo_app(demo_config: Config, base_config: Config) -> Iterator[Flask]:
    """The application on the demonstration county; pages ask for no CSRF token."""
    app = made_app(demo_config, base_config)
    lend(app)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["enforcement.engine"].dispose()


@pytest.fixture
def county(demo_app: Flask) -> Iterator[Session]:
    """A session on the demonstration county."""
    with rolled_back(demo_app) as session:
        yield session


@pytest.fixture
def page(demo_app: Flask, county: Session) -> Pages:
    """Signs in to the pages as a demonstration account."""
    return Pages(demo_app)


@pytest.fixture
def call(demo_app: Flask, county: Session) -> Calls:
    """Calls the API as a demonstration account."""
    return Calls(demo_app, county)


@pytest.fixture(scope="session")
def live_app(base_config: Config, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application on a database of its own, with the demonstration county loaded once."""
    var = tmp_path_factory.mktemp("browser")
    url = clone_county(base_config, LIVE, var)
    app = made_app(config_on(base_config, url, var), base_config)
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 600
    yield app
    app.extensions["enforcement.engine"].dispose()
    drop_database(base_config, LIVE)


@pytest.fixture(scope="session")
def server(live_app: Flask) -> Iterator[str]:
    """The address of a running server, without a slash at its end."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    httpd = make_server("127.0.0.1", 0, live_app, threaded=True)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    thread.join()


@pytest.fixture(scope="session")
def events_port(live_app: Flask) -> Iterator[int]:
    """The port of a running events process on the live database."""
    port = free_port("127.0.0.1")
    app = build(live_app.extensions["enforcement.config"])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    _wait(port)
    yield port
    server.should_exit = True
    thread.join(10)


def _wait(port: int) -> None:
    for _try in range(200):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.05)
    raise AssertionError("the events process did not get well")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium without a window's parts, or the one that CHROMIUM names."""
    shell = Path("/usr/bin/chromium-headless-shell")
    path = os.environ.get("CHROMIUM") or (shell if shell.exists() else "/usr/bin/chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()
