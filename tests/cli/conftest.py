"""An installation of its own for the commands: a database with the demonstration county."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from enforcement.cli import main
from enforcement.config import Config
from tests.asking import set_clock
from tests.seed import clone_county, drop_database, environment_of, owner_url

NAME = f"enforcement_test_{os.getpid()}_cli"


@dataclass(frozen=True)
class Installation:
    """Runs commands on one database; what they do is committed, so tests leave it in order."""

    env: dict[str, str]
    engine: Engine

    def run(self, *words: Any, **more: Any) -> Result:
        """Run a command as typed and return exit code, stdout and stderr."""
        env = self.env | more.pop("env", {})
        return CliRunner().invoke(main, [str(word) for word in words], env=env, **more)

    def ok(self, *words: Any, **more: Any) -> dict[str, Any]:
        """Return what a command printed with --json; it must succeed."""
        result = self.run(*words, "--json", **more)
        assert result.exit_code == 0, (words, result.output, result.exception)
        found: dict[str, Any] = json.loads(result.stdout)
        return found

    def refused(self, *words: Any, **more: Any) -> dict[str, Any]:
        """Return the JSON of a refusal; its words stand on stderr too and the exit is 1."""
        result = self.run(*words, "--json", **more)
        assert (result.exit_code, type(result.exception)) == (1, SystemExit), result.output
        found: dict[str, Any] = json.loads(result.stdout)
        assert found["error"] in result.stderr
        return found

    def set_clock(self, moment: str) -> None:
        """Move the database clock to a moment of China's time, for good."""
        with Session(self.engine) as session:
            set_clock(session, moment)
            session.commit()

    def value(self, sql: str, **values: Any) -> Any:
        """Return one value that the database holds."""
        with self.engine.connect() as connection:
            return connection.execute(text(sql), values).scalar()

    def home(self) -> tuple[float, float]:
        """Return a point (lon, lat) in the demonstration auxiliary's village."""
        with self.engine.connect() as connection:
            row = connection.execute(
                text(
                    "select label_lon, label_lat from area a join post p on p.village_code = a.code"
                    " join account t on t.post_id = p.id where t.username = 'fujing'"
                )
            ).one()
            return row[0], row[1]


@pytest.fixture(scope="session")
def installed(
    base_config: Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The demonstration county, as `enforcement demo load` left it."""
    var = tmp_path_factory.mktemp("cli")
    url = clone_county(base_config, NAME, var)
    engine = create_engine(
        owner_url(base_config, url), connect_args={"options": "-c app.reach=all"}
    )
    env = {
        **environment_of(base_config, url),
        "ENFORCEMENT_VAR": str(var),
        "ENFORCEMENT_FONTS": str(base_config.var / "fonts"),
    }
    yield Installation(env, engine)
    engine.dispose()
    drop_database(base_config, NAME)


@pytest.fixture
def cli(installed: Installation) -> Installation:
    """The installation with its clock at the morning of the worked case."""
    installed.set_clock("2026-03-02 09:00")
    return installed
