from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool

from enforcement import cluster
from enforcement.config import Config
from tests.setup.conftest import config_of, sweep

# a process that keeps the cluster up until its standard input closes
USER = """
import sys
from pathlib import Path
from enforcement import cluster
from tests.setup.conftest import config_of
with cluster.running(config_of(Path(sys.argv[1]))):
    print("up", flush=True)
    sys.stdin.read()
"""


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        yield connection


def setting(connection: Connection, name: str) -> str:
    return str(connection.scalar(text("SELECT current_setting(:name)"), {"name": name}))


def user_of(var: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(var)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def leaves(user: subprocess.Popen[str]) -> int:
    user.communicate(timeout=120)
    return user.returncode


def kill_all(config: Config) -> None:
    """Kill the server and its children the way a power loss does."""
    postmaster = int(cluster.server(config.var).identity().split()[0])
    children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
    for pid in (postmaster, *map(int, children)):
        with suppress(ProcessLookupError):  # a child that ended by itself, its parent gone
            os.kill(pid, signal.SIGKILL)


def test_the_cluster_is_durable_private_and_owned_by_an_ordinary_role(made: Config) -> None:
    with cluster.running(made), connected(made.owner) as connection:
        assert setting(connection, "data_checksums") == "on"
        assert setting(connection, "fsync") == "on"
        assert setting(connection, "listen_addresses") == ""
        assert setting(connection, "TimeZone") == "UTC"
        assert setting(connection, "server_encoding") == "UTF8"
        role = connection.execute(
            text("SELECT rolsuper, rolbypassrls, rolcreatedb FROM pg_roles "
                 "WHERE rolname = current_user")
        ).one()  # fmt: skip
        assert tuple(role) == (False, False, True)
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        assert connection.scalar(text(owner)) == cluster.ROLE


def test_the_role_clones_databases_that_have_all_extensions(made: Config) -> None:
    with cluster.running(made):
        with connected(made.owner) as connection:
            free = connection.execution_options(isolation_level="AUTOCOMMIT")
            free.execute(text(f"CREATE DATABASE a_clone TEMPLATE {cluster.TEMPLATE}"))
        with connected(cluster.url(made.var, "a_clone")) as connection:
            found = set(connection.scalars(text("SELECT extname FROM pg_extension")))
    assert {"postgis", "pg_trgm", "btree_gist"} <= found


def test_a_second_start_is_quick_and_the_end_stops_it(made: Config) -> None:
    began = time.monotonic()
    with cluster.running(made):
        took_s = time.monotonic() - began
        assert cluster.server(made.var).is_running()
    assert took_s < 5
    assert not cluster.server(made.var).is_running()


def test_the_inner_of_two_users_in_one_process_leaves_it_running(made: Config) -> None:
    with cluster.running(made):
        with cluster.running(made):
            pass
        assert cluster.server(made.var).is_running()


def test_two_processes_make_it_once_and_the_last_one_stops_it(var: Path) -> None:
    users = [user_of(var), user_of(var)]
    assert [user.stdout and user.stdout.readline() for user in users] == ["up\n", "up\n"]
    assert leaves(users[0]) == 0
    with connected(cluster.url(var)) as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    assert leaves(users[1]) == 0
    assert not cluster.server(var).is_running()


def test_a_user_killed_outright_leaves_nothing_that_the_next_one_trips_over(made: Config) -> None:
    user = user_of(made.var)
    assert user.stdout
    assert user.stdout.readline() == "up\n"
    user.kill()
    user.communicate()
    assert cluster.server(made.var).is_running()
    with cluster.running(made):
        pass
    assert not cluster.server(made.var).is_running()


def test_what_was_committed_is_there_after_the_server_was_killed(made: Config) -> None:
    with cluster.running(made):
        with connected(made.owner) as connection:
            connection.execute(text("CREATE TABLE kept AS SELECT 42 AS number"))
            connection.commit()
        kill_all(made)
    with cluster.running(made), connected(made.owner) as connection:
        assert connection.scalar(text("SELECT number FROM kept")) == 42


def test_a_process_that_took_over_the_number_of_a_dead_server_does_not_stop_the_start(
    made: Config,
) -> None:
    server = cluster.server(made.var)
    account = server.account()
    as_owner = {"user": account.uid} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], **as_owner)
    stale = server.data / "postmaster.pid"
    stale.write_text(f"{stranger.pid}\n{server.data}\n1\n5432\n{server.socket_dir}\n\n0 0\n")
    try:
        assert not server.is_running()
        with cluster.running(made), connected(made.database_url) as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_server_started_by_hand_is_left_running(made: Config) -> None:
    server = cluster.server(made.var)
    server.start()
    try:
        with cluster.running(made):
            pass
        assert server.is_running()
    finally:
        server.stop()


def test_a_path_too_long_for_a_socket_gets_a_short_one(place: Path) -> None:
    var = place / ("long" * 30) / "var"
    try:
        with cluster.running(config_of(var)), connected(cluster.url(var)) as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        assert cluster.socket_dir(var).stat().st_mode & 0o777 == 0o700
    finally:
        sweep(var)


def test_a_socket_folder_that_others_could_enter_is_refused(place: Path) -> None:
    var = place / ("long" * 30) / "var"
    cluster.socket_dir(var).mkdir(mode=0o755)
    try:
        with (
            pytest.raises(cluster.ClusterError, match="remove it"),
            cluster.running(config_of(var)),
        ):
            pass
    finally:
        sweep(var)


def test_data_moves_out_of_a_folder_that_the_server_cannot_enter(place: Path) -> None:
    var = place / "home" / "var"
    var.parent.mkdir(mode=0o700)
    try:
        with cluster.running(config_of(var)), connected(cluster.url(var)) as connection:
            assert connection.scalar(text("SELECT 1")) == 1
        assert (var / "pg").is_symlink() == (os.geteuid() == 0)
    finally:
        sweep(var)


def test_a_configured_database_leaves_the_folder_alone(var: Path) -> None:
    with cluster.running(replace(config_of(var), database_url="postgresql://elsewhere/x")):
        assert not var.exists()


def test_asking_for_the_address_makes_nothing(var: Path) -> None:
    assert cluster.url(var).startswith("postgresql+psycopg2://enforcement_app@/enforcement?host=")
    assert not var.exists()
