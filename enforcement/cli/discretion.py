"""`enforcement discretion`: import and export the county's benchmark of discretion."""

from __future__ import annotations

from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import save
from enforcement.discretion import importing, writing
from enforcement.errors import InvalidInputError
from enforcement.permissions import Permission
from enforcement.sheets.writing import TYPES

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, path_type=Path)


@click.group("discretion", help="裁量基准 / The county's benchmark of discretion.")
def discretion() -> None:
    """Group of the commands of the benchmark."""


@discretion.command("import")
@click.argument("file", type=FILE)
@click.option("--apply", "applies", is_flag=True, help="预览无误后导入 / Import it; else preview.")
@as_option
@speaks_json
def import_file(out: Output, file: Path, applies: bool, username: str) -> None:
    """Show what a spreadsheet (.xlsx, .csv) would change; with --apply put it in force."""
    do = importing.apply if applies else importing.preview
    with acting(username, Permission.POWER_CHANGE) as (session, actor):
        found = do(session, actor, file.read_bytes(), file.name)
    for one in found.problems:
        out.say(f"第 {one.row} 行 {one.column}：{one.reason}")
    if found.problems:
        message = f"{len(found.problems)} 处有问题，未作任何更改。"
        out.refuse(message, {"error": message, **found.as_json()})
    word = "已导入" if found.applied else "预览（未导入，加 --apply 导入）"
    out.result(
        found.as_json(),
        f"{word}：新增 {len(found.added)}，更改 {len(found.changed)}，"
        f"不再列入 {len(found.dropped)}，不变 {found.same}",
    )


@discretion.command("export")
@click.argument("file", type=TARGET)
@as_option
@speaks_json
def export(out: Output, file: Path, username: str) -> None:
    """Write the benchmark in force to FILE (.xlsx or .csv)."""
    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in TYPES:
        raise InvalidInputError("file", "只能导出 .xlsx 或者 .csv 文件。")
    with acting(username, Permission.POWER_READ, commit=False) as (session, actor):
        data = writing.export(session, actor, suffix)
    save(file, data, "file")
    out.result({"file": str(file), "size_bytes": len(data)}, f"已导出 {file}")


COMMANDS: dict[str, click.Command] = {"discretion": discretion}
