"""`enforcement audit`: the log of who did what, its chain, its checkpoints, and their key."""

from __future__ import annotations

import click
from sqlalchemy.orm import Session

from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.errors import InvalidInputError
from enforcement.trail import changes, checkpoints, queries, signing
from enforcement.trail.api import judged, shown
from enforcement.trail.chain import Chain
from enforcement.trail.checkpoints import Verdicts
from enforcement.trail.queries import Asked

DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group("audit", help="审计日志 / The audit log and its chain of hashes.")
def audit() -> None:
    """Group of the commands on the audit log."""


def _counties(session: Session, code: str | None) -> list[str]:
    found = checkpoints.counties(session)
    if code is not None and code not in found:
        raise InvalidInputError("county", f"没有代码为 {code} 的县。")
    return [code] if code else found


@audit.command("verify", help="核对日志链和数据 / Check both chains and every row; exits with 1.")
@click.option("--county", metavar="CODE", help="县的代码，默认全部 / One county; all by default.")
@click.option("--public-key", metavar="HEX", help="另存的公钥 / The key kept elsewhere.")
@speaks_json
def verify(out: Output, county: str | None, public_key: str | None) -> None:
    """Name each row that was changed, removed, put in or moved since it was written."""
    key = _key(public_key)
    with session_scope(commit=False) as session:
        verdicts = {
            code: checkpoints.verdicts(session, code, whole=True, public_key=key)
            for code in _counties(session, county)
        }
    lines = [line for code, one in verdicts.items() for line in _lines(code, one)]
    well = all(one.well for one in verdicts.values())
    told = {"well": well, "counties": {code: judged(one) for code, one in verdicts.items()}}
    out.result(told, "\n".join(lines))
    if not well:
        raise SystemExit(1)


def _key(said: str | None) -> bytes | None:
    try:
        key = bytes.fromhex(said) if said is not None else None
    except ValueError:
        key = b""
    if key is not None and len(key) != 32:
        raise InvalidInputError("public-key", "公钥应当是64位十六进制数。")
    return key


def _lines(code: str, seen: Verdicts) -> list[str]:
    if seen.well:
        acts, rows = seen.acts.last, seen.rows.last
        return [f"{code} 完好，操作 {acts}，数据变更 {rows} / {acts} acts, {rows} changes: well"]
    return [
        f"{code} {Chain(one.chain).zh} 第 {one.seq or '—'} 条 {one.fault.zh} / {one.fault.en}: "
        f"{one.table or ''} {one.audit_id or '—'} {one.at or ''}".rstrip()
        for one in seen.found
    ]


@audit.command("checkpoint", help="签名检查点 / Make and sign the checkpoint of today.")
@click.option("--county", metavar="CODE", help="县的代码，默认全部 / One county; all by default.")
@speaks_json
def checkpoint(out: Output, county: str | None) -> None:
    """Check the chain since the last checkpoint and sign where it ends."""
    with session_scope() as session:
        rows = [checkpoints.make(session, code) for code in _counties(session, county)]
        told = [{"county": row.county_code, **shown(row)} for row in rows]
    lines = [f"{one['county']} {one['on_day']} {one['seq']} {one['hash']}" for one in told]
    out.result({"checkpoints": told}, "\n".join(lines))


@audit.command("key", help="公钥 / The key that opens the signatures of checkpoints.")
@speaks_json
def key(out: Output) -> None:
    """Print the public key; the audit administrator keeps it apart from the platform."""
    with session_scope(commit=False):
        found = signing.public_key().hex()
    out.result({"public_key": found}, found)


@audit.command("list", help="列出 / List rows, the newest first.")
@click.option("--county", required=True, metavar="CODE")
@click.option("--user", "username", metavar="USERNAME")
@click.option("--kind", metavar="KIND")
@click.option("--subject", metavar="TEXT")
@click.option("--first", type=DAY)
@click.option("--last", type=DAY)
@click.option("--limit", type=click.IntRange(1, queries.MOST), default=queries.PAGE)
@speaks_json
def list_rows(out: Output, county: str, limit: int, **said: object) -> None:
    """Print rows of the log."""
    days = {name: value.date() if value else None  # type: ignore[attr-defined]
            for name, value in said.items() if name in ("first", "last")}  # fmt: skip
    with session_scope(commit=False) as session:
        [code] = _counties(session, county)
        rows, more = queries.list_page(session, code, Asked(**(said | days)), limit=limit)  # type: ignore[arg-type]
        told = [queries.shown(row) for row in rows]
    lines = [f"{one['at']} {one['username'] or '—'} {one['act']} {one['subject']}" for one in told]
    out.result({"rows": told, "next": more}, "\n".join(lines))


@audit.command("rows", help="数据变更 / List what changed in rows, the newest first.")
@click.option("--county", required=True, metavar="CODE")
@click.option("--table", metavar="TABLE")
@click.option("--key", metavar="ID")
@click.option("--limit", type=click.IntRange(1, queries.MOST), default=queries.PAGE)
@speaks_json
def list_changes(out: Output, county: str, table: str | None, key: str | None, limit: int) -> None:
    """Print who changed which rows of the business tables, with what stood there before."""
    with session_scope(commit=False) as session:
        [code] = _counties(session, county)
        rows, more = changes.list_page(session, code, changes.Asked(table, key), limit=limit)
        told = [changes.shown(one) for one in rows]
    lines = [f"{one['at']} {one['username'] or '—'} {one['act']} {one['table']} {each['key']}"
             f" {each.get('before', '')} → {each.get('after', '')}"
             for one in told for each in one["rows"]]  # fmt: skip
    out.result({"rows": told, "next": more}, "\n".join(lines))


COMMANDS: dict[str, click.Command] = {"audit": audit}
