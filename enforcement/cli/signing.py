"""`enforcement paper signatures|sign|refuse|written`: signing a paper of a case by hand."""

from __future__ import annotations

import json
import uuid
from typing import Any

import click

from enforcement.case import drafting
from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.document import handsigning
from enforcement.document.handsigning import Refused, Signed, Taken
from enforcement.document.sign_api import shown
from enforcement.law.paper_signing import SignRole
from enforcement.permissions import Permission

DEVICE = "enforcement paper sign"


def as_text(found: dict[str, Any]) -> str:
    """Return who has signed, in words."""
    lines = []
    for one in found["places"]:
        done = f"{len(one['signed_pages'])}/{len(one['pages'])}页"
        state = "拒绝签名" if one["refusal"] else done
        lines.append(f"{SignRole(one['role']).zh}{one['n']} {one['name']} {state}")
    return "\n".join([*lines, *found["problems"]]) or "该文书不需要手写签名"


@click.command("signatures")
@click.argument("named", metavar="CASE")
@click.argument("document", type=click.UUID)
@as_option
@speaks_json
def signatures(out: Output, named: str, document: uuid.UUID, username: str) -> None:
    """List who signs a paper and check what was signed; exit 1 where it was changed."""
    with acting(username, Permission.DOCUMENT_READ, commit=False) as (session, actor):
        paper = drafting.to_sign(session, actor, case_id(session, actor, named), document, False)
        found = shown(session, paper)
    if found["problems"]:
        out.refuse(as_text(found), found)
    out.result(found, as_text(found))


@click.command("sign")
@click.argument("named", metavar="CASE")
@click.argument("document", type=click.UUID)
@click.option("--role", type=click.Choice([str(one) for one in SignRole]), required=True)
@click.option("--n", type=click.IntRange(1), default=1, show_default=True)
@click.option("--name", required=True, help="签名人 / Who signs.")
@click.option("--strokes", type=click.File("r", encoding="utf-8"), required=True,
              help="JSON：{页: 笔画} / JSON: {page: strokes}; - for stdin.")  # fmt: skip
@click.option("--place", help="签名地点 / Where.")
@click.option("--key", help="重复提交只办理一次 / Sent twice, done once.")
@as_option
@speaks_json
def sign(
    out: Output,
    named: str,
    document: uuid.UUID,
    role: str,
    n: int,
    name: str,
    strokes: Any,
    place: str | None,
    key: str | None,
    username: str,
) -> None:
    """Keep what a person signed on each page; strokes as the page's pads give them."""
    pages = {int(page): lines for page, lines in json.load(strokes).items()}
    said = Signed(SignRole(role), n, name, pages, Taken(device=DEVICE, place=place))
    with acting(username, Permission.CASE_WORK) as (session, actor):
        paper = drafting.to_sign(session, actor, case_id(session, actor, named), document, True)
        handsigning.sign(session, actor, paper, said, key=key)
        found = shown(session, paper)
    out.result(found, as_text(found))


@click.command("refuse")
@click.argument("named", metavar="CASE")
@click.argument("document", type=click.UUID)
@click.option("--reason", required=True)
@click.option("--witness", default="", help="见证人 / The witness.")
@click.option("--recording", default="", help="拍照、录像编号 / Photo or video.")
@as_option
@speaks_json
def refuse(
    out: Output,
    named: str,
    document: uuid.UUID,
    reason: str,
    witness: str,
    recording: str,
    username: str,
) -> None:
    """Note that the party refuses to sign."""
    said = Refused(reason, witness, recording, Taken(device=DEVICE))
    with acting(username, Permission.CASE_WORK) as (session, actor):
        paper = drafting.to_sign(session, actor, case_id(session, actor, named), document, True)
        handsigning.refuse(session, actor, paper, said)
        found = shown(session, paper)
    out.result(found, as_text(found))


@click.command("written")
@click.argument("named", metavar="CASE")
@click.argument("document", type=click.UUID)
@as_option
@speaks_json
def written(out: Output, named: str, document: uuid.UUID, username: str) -> None:
    """Make the signed file of a paper, once all have signed."""
    with acting(username, Permission.CASE_WORK) as (session, actor):
        paper = drafting.to_sign(session, actor, case_id(session, actor, named), document, True)
        copy = handsigning.finish(session, actor, paper)
        result = {"document": str(document), "sha256": copy.sha256.hex()}
    out.result(result, f"已生成 {result['sha256']}")


COMMANDS = (signatures, sign, refuse, written)
"""They join the group of the paper commands."""
