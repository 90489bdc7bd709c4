from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from enforcement import cluster, webserver
from enforcement.config import Config
from enforcement.postgres.migrations import migrate, revisions

SERVE = (sys.executable, "-c", "from enforcement.cli import main; main()", "serve", "--no-demo")


def serve(var: Path, *args: str) -> subprocess.Popen[str]:
    env = {key: value for key, value in os.environ.items() if key != "ENFORCEMENT_DATABASE_URL"}
    return subprocess.Popen(
        [*SERVE, "--json", *args], env=env | {"ENFORCEMENT_VAR": str(var)}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "INT"])
def test_a_signal_stops_the_pages_and_the_cluster(made: Config, number: signal.Signals) -> None:
    var, port = made.var, webserver.free_port("127.0.0.1")
    process = serve(var, "--port", str(port))
    assert process.stdout
    ready = json.loads(process.stdout.readline())
    with urllib.request.urlopen(f"{ready['address']}/healthz", timeout=60) as answer:
        assert answer.status == 200
    assert cluster.server(var).is_running()
    process.send_signal(number)
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert not cluster.server(var).is_running()
    webserver.require_port("127.0.0.1", port)


def test_a_taken_port_is_named_before_anything_is_started(var: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = serve(var, "--port", str(taken.getsockname()[1]))
        _out, said = process.communicate(timeout=120)
    assert process.returncode == 1
    assert "--port" in said
    assert not (var / "pg").exists()


def test_a_check_starts_asks_and_stops(made: Config) -> None:
    process = serve(made.var, "--check")
    out, said = process.communicate(timeout=480)
    assert process.returncode == 0, said
    assert json.loads(out)["well"] is True
    assert not cluster.server(made.var).is_running()


def test_an_unreachable_database_is_told_in_words(var: Path) -> None:
    url = "postgresql+psycopg2://nobody@127.0.0.1:1/none"
    env = os.environ | {"ENFORCEMENT_VAR": str(var), "ENFORCEMENT_DATABASE_URL": url}
    done = subprocess.run([*SERVE, "--check"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "ENFORCEMENT_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_without_postgis_is_refused_with_the_command_to_run(made: Config) -> None:
    with cluster.running(made):
        engine = create_engine(made.owner, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("CREATE DATABASE plain"))
        engine.dispose()
        with pytest.raises(cluster.ClusterError, match="CREATE EXTENSION postgis"):
            migrate(cluster.owner_url(made.var, "plain"))


def test_migrating_twice_changes_nothing(made: Config) -> None:
    with cluster.running(made):
        first = migrate(made.owner)
        assert migrate(made.owner) == first
        assert revisions(made.database_url) == (first, first)
