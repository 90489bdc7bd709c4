"""`enforcement db`: revisions of the tables, and a session for administrators."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import click
from sqlalchemy import make_url

from enforcement import cluster
from enforcement.cli.output import Output, speaks_json
from enforcement.config import Config
from enforcement.postgres.binaries import newest_binaries
from enforcement.postgres.migrations import migrate, revisions


@click.group("db", help="数据库 / The database: its revisions and its own shell.")
def db() -> None:
    """Group of the database commands."""


@db.command("migrate", help="升级表结构 / Bring the tables to the newest revision.")
@speaks_json
def migrate_command(out: Output) -> None:
    """Run all newer revisions."""
    config = Config.from_env()
    with cluster.running(config):
        revision = migrate(config.owner, config.app_role)
    out.result({"revision": revision}, f"版本 / revision {revision}")


@db.command("status", help="查看状态 / Say which database is used and which revision it has.")
@speaks_json
def status_command(out: Output) -> None:
    """Say where the tables stand; a private cluster is started for the question."""
    config = Config.from_env()
    private = cluster.is_private(config)
    was_up = cluster.server(config.var).is_running() if private else True
    with cluster.running(config):
        current, head = revisions(config.database_url)
    url, owner = (
        make_url(one).render_as_string(hide_password=True)
        for one in (config.database_url, config.owner)
    )
    data = {"url": url, "owner": owner, "private": private, "running": was_up,
            "revision": current, "newest": head}  # fmt: skip
    text = (f"{url}\n表的所有者 / owner of the tables: {owner}\n运行 / running: {was_up}"
            f"\n版本 / revision: {current} (最新 / newest: {head})")  # fmt: skip
    out.result(data, text)


@db.command(
    "psql",
    help="打开 psql / Open psql, with its own arguments after --. With --json: how to call it.",
)
@click.option("--owner", is_flag=True, help="As the owner of the tables.")
@click.argument("arguments", nargs=-1)
@speaks_json
def psql_command(out: Output, owner: bool, arguments: tuple[str, ...]) -> None:
    """Open psql on the database as the application's role, or as the owner of the tables."""
    config = Config.from_env()
    url = make_url(config.owner if owner else config.database_url).set(drivername="postgresql")
    bare = url.set(password=None).render_as_string()
    args = [_psql(out), "--dbname", bare, *arguments]
    if out.as_json:
        out.result({"command": args})
        return
    env = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    with cluster.running(config):
        code = subprocess.run(args, env=env, check=False).returncode  # noqa: S603
    raise SystemExit(code)


def _psql(out: Output) -> str:
    found = shutil.which("psql") or str(newest_binaries() / "psql")
    if not Path(found).exists():
        out.refuse("没有 psql：请安装 postgresql-client / no psql: install postgresql-client")
    return found
