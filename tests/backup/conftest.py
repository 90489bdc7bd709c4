"""One installation with a cluster of its own: tables, a county, rows, files, and a first backup."""

from __future__ import annotations

import json
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from enforcement import audit, clock, cluster, create_app, crypto, files
from enforcement.backup.places import Place
from enforcement.cli import main
from enforcement.config import Config
from enforcement.db import sessions
from enforcement.ids import uuid7
from enforcement.jurisdiction.models import County
from enforcement.people.models import Person
from enforcement.postgres.migrations import migrate
from tests.conftest import hurry

COUNTY = "220322"
PEOPLE = 40
PAPERS = [b"paper one", b"paper two " * 200_000, b""]
ID_NUMBER = "220322198001011230"


@dataclass
class Town:
    """An installation that commands are run upon; its folder of state is `var`."""

    var: Path

    def run(self, *words: Any, var: Path | None = None, **env: str) -> Result:
        """Run a command as typed."""
        given = {"ENFORCEMENT_VAR": str(var or self.var), "ENFORCEMENT_DATABASE_URL": ""} | env
        return CliRunner().invoke(main, [str(word) for word in words], env=given)

    def ok(self, *words: Any, **more: Any) -> dict[str, Any]:
        """Return what a command printed with --json; it must succeed."""
        result = self.run(*words, "--json", **more)
        assert result.exit_code == 0, (words, result.output, result.exception)
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def refused(self, *words: Any, **more: Any) -> dict[str, Any]:
        """Return the JSON of a refusal."""
        result = self.run(*words, "--json", **more)
        assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    @property
    def place(self) -> Place:
        """Where its backups lie."""
        return Place(self.var / "backup")

    def value(self, sql: str, var: Path | None = None) -> Any:
        """Return one value of a statement, committed."""
        with connected(var or self.var) as connection:
            return connection.execute(text(sql)).scalar()


@contextmanager
def connected(var: Path) -> Iterator[Any]:
    engine = create_engine(cluster.owner_url(var), poolclass=NullPool)
    with engine.begin() as connection:
        yield connection


@contextmanager
def flipped(path: Path, at: int) -> Iterator[None]:
    """Change one bit of a file while the block runs."""
    data = path.read_bytes()
    path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    try:
        yield
    finally:
        path.write_bytes(data)


@contextmanager
def away(path: Path) -> Iterator[None]:
    """Take a file away while the block runs."""
    aside = path.with_name(f".{path.name}.aside")
    path.rename(aside)
    try:
        yield
    finally:
        aside.rename(path)


def fill(app: Flask) -> None:
    """Enter a county with people, whose numbers are encrypted, and papers."""
    with app.app_context(), sessions()() as session, session.begin():
        session.add(County(county_code=COUNTY, name="梨树县", short="梨", province_code="22"))
        session.flush()
        for number in range(PEOPLE):
            session.add(Person(
                county_code=COUNTY, id=uuid7(), name=f"人{number}", created_at=clock.now(session),
                id_number_encrypted=crypto.seal(ID_NUMBER),
            ))  # fmt: skip
            audit.record(session, COUNTY, "person:enter", "person", str(number))
        for number, data in enumerate(PAPERS):
            add_paper(session, data, f"{number}.txt")


def add_paper(session: Session, data: bytes, name: str) -> str:
    """Keep a file; return its key."""
    row = files.store(session, COUNTY, data, name=name, media_type="text/plain", by=uuid.uuid4())
    return files.key_of(COUNTY, row.sha256)


@contextmanager
def application(var: Path) -> Iterator[Flask]:
    """The application of the installation in a folder, as its own secrets let it read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENFORCEMENT_VAR", str(var))
        patch.setenv("ENFORCEMENT_DATABASE_URL", "")
        config = Config.from_env()
    app = create_app(config, serves=False)
    try:
        with cluster.running(config):
            yield app
    finally:
        app.extensions["enforcement.engine"].dispose()


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A short folder that every account may enter; servers left in it are stopped."""
    path = Path(tempfile.mkdtemp(prefix="ef-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    for var in path.iterdir():
        cluster.server(var).remove()
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def town(folder: Path) -> Iterator[Town]:
    """An installation at work, of which one backup was made."""
    var = folder / "var"
    with application(var) as app:
        hurry(cluster.server(var))
        migrate(cluster.owner_url(var))
        fill(app)
        made = Town(var)
        made.ok("backup", "make")
        yield made
