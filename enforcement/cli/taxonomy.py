"""`enforcement incident taxonomy`: import and export the county's categories, limits and calls."""

from __future__ import annotations

from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.cli.values import save
from enforcement.errors import InvalidInputError
from enforcement.permissions import Permission
from enforcement.sheets.writing import TYPES
from enforcement.taxonomy import importing, writing
from enforcement.taxonomy.importing import Plan
from enforcement.taxonomy.models import ListKind

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
TARGET = click.Path(dir_okay=False, path_type=Path)
LIST = click.option(
    "--list", "brings", type=click.Choice([str(one) for one in ListKind]),
    default=str(ListKind.CATEGORIES), show_default=True, help="清单 / Which list.",
)  # fmt: skip


@click.group("taxonomy", help="事件类别、时限和逐级呼叫 / Categories, limits and calls.")
def taxonomy() -> None:
    """Group of the commands of the county's list."""


@taxonomy.command("import")
@click.argument("file", type=FILE)
@LIST
@click.option("--apply", "applies", is_flag=True, help="预览无误后导入 / Import it; else preview.")
@as_option
@speaks_json
def import_file(out: Output, file: Path, brings: str, applies: bool, username: str) -> None:
    """Show what a spreadsheet (.xlsx, .csv) would change; with --apply put it in force."""
    do = importing.apply if applies else importing.preview
    with acting(username, Permission.SETTING_CHANGE) as (session, actor):
        found = do(session, actor, ListKind(brings), file.read_bytes(), file.name)
    for one in found.problems:
        out.say(f"第 {one.row} 行 {one.column}：{one.reason}")
    if found.problems:
        message = f"{len(found.problems)} 处有问题，未作任何更改。"
        out.refuse(message, {"error": message, **found.as_json()})
    out.result(found.as_json(), _said(found))


def _said(found: Plan) -> str:
    word = "已导入" if found.applied else "预览（未导入，加 --apply 导入）"
    if not found.changes:
        return "文件与现有清单一致，没有需要导入的内容"
    return (
        f"{word}：新增 {len(found.added)}，更改 {len(found.changed)}，"
        f"不再列入 {len(found.dropped)}，不变 {found.same}"
    )


@taxonomy.command("export")
@click.argument("file", type=TARGET)
@LIST
@as_option
@speaks_json
def export(out: Output, file: Path, brings: str, username: str) -> None:
    """Write the list in force to FILE (.xlsx or .csv)."""
    suffix = file.suffix.lower().removeprefix(".")
    if suffix not in TYPES:
        raise InvalidInputError("file", "只能导出 .xlsx 或者 .csv 文件。")
    with acting(username, Permission.SETTING_CHANGE, commit=False) as (session, actor):
        data = writing.export(session, actor, ListKind(brings), suffix)
    save(file, data, "file")
    out.result({"file": str(file), "size_bytes": len(data)}, f"已导出 {file}")
