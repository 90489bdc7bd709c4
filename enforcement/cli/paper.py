"""`enforcement paper`: draft, issue and withdraw papers by hand, reserve and read numbers."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import click

from enforcement.case import drafting, queries
from enforcement.case.paper_api import block_shown, lacking, shown
from enforcement.cli import signing
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.config import Config
from enforcement.document import fonts, numbering
from enforcement.document.numbering import Series
from enforcement.permissions import Permission


@click.group("paper", help="文书 / Papers issued by hand, and their numbers.")
def paper_group() -> None:
    """Group of the paper commands."""


@paper_group.command("draft")
@click.argument("named", metavar="CASE")
@click.argument("code")
@as_option
@speaks_json
def draft(out: Output, named: str, code: str, username: str) -> None:
    """Show what a paper (D11) would state of a case (id or AJ…) and what it still lacks."""
    with acting(username, Permission.CASE_WORK, commit=False) as (session, actor):
        case = queries.get(session, actor, case_id(session, actor, named))
        made = drafting.draft(session, actor, case, code)
        missing = lacking(made.missing)
    lines = [f"缺少 {one['zh']}（{one['path']}）" for one in missing]
    result = {"code": code, "data": made.data, "missing": missing}
    out.result(result, "\n".join(lines) or "内容齐全")


@paper_group.command("issue")
@click.argument("named", metavar="CASE")
@click.argument("code")
@click.option(
    "--data",
    type=click.File("r", encoding="utf-8"),
    required=True,
    help="JSON，字段名见文书声明 / JSON as the declaration names the fields; - for stdin.",
)
@click.option("--replaces", type=click.UUID, help="被更正的文书 / The paper that is amended.")
@click.option("--reason", default="", help="更正原因 / Why it is amended.")
@click.option("--reserved", type=click.IntRange(1), help="预留的文号 / A number that was reserved.")
@click.option("--key", help="重复提交只办理一次 / Sent twice, done once.")
@click.option(
    "--out",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="PDF存到 / Where to write the PDF.",
)
@as_option
@speaks_json
def issue(
    out: Output,
    named: str,
    code: str,
    data: Any,
    replaces: uuid.UUID | None,
    reason: str,
    reserved: int | None,
    key: str | None,
    target: Path | None,
    username: str,
) -> None:
    """Issue a paper of a case; the number is taken and the PDF frozen."""
    from enforcement import files

    with acting(username, Permission.CASE_WORK) as (session, actor):
        document = drafting.issue(
            session, actor, case_id(session, actor, named), code, json.load(data), key=key,
            replaces_id=replaces, reason=reason, reserved=reserved,
        )  # fmt: skip
        result = shown(document)
        pdf = files.read(document.county_code, document.sha256)
    if target is not None:
        target.write_bytes(pdf)
    out.result(result, f"已制作 {result['number'] or code}，{result['pages']}页")


@paper_group.command("withdraw")
@click.argument("named", metavar="CASE")
@click.argument("document", type=click.UUID)
@click.option("--reason", required=True)
@as_option
@speaks_json
def withdraw(out: Output, named: str, document: uuid.UUID, reason: str, username: str) -> None:
    """Withdraw a paper; its number stays taken."""
    with acting(username, Permission.CASE_WORK) as (session, actor):
        row = drafting.withdraw(session, actor, case_id(session, actor, named), document, reason)
        result = {"document": str(row.document_id), "reason": row.reason}
    out.result(result, "已作废，文号保留")


@paper_group.command("seal")
@click.argument("named", metavar="CASE")
@click.argument("document", type=click.UUID)
@as_option
@speaks_json
def seal(out: Output, named: str, document: uuid.UUID, username: str) -> None:
    """Put the organ's seal on a paper, and sign the file where there is a certificate."""
    with acting(username, Permission.SEAL_APPLY) as (session, actor):
        made = drafting.seal(session, actor, case_id(session, actor, named), document)
        copies = [{"kind": one.kind, "sha256": one.sha256.hex()} for one in made]
    out.result({"copies": copies}, "\n".join(f"{one['kind']} {one['sha256']}" for one in copies))


@paper_group.command("numbers")
@click.argument("organ")
@click.argument("word")
@click.argument("year", type=int)
@as_option
@speaks_json
def numbers(out: Output, organ: str, word: str, year: int, username: str) -> None:
    """List the numbers of a series (梨综执 罚决 2026) and their fates; exit 1 where one lacks."""
    series = Series(organ, word, year)
    rows: list[numbering.Entry] = []
    with acting(username, Permission.DOCUMENT_READ, commit=False) as (session, actor):
        before: int | None = None
        while before is None or before > 1:
            found = numbering.register(
                session, actor.county_code, series, before=before, limit=1000
            )
            rows += found
            before = found[-1].n if found else 1
    missing = [one.n for one in rows if one.fate == "missing"]
    result = {
        "numbers": [{"n": one.n, "fate": one.fate, "code": one.code} for one in reversed(rows)],
        "missing": missing,
    }
    if missing:
        out.refuse(f"缺号：{'、'.join(map(str, missing))}", result)
    lines = [f"{series.number(one.n)} {one.fate}" for one in reversed(rows)]
    out.result(result, "\n".join(lines) or "没有文号")


@paper_group.command("reserve")
@click.argument("organ")
@click.argument("word")
@click.argument("year", type=int)
@click.argument("count", type=int)
@click.option("--device", required=True, help="离线设备 / The device that will be offline.")
@as_option
@speaks_json
def reserve(
    out: Output, organ: str, word: str, year: int, count: int, device: str, username: str
) -> None:
    """Set numbers apart for a device that will issue papers offline."""
    with acting(username, Permission.CASE_WORK) as (session, actor):
        block = numbering.reserve(session, actor, Series(organ, word, year), count, device)
        result = block_shown(block)
    out.result(result, "\n".join(result["numbers"]))


@paper_group.command("void")
@click.argument("block", type=click.UUID)
@click.option("--reason", required=True)
@as_option
@speaks_json
def void(out: Output, block: uuid.UUID, reason: str, username: str) -> None:
    """Void what is left of a block of reserved numbers."""
    with acting(username, Permission.CASE_WORK) as (session, actor):
        left = numbering.give_up(session, actor, block, reason)
    out.result({"void": left}, f"已作废{len(left)}个文号")


@paper_group.command("fonts")
@speaks_json
def list_fonts(out: Output) -> None:
    """Tell which font prints each face of the papers; exit 1 where one lacks."""
    config = Config.from_env()
    faces = fonts.report(config.font_dirs)
    result = {
        "folders": [str(one) for one in config.font_dirs],
        "faces": [{"face": one.face, "family": one.family} for one in faces],
    }
    lines = [
        f"{one.face}：{one.family or '缺少'}{'（开源替代字体）' if one.is_substitute else ''}"
        for one in faces
    ]
    if any(one.family is None for one in faces):
        out.refuse("\n".join(lines), result)
    out.result(result, "\n".join(lines))


for _command in signing.COMMANDS:
    paper_group.add_command(_command)

COMMANDS: dict[str, click.Command] = {"paper": paper_group}
