"""`enforcement power`: ask what a unit may do; import and export the power list."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import save
from enforcement.errors import InvalidInputError
from enforcement.law.power_terms import ActType, ItemStatus
from enforcement.permissions import Permission
from enforcement.power import acts, importing, queries, services
from enforcement.sheets.plans import Preview
from enforcement.sheets.writing import TYPES

DAY = click.DateTime(formats=["%Y-%m-%d"])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, path_type=Path)


@click.group("power", help="权责清单 / The power list: ask, import, export.")
def power() -> None:
    """Group of the commands of the power list."""


@power.command("may")
@click.argument("unit")
@click.argument("matter")
@click.argument("place")
@click.option(
    "--act",
    type=click.Choice([str(one) for one in ActType]),
    default=str(ActType.PENALTY),
    show_default=True,
    help="类型 / What kind of act.",
)
@click.option("--on", type=DAY, help="行为发生日期 / Day of the unlawful act. [default: today]")
@click.option("--decided-on", type=DAY, help="办理（决定）日期 / Day of the organ's act.")
@as_option
@speaks_json
def may(
    out: Output, unit: str, matter: str, place: str, act: str, on: datetime | None,
    decided_on: datetime | None, username: str,
) -> None:  # fmt: skip
    """Say whether a UNIT (code) may act on a MATTER at a PLACE (division code), and why."""
    with acting(username, Permission.POWER_READ) as (session, actor):
        found = acts.ask(
            session, actor, unit, ActType(act), matter, place,
            on.date() if on else None, decided_on.date() if decided_on else None,
        )  # fmt: skip
    verdict = "可以" if found.allowed else "不可以"
    name = f"名义和印章：{found.in_name_of}。" if found.in_name_of else ""
    out.result(acts.answer_json(found), f"{verdict}：{found.reason}{name}（{found.article}）")


@power.command("import")
@click.argument("file", type=FILE)
@click.option("--apply", "applies", is_flag=True, help="预览无误后导入 / Import it; else preview.")
@as_option
@speaks_json
def import_file(out: Output, file: Path, applies: bool, username: str) -> None:
    """Show what a spreadsheet (.xlsx, .csv) would change; with --apply do it, all or nothing."""
    do = importing.apply if applies else importing.preview
    with acting(username, Permission.POWER_CHANGE) as (session, actor):
        found = do(session, actor, file.read_bytes(), file.name)
    for one in found.problems:
        out.say(f"第 {one.row} 行 {one.column}：{one.reason}")
    if found.problems:
        count = len(found.problems)
        message = f"{count} 处有问题，未作任何更改。"
        out.refuse(message, {"error": message, **found.as_json()})
    out.result(found.as_json(), _said(found))


def _said(found: Preview) -> str:
    word = "已导入" if found.applied else "预览（未导入，加 --apply 导入）"
    return f"{word}：新增 {len(found.added)}，更改 {len(found.changed)}，不变 {found.same}"


@power.command("export")
@click.argument("file", type=TARGET)
@as_option
@speaks_json
def export(out: Output, file: Path, username: str) -> None:
    """Write the whole list to FILE (.xlsx or .csv)."""
    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in TYPES:
        raise InvalidInputError("file", "只能导出 .xlsx 或者 .csv 文件。")
    with acting(username, Permission.POWER_READ) as (session, actor):
        data = acts.export(session, actor, suffix)
    save(file, data, "file")
    out.result({"file": str(file), "size_bytes": len(data)}, f"已导出 {file}")


@power.command("status")
@click.argument("code")
@click.argument("status", type=click.Choice([str(one) for one in ItemStatus]))
@click.option("--reason", required=True, help="理由 / Why.")
@click.option("--on", type=DAY, help="自哪一天起 / First day. [default: today]")
@as_option
@speaks_json
def status(
    out: Output, code: str, status: str, reason: str, on: datetime | None, username: str
) -> None:
    """Withdraw, suspend or restore the item of a CODE."""
    with acting(username, Permission.POWER_CHANGE) as (session, actor):
        item = queries.find_by_code(session, actor.county_code, code)
        if item is None:
            raise InvalidInputError("code", f"权责清单中没有编码为 {code} 的事项。")
        wanted = ItemStatus(status)
        day = on.date() if on else None
        services.set_status(session, actor, item.id, wanted, on=day, reason=reason)
        found = acts.item_json(item, queries.get(session, actor.county_code, item.id).unit_name)
    out.result(found, f"{code} {wanted.zh}")


COMMANDS: dict[str, click.Command] = {"power": power}
