"""`enforcement standby`: made beside a running primary, watched, put in its place once fenced."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from enforcement import cluster
from enforcement.cli import main
from enforcement.postgres.setup import superuser
from tests.replication.test_failover import Pair


@pytest.fixture
def pair() -> Iterator[Pair]:
    """The private server of one folder, running, and that of another, not yet made."""
    folder = Path(tempfile.mkdtemp(prefix="ef-", dir="/tmp"))
    folder.chmod(0o755)
    pair = Pair(cluster.server(folder / "a"), cluster.server(folder / "b"))
    try:
        (folder / "a").mkdir()
        pair.primary.create()
        pair.primary.start()
        yield pair
    finally:
        pair.standby.remove()
        pair.primary.remove()
        shutil.rmtree(folder)


def told(var: Path, *words: str, answer: str | None = None) -> tuple[Result, dict[str, Any]]:
    env = {"ENFORCEMENT_VAR": str(var), "ENFORCEMENT_DATABASE_URL": ""}
    result = CliRunner().invoke(main, ["standby", *words, "--json"], env=env, input=answer)
    return result, json.loads(result.stdout)


def test_a_standby_is_made_watched_and_promoted_only_when_the_first_is_gone(pair: Pair) -> None:
    first, second = pair.primary.folder.parent, pair.standby.folder.parent
    result, said = told(first, "make", "--into", str(second), "--sync")
    assert (result.exit_code, said["started"], said["sync"]) == (0, True, True), result.output
    with superuser(pair.primary, "postgres") as cursor:
        cursor.execute("CREATE TABLE kept (n int)")
        cursor.execute("INSERT INTO kept VALUES (7)")
    result, said = told(first, "status")
    [follower] = said["followers"]
    assert (result.exit_code, said["primary"], said["waits_for"]) == (0, True, "standby")
    assert (follower["slot"], follower["name"], follower["sync"]) == (
        "standby", "standby", "sync")  # fmt: skip
    assert told(second, "status")[1]["following"]["receiver"] == "streaming"
    result, said = told(first, "make", "--into", str(first / "c"))
    assert (result.exit_code, "已经在跟随" in said["error"]) == (1, True)
    result, said = told(second, "promote", "--yes")
    assert (result.exit_code, "还在应答" in said["error"]) == (1, True), "two primaries"
    pair.kill()
    result, said = told(second, "promote", answer="n\n")
    assert (result.exit_code, "没有升" in said["error"]) == (1, True)
    result, said = told(second, "promote", "--yes")
    assert (result.exit_code, said) == (0, {"promoted": True}), result.output
    with superuser(pair.standby, "postgres") as cursor:
        cursor.execute("INSERT INTO kept SELECT n + 1 FROM kept")
        cursor.execute("SELECT array_agg(n) FROM kept")
        assert cursor.fetchone() == ([7, 8],)
    assert told(second, "status")[1]["primary"] is True
    assert told(second, "promote", "--yes")[0].exit_code == 1


def test_commits_that_wait_for_a_standby_that_is_away_are_told(pair: Pair) -> None:
    first, second = pair.primary.folder.parent, pair.standby.folder.parent
    assert told(first, "make", "--into", str(second), "--sync")[0].exit_code == 0
    pair.standby.stop()
    result, said = told(first, "status")
    assert (result.exit_code, said["well"]) == (1, False)
    assert "备机 standby" in said["error"]
    assert [one["state"] for one in said["followers"]] == [None], "its slot is seen"
    with superuser(pair.primary, "postgres") as cursor:
        cursor.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        cursor.execute("SELECT pg_reload_conf()")
    assert told(second, "status")[0].exit_code == 1, "nobody answers"
