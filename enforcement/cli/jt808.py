"""`enforcement jt808`: the process that vehicles' and body-worn terminals talk to."""

from __future__ import annotations

import click

from enforcement.cli.output import Output, speaks_json


@click.command("jt808", help="部标终端接入 / Take positions of JT/T 808 terminals over TCP.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True)
@speaks_json
def jt808(out: Output, host: str, port: int) -> None:
    """Serve terminals until a signal comes."""
    from enforcement import cluster
    from enforcement.config import Config
    from enforcement.terminals import server

    config = Config.from_env()
    with cluster.running(config):
        out.say(f"JT/T 808: {host}:{port}")
        server.run(config.database_url, host, port)


COMMANDS: dict[str, click.Command] = {"jt808": jt808}
