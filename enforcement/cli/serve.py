"""`enforcement serve`: database, tables, demo county and web pages, all stopped together."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

from enforcement import cluster, webserver
from enforcement.cli.database import db
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.config import Config, ConfigError
from enforcement.postgres.migrations import migrate

PORT = 8000
READY_WITHIN_S = 180  # a small machine that is busy takes more than one minute
STOPPING = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopped(BaseException):
    """Somebody asked this process to stop."""


@click.command("serve", help="启动平台 / Start the platform; Ctrl-C stops it.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help=f"Port; {PORT} unless told.")
@click.option("--check", is_flag=True, help="Start on a free port, ask for health, stop.")
@click.option("--demo/--no-demo", default=True, help="Load the demo county once.")
@speaks_json
def serve(out: Output, host: str, port: int | None, check: bool, demo: bool) -> None:
    """Prepare everything, serve until a signal comes, and stop all that was started."""
    try:
        config = Config.from_env()
    except (ConfigError, PermissionError) as error:
        out.refuse(f"设置有误 / wrong setting: {error}")
    port = port or (webserver.free_port(host) if check else PORT)
    webserver.require_port(host, port)
    try:
        with stopping_on_signals():
            _serve(out, config, host, port, check=check, demo=demo)
    except Stopped:
        out.say("已停止 / stopped")


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn the first signal into Stopped, also in background jobs; later ones are ignored."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        for one in STOPPING:
            signal.signal(one, signal.SIG_IGN)
        raise Stopped

    before = {one: signal.getsignal(one) for one in STOPPING}
    for one in STOPPING:
        if one != signal.SIGHUP or before[one] != signal.SIG_IGN:  # nohup means: stay
            signal.signal(one, stop)
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _serve(out: Output, config: Config, host: str, port: int, *, check: bool, demo: bool) -> None:
    out.say("[4/6] 数据库 / database")
    with cluster.running(config):
        migrate(config.owner, config.app_role)
        out.say("[5/6] 演示县 / demo county")
        accounts = _load_demo() if demo else []
        out.say("[6/6] 网页 / web pages")
        events_port = webserver.next_port(host, port)
        with webserver.serving(host, port, events_port, config.jt808_port) as children:
            for name, own_port in (("web", port), ("events", events_port)):
                webserver.wait_until_well(children[name], host, own_port, wait_s=READY_WITHIN_S)
            _announce(out, f"http://{host}:{port}", accounts, check=check)
            if not check:
                name, code = webserver.wait_for_end(children)
                out.refuse(f"进程停了 / a process ended: {name} ({code})")


def _load_demo() -> list[tuple[str, str, str]]:
    """Load the demo county unless it is there; return its accounts: name, password, role."""
    from enforcement import demo

    with session_scope(owner=True) as session:
        if not demo.is_loaded(session):
            demo.load(session)
    return list(demo.ACCOUNTS)


def _announce(
    out: Output, address: str, accounts: list[tuple[str, str, str]], *, check: bool
) -> None:
    data: dict[str, Any] = {"address": address, "well": True, "accounts": accounts}
    if check:
        out.result(data, f"正常 / well: {address}/healthz")
        return
    lines = [f"  {name:<12} {password:<16} {role}" for name, password, role in accounts]
    head = ["演示账号 / demo accounts:", *lines] if lines else []
    out.result(data, "\n".join([f"就绪 / ready: {address}  (Ctrl-C 停止 / stops)", *head]))


COMMANDS = {"serve": serve, "db": db}
