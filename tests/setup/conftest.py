"""Throw-away folders of state that the server can reach, swept of processes at the end."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from enforcement import cluster
from enforcement.config import Config


def config_of(var: Path) -> Config:
    """Return the settings of a private cluster below `var`."""
    return Config(
        var=var,
        database_url=cluster.url(var),
        owner_url=cluster.owner_url(var),
        secret_key="s",
        field_key="f",
        audit_key="a",
        font_dirs=(),
    )


def sweep(var: Path) -> None:
    """Stop what runs below `var` and remove all that was made for it."""
    server = cluster.server(var)
    if server.folder.exists() and server.is_running():
        server.stop()
    if server.folder.is_symlink():
        shutil.rmtree(server.folder.resolve())
    if server.socket_dir.parent == Path("/tmp"):
        shutil.rmtree(server.socket_dir, ignore_errors=True)
    shutil.rmtree(var, ignore_errors=True)


@pytest.fixture
def place() -> Iterator[Path]:
    """A short new folder that every account may enter."""
    folder = Path(tempfile.mkdtemp(prefix="ef-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def var(place: Path) -> Iterator[Path]:
    """A folder of state that does not exist yet."""
    yield place / "var"
    sweep(place / "var")


@pytest.fixture(scope="session")
def made() -> Iterator[Config]:
    """Settings of a cluster that was made and used once, then stopped."""
    folder = Path(tempfile.mkdtemp(prefix="ef-", dir="/tmp"))
    folder.chmod(0o755)
    config = config_of(folder / "var")
    with cluster.running(config):
        pass
    yield config
    sweep(config.var)
    shutil.rmtree(folder)
