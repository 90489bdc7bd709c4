"""`enforcement demo`: the demonstration county."""

from __future__ import annotations

import click

from enforcement import cluster
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.config import Config
from enforcement.postgres.migrations import migrate


@click.group("demo", help="演示县 / The demonstration county.")
def demo_group() -> None:
    """Group of the demonstration commands."""


@demo_group.command("load", help="载入演示县，只载入一次 / Load the demonstration county, once.")
@click.option("--walked/--not-walked", default=True, help="With a past patrol that was walked.")
@speaks_json
def load(out: Output, walked: bool) -> None:
    """Bring the tables to the newest revision and load places, people and some weeks of work.

    As the owner of the tables: only he moves the clock, on which those weeks are played.
    """
    from enforcement import demo

    config = Config.from_env()
    with cluster.running(config):
        migrate(config.owner, config.app_role)
        with session_scope(owner=True) as session:
            found = demo.load(session, walked=walked)
    accounts = [
        {"username": name, "password": word, "role": role} for name, word, role in demo.ACCOUNTS
    ]
    lines = [f"  {name:<12} {word:<16} {role}" for name, word, role in demo.ACCOUNTS]
    told = "已载入演示县" if found["loaded"] else "演示县早已载入，未作更改"
    out.result(found | {"accounts": accounts}, "\n".join([f"{told} {found['county']}", *lines]))


COMMANDS: dict[str, click.Command] = {"demo": demo_group}
