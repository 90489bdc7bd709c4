"""An upgrade while the release before still serves: it waits for a moment, nothing fails, no act is
lost, and both chains hold what was there and what came meanwhile."""

from __future__ import annotations

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import DBAPIError

from enforcement.cli import main
from enforcement.config import Config
from enforcement.db import OPTIONS
from enforcement.postgres import migrations
from enforcement.postgres.migrations import alembic_config, migrate, revisions
from tests.seed import clone_county, drop_database, environment_of, owner_url

NAME: Final = "enforcement_test_upgrade"
BEFORE: Final = "0094"  # without row-level security and the application's role
LOCK_TIMEOUT_S: Final = 10.0
INCIDENT: Final = text("""
INSERT INTO incident (county_code, id, number, category, description, state, source, occurred_at,
  received_at, lon, lat, point, raw_lon, raw_lat, datum, accuracy_m, place, village_code,
  township_code, responsible_unit_code, reporter_unit_code, reported_by, urgency, stage_due_at,
  version)
SELECT county_code, :id, CAST(:id AS text), category, description, state, source, occurred_at,
  app_now(), lon, lat, point, raw_lon, raw_lat, datum, accuracy_m, place, village_code,
  township_code, responsible_unit_code, reporter_unit_code, reported_by, urgency, stage_due_at, 1
FROM incident ORDER BY received_at LIMIT 1
""")
LOGGED: Final = text("""
INSERT INTO audit_log (county_code, id, act, subject_kind, subject, detail)
VALUES ('220322', :id, 'incident:report', 'incident', :id, '{}')
""")
CHANGED: Final = text("UPDATE case_file SET place = :id WHERE id = "
                      "(SELECT min(id::text)::uuid FROM case_file)")  # fmt: skip
LISTED: Final = text("""
SELECT i.number, d.name, u.name, (SELECT count(*) FROM audit_log) FROM incident i
LEFT JOIN division d ON d.county_code = i.county_code AND d.code = i.village_code
LEFT JOIN unit u ON u.county_code = i.county_code AND u.code = i.responsible_unit_code
ORDER BY i.received_at DESC LIMIT 20
""")


@dataclass
class Serving:
    """What the release before does meanwhile, in threads of its own."""

    url: str
    over: threading.Event = field(default_factory=threading.Event)
    kept: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    took_s: list[float] = field(default_factory=list)

    def repeat(self, act: Callable[[Connection], str | None]) -> None:
        """Do one act after another, each in a transaction, until it is over."""
        engine = create_engine(self.url, connect_args={"options": f"{OPTIONS} -c app.reach=all"})
        while not self.over.wait(0.005):
            began = time.monotonic()
            try:
                with engine.begin() as connection:
                    done = act(connection)
            except DBAPIError as error:
                self.failed.append(str(error.orig))
            else:
                self.kept += [done] if done else []
            self.took_s.append(time.monotonic() - began)
        engine.dispose()


def reports(connection: Connection) -> str:
    """Report an incident, then log it."""
    made = str(uuid.uuid4())
    connection.execute(INCIDENT, {"id": made})
    time.sleep(0.005)  # as the program does something between two statements
    connection.execute(LOGGED, {"id": made})
    return made


def works(connection: Connection) -> str:
    """Do the same tables in another order."""
    made = str(uuid.uuid4())
    connection.execute(CHANGED, {"id": made})
    connection.execute(LOGGED, {"id": made})
    time.sleep(0.005)
    connection.execute(INCIDENT, {"id": made})
    return made


def looks(connection: Connection) -> None:
    """List incidents."""
    assert len(connection.execute(LISTED).all()) == 20


@pytest.fixture
def old(base_config: Config, tmp_path: Path) -> Iterator[str]:
    """The URL by which the release before reaches the county: as the owner of the tables."""
    url = owner_url(base_config, clone_county(base_config, NAME, tmp_path))
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("SET app.reach = 'all'"))
        settings = alembic_config()
        settings.attributes["connection"] = connection
        command.downgrade(settings, BEFORE)
    engine.dispose()
    assert revisions(url)[0] == BEFORE
    yield url
    drop_database(base_config, NAME)


def upgraded(url: str, role: str) -> Serving:
    """Upgrade while the release before serves; return what that saw."""
    serving = Serving(url)
    threads = [threading.Thread(target=serving.repeat, args=(act,))
               for act in (reports, works, looks, looks)]  # fmt: skip
    for one in threads:
        one.start()
    _until(lambda: len(serving.kept) > 20)
    migrate(url, role)
    before = len(serving.kept)
    _until(lambda: len(serving.kept) > before + 20)
    serving.over.set()
    for one in threads:
        one.join()
    return serving


def _until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not true():
        assert time.monotonic() < until
        time.sleep(0.01)


def test_the_release_before_serves_while_its_tables_are_upgraded(
    old: str, base_config: Config, tmp_path: Path
) -> None:
    serving = upgraded(old, base_config.app_role)
    assert serving.failed == []
    assert max(serving.took_s) < LOCK_TIMEOUT_S
    assert revisions(old)[0] == revisions(old)[1]
    _all_kept(old, serving.kept)
    told = _verified(base_config, old, tmp_path)
    assert told["well"], told
    assert told["counties"]["220322"]["last"] >= len(serving.kept)


def _all_kept(url: str, kept: list[str]) -> None:
    engine = create_engine(url, connect_args={"options": "-c app.reach=all"})
    for table, column in (("incident", "number"), ("audit_log", "subject")):
        with engine.connect() as connection:
            found = set(connection.scalars(text(f"SELECT {column} FROM {table}")))
        assert found >= set(kept), table
    engine.dispose()


def _verified(base: Config, url: str, var: Path) -> dict[str, Any]:
    """Check both chains and all rows as the application's role."""
    mine = url.replace(f"{base.owner.split('@')[0]}@", f"{base.database_url.split('@')[0]}@")
    env = environment_of(base, mine) | {"ENFORCEMENT_VAR": str(var)}
    result = CliRunner().invoke(main, ["audit", "verify", "--json"], env=env)
    assert result.exit_code in (0, 1), (result.output, result.exception)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_an_upgrade_does_not_wait_for_ever_for_somebody_in_the_middle_of_something(
    old: str, base_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "TAKING_S", 0.5)
    engine = create_engine(old)
    with engine.connect() as connection:
        connection.execute(text("SELECT count(*) FROM case_file"))  # which revision 0101 alters
        threading.Timer(2.5, connection.rollback).start()
        began = time.monotonic()
        migrate(old, base_config.app_role)
        assert time.monotonic() - began > 1.5
    engine.dispose()
    assert revisions(old)[0] == revisions(old)[1]
