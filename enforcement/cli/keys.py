"""`enforcement keys`: write encrypted numbers under the first key of the settings."""

from __future__ import annotations

import click

from enforcement import audit, keys
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.jurisdiction import queries as jurisdiction


@click.group("keys", help="密钥 / Keys of encrypted numbers.")
def keys_group() -> None:
    """Group of the commands upon keys."""


@keys_group.command("rotate")
@click.option("--batch", type=click.IntRange(1, 10_000), default=keys.BATCH, show_default=True,
              help="每批行数 / Rows in one transaction.")  # fmt: skip
@speaks_json
def rotate(out: Output, batch: int) -> None:
    """Write every encrypted number anew under the first key, and hash it anew.

    Put the new key before the old one in the key file, restart, run this, then remove the old
    key. It may be broken off and run again; searching works all the while. It works as the owner of
    the tables (ENFORCEMENT_OWNER_URL), who alone may write rows anew that only grow.
    """
    told: dict[str, dict[str, int]] = {}
    with session_scope(owner=True) as session:
        for name in keys.sealed_tables():
            counts, after = {"rows": 0, "changed": 0}, None
            while True:
                done = keys.rotate(session, name, after, batch)
                session.commit()
                counts["rows"] += done.seen
                counts["changed"] += done.changed
                after = done.last
                if after is None:
                    break
            told[name] = counts
            out.say(f"{name}：{counts['rows']} 行，改写 {counts['changed']} 行")
        for county in jurisdiction.list_counties(session):
            audit.record(session, county.county_code, "keys:rotate", "keys", "field", tables=told)
    out.result({"tables": told}, "已完成，可以从密钥文件里去掉旧密钥。")


COMMANDS: dict[str, click.Command] = {"keys": keys_group}
