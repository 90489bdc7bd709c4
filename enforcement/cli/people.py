"""`enforcement people`: the four lists as spreadsheets: import, export, templates."""

from __future__ import annotations

from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import save
from enforcement.errors import InvalidInputError
from enforcement.people.imports import exporting, running
from enforcement.people.imports.lists import TABLES, Kind
from enforcement.permissions import Permission
from enforcement.sheets.plans import Preview
from enforcement.sheets.reading import check_size
from enforcement.sheets.writing import TYPES, template

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, path_type=Path)
KIND = click.option(
    "--kind", required=True, type=click.Choice([str(kind) for kind in Kind]),
    help="哪一种名单 / Which list.",
)  # fmt: skip


@click.group("people", help="名单 / Lists of units, people, certificates: import, export.")
def people() -> None:
    """Group of the commands upon lists."""


@people.command("import")
@click.argument("file", type=FILE)
@KIND
@click.option("--apply", "applies", is_flag=True, help="预览无误后导入 / Import it; else preview.")
@click.option("--digest", help="预览的编号 / The plan that was seen.")
@as_option
@speaks_json
def import_file(
    out: Output, file: Path, kind: str, applies: bool, digest: str | None, username: str
) -> None:
    """Show what a spreadsheet (.xlsx, .csv) would change; with --apply do it, all or nothing."""
    check_size(file.stat().st_size)
    data, found = file.read_bytes(), Kind(kind)
    with acting(username, Permission.PEOPLE_MANAGE) as (session, actor):
        if applies:
            seen = running.apply(session, actor, found, data, file.name, digest=digest)
        else:
            seen = running.preview(session, actor, found, data, file.name)
    for one in seen.problems:
        out.say(f"第 {one.row} 行 {one.column}：{one.reason}")
    if seen.problems:
        message = f"{len(seen.problems)} 处有问题，未作任何更改。"
        out.refuse(message, {"error": message, **seen.as_json()})
    out.result(seen.as_json(), _said(seen))


def _said(seen: Preview) -> str:
    word = "已导入" if seen.applied else "预览（未导入，加 --apply 导入）"
    return f"{word}：新增 {len(seen.added)}，更改 {len(seen.changed)}，不变 {seen.same}"


def _suffix(file: Path) -> str:
    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in TYPES:
        raise InvalidInputError("file", "只能写成 .xlsx 或者 .csv 文件。")
    return suffix


@people.command("export")
@click.argument("file", type=TARGET)
@KIND
@click.option("--reason", help="导出完整号码的理由 / Why whole numbers; else they are masked.")
@as_option
@speaks_json
def export(out: Output, file: Path, kind: str, reason: str | None, username: str) -> None:
    """Write a list to FILE (.xlsx or .csv), numbers masked unless there is a reason."""
    suffix = _suffix(file)
    with acting(username, Permission.PEOPLE_READ) as (session, actor):
        data = exporting.export(session, actor, Kind(kind), suffix, reason=reason)
    save(file, data, "file")
    out.result({"file": str(file), "size_bytes": len(data)}, f"已导出 {file}")


@people.command("template")
@click.argument("file", type=TARGET)
@KIND
@speaks_json
def write_template(out: Output, file: Path, kind: str) -> None:
    """Write an empty list to fill in to FILE (.xlsx or .csv)."""
    data = template(TABLES[Kind(kind)], _suffix(file))
    save(file, data, "file")
    out.result({"file": str(file), "size_bytes": len(data)}, f"已写出模板 {file}")


COMMANDS: dict[str, click.Command] = {"people": people}
