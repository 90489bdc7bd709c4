"""`enforcement events`: the process that keeps screens up to date (server-sent events)."""

from __future__ import annotations

import click

from enforcement.cli.output import Output, speaks_json


@click.command("events", help="实时推送 / Server-sent events for desks, walls and phones.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@speaks_json
def events(out: Output, host: str, port: int) -> None:
    """Serve /events until a signal comes."""
    import uvicorn

    from enforcement import cluster
    from enforcement.config import Config

    with cluster.running(Config.from_env()):
        uvicorn.run(
            "enforcement.streams.app:build",
            factory=True,
            host=host,
            port=port,
            log_level="warning",
            timeout_graceful_shutdown=2,
        )


COMMANDS: dict[str, click.Command] = {"events": events}
