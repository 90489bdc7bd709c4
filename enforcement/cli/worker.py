"""`enforcement worker`: what falls due, by the database's clock; several may run at once."""

from __future__ import annotations

import signal
import threading

import click

from enforcement.cli.output import Output, speaks_json


@click.command("worker", help="后台处理 / Does what falls due: escalations, reminders.")
@click.option("--once", is_flag=True, help="Do what is due by now, then end.")
@speaks_json
def worker(out: Output, once: bool) -> None:
    """Claim due steps and act upon them until a signal comes."""
    from enforcement import cluster, create_app
    from enforcement.config import Config
    from enforcement.worker import loop

    config = Config.from_env()
    app, stop = create_app(config, serves=False), threading.Event()
    with cluster.running(config), app.app_context():
        if once:
            count = loop.run_due(app.extensions["enforcement.sessions"])
            out.result({"done": count}, f"办理 {count} 项")
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        out.say("后台处理已启动 / the worker runs")
        loop.run(app, stop)
    out.say("后台处理已停止 / the worker has stopped")


COMMANDS: dict[str, click.Command] = {"worker": worker}
