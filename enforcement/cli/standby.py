"""`enforcement standby`: a second server that follows the first, and takes its place."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from enforcement import cluster
from enforcement.cli.output import Output, speaks_json
from enforcement.config import Config
from enforcement.postgres import standby as servers
from enforcement.postgres.account import ClusterError, account_for
from enforcement.postgres.binaries import binaries_of
from enforcement.postgres.standby import Status

URL = click.option(
    "--url", metavar="CONNINFO",
    help="哪个数据库，默认平台自己的 / Which server. [default: that of ENFORCEMENT_VAR]",
)  # fmt: skip
FENCED = (
    "原主机断电或者断网了吗？它若再接收写入，那些写入就会丢失。\n"
    "Is the old primary powered off or cut from the network? What it takes from now on is lost."
)


@click.group("standby", help="备机 / A standby: make it, look at it, put it in the first's place.")
def standby() -> None:
    """Group of the commands upon standbys."""


def _where(url: str | None) -> str:
    """Return how the server is reached: as told, else the private one, which must run."""
    if url is not None:
        return url
    config = Config.from_env()
    if not cluster.is_private(config):
        raise ClusterError(
            "这个数据库不归平台管理：请用 --url / not our database: name it with --url"
        )
    return servers.conninfo(cluster.server(config.var))


@standby.command("make", help="做一个备机 / Make a standby of a running primary.")
@click.option("--from", "source", metavar="CONNINFO",
              help="主机 / The primary, as who may replicate. [default: our own]")  # fmt: skip
@click.option("--into", type=click.Path(path_type=Path, file_okay=False),
              help="本机的新文件夹，做好就启动 / A new folder here; started.")  # fmt: skip
@click.option("--data", type=click.Path(path_type=Path, file_okay=False),
              help="由 Debian 等管理的数据目录，不启动 / A data folder others start.")  # fmt: skip
@click.option("--name", default=servers.NAME, show_default=True, help="备机的名称 / Its name.")
@click.option("--sync", is_flag=True, help="提交等它确认 / Let commits wait for it.")
@speaks_json
def make(
    out: Output, source: str | None, into: Path | None, data: Path | None, name: str, sync: bool
) -> None:
    """Copy the primary with a slot of its own, let the copy follow, say what is next."""
    if (into is None) == (data is None):
        raise ClusterError(
            "请用 --into 或 --data 指定一个文件夹 / name one folder: --into or --data"
        )
    primary = _where(source)
    if into is not None:
        _beside(out, primary, into.resolve(), name)
    elif data is not None:
        _copied(primary, data.resolve(), name)
    if sync and into is not None:
        servers.require(primary, name)
    told = {"name": name, "folder": str((into or data or Path()).resolve()),
            "started": into is not None, "sync": sync and into is not None}  # fmt: skip
    out.result(told, _next(told, sync=sync))


def _beside(out: Output, primary: str, into: Path, name: str) -> None:
    """Make and start one that the platform runs itself, in a folder like var/."""
    server = cluster.server(into)
    if server.data.exists():
        raise ClusterError(f"{server.data} 已经有了 / is there already")
    into.mkdir(parents=True, exist_ok=True)
    server.make_folder()
    servers.copy(primary, server.data, _bin(primary), server.account(), name)
    out.say(f"已复制到 / copied into {server.data}")
    server.start()
    servers.wait_for(primary, name)


def _copied(primary: str, data: Path, name: str) -> None:
    """Make one whose data folder belongs to somebody who starts it himself."""
    data.parent.mkdir(parents=True, exist_ok=True)
    account = account_for(data)
    if not data.exists():
        data.mkdir(mode=0o700)
        account.own(data)
    servers.copy(primary, data, _bin(primary), account, name)


def _bin(primary: str) -> Path:
    with servers.opened(primary) as cursor:
        cursor.execute("SHOW server_version_num")
        row = cursor.fetchone()
    return binaries_of(str(int(row[0]) // 10000 if row else ""))


def _next(told: dict[str, Any], *, sync: bool) -> str:
    name, folder = told["name"], told["folder"]
    lines = [f"备机 {name} 在 {folder} / the standby lies there"]
    if not told["started"]:
        lines.append("启动它 / start it: pg_ctlcluster, systemctl, …")
    if not told["sync"]:
        lines.append(f"{'随后' if sync else '要让'}提交等它确认 / to let commits wait for it: "
                     f"ALTER SYSTEM SET synchronous_standby_names = '{name}'; "
                     "SELECT pg_reload_conf()")  # fmt: skip
    lines.append("查看 / look: enforcement standby status")
    return "\n".join(lines)


@standby.command("status", help="主备状态 / What the server is, and how far a standby is behind.")
@URL
@speaks_json
def status(out: Output, url: str | None) -> None:
    """Say how the server stands; exits with 1 where commits wait for a standby that is away."""
    seen = servers.status(_where(url))
    told = asdict(seen) | {"well": _well(seen)}
    if not _well(seen):
        why = f"提交在等备机 {seen.waits_for}，它不在 / commits wait for a standby that is away"
        out.refuse("\n".join([*_lines(seen), why]), {"error": why, **told})
    out.result(told, "\n".join(_lines(seen)))


def _well(seen: Status) -> bool:
    return not (seen.primary and seen.waits_for) or any(
        one.sync in ("sync", "quorum") for one in seen.followers
    )


def _lines(seen: Status) -> list[str]:
    if seen.following is not None:
        one = seen.following
        return [f"备机，接收 {one.receiver or '中断'}，落后 {one.behind} 字节，最近一笔在"
                f" {one.last_act_s or 0:.0f} 秒前 / standby, receiver {one.receiver or 'away'}, "
                f"{one.behind} bytes to replay"]  # fmt: skip
    waits = seen.waits_for or "—"
    return [f"主机，提交等待 {waits} / primary, commits wait for {waits}"] + [
        f"  {one.name or one.slot}: {one.state or '不在 / away'} {one.sync or ''} "
        f"落后 {one.behind} 字节 {one.lag_s:.1f} 秒 / behind"
        f"{'' if one.wal in (None, 'reserved') else ' WAL ' + one.wal}"
        for one in seen.followers
    ]


@standby.command("promote", help="备机升为主机 / Put a standby in the place of the first.")
@URL
@click.option("--yes", is_flag=True, help="原主机已隔离 / The old primary is fenced; do not ask.")
@speaks_json
def promote(out: Output, url: str | None, yes: bool) -> None:
    """Ask whether the old primary is fenced, refuse while it answers, then promote."""
    where = _where(url)
    if servers.status(where).primary:
        raise ClusterError("这不是备机，已经可写 / this is no standby: it takes writes already")
    if servers.primary_answers(where):
        raise ClusterError(
            "原主机还在应答：先断电或者断网，再升备机，否则两边都接收写入。"
            " / the primary still answers: power it off or cut its network first."
        )
    if not yes and not click.confirm(FENCED, err=True):
        raise ClusterError("没有升 / not promoted")
    servers.promote(where)
    out.result(
        {"promoted": True},
        "已升为主机，不等备机 / promoted; it waits for no standby.\n"
        "原主机不能直接启动：用 pg_rewind 或 enforcement standby make 重做成备机"
        " / never simply start the old one: pg_rewind it, or make it anew as a standby.",
    )


COMMANDS: dict[str, click.Command] = {"standby": standby}
