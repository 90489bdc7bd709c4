"""`enforcement calendar`: the county's working days, and the import of a State Council notice."""

from __future__ import annotations

from pathlib import Path

import click

from enforcement import clock
from enforcement.cli.acting import acting, as_option
from enforcement.cli.output import Output, speaks_json
from enforcement.permissions import Permission
from enforcement.timing import calendars, importing
from enforcement.timing.importing import Plan

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("calendar", help="工作日历 / The calendar of working days.")
def calendar() -> None:
    """Group of the calendar commands."""


@calendar.command("show", help="已知的年份和导入记录 / Known years and imported notices.")
@as_option
@speaks_json
def show(out: Output, username: str) -> None:
    """Tell which years are known, from which source, and until when without a break."""
    with acting(username, Permission.SETTING_CHANGE, commit=False) as (session, actor):
        known = calendars.current(session, actor.county_code)
        until = calendars.known_until(known, clock.today(session))
        rows = calendars.editions(session, actor.county_code)
    data = {
        "known_until": until.isoformat() if until else None,
        "sources": {str(year): source for year, source in sorted(known.sources.items())},
        "editions": [
            {"id": str(row.id), "year": row.year, "source": row.source, "file": row.file_name,
             "by": row.by_name, "at": row.at.isoformat()}
            for row in rows
        ],
    }  # fmt: skip
    lines = [f"工作日历载至 {until or '—'}"]
    lines += [f"{row.year} {row.source} {row.file_name} {row.by_name}" for row in rows]
    out.result(data, "\n".join(lines))


@calendar.command("import")
@click.argument("file", type=FILE)
@click.option("--apply", "applies", is_flag=True, help="预览无误后导入 / Import it; else preview.")
@as_option
@speaks_json
def import_file(out: Output, file: Path, applies: bool, username: str) -> None:
    """Show what the file of a notice (.xlsx, .csv) would change; with --apply put it in force."""
    do = importing.apply if applies else importing.preview
    with acting(username, Permission.SETTING_CHANGE) as (session, actor):
        found = do(session, actor, file.read_bytes(), file.name)
    for one in found.problems:
        out.say(f"第 {one.row} 行 {one.column}：{one.reason}")
    if found.problems:
        message = f"{len(found.problems)} 处有问题，未作任何更改。"
        out.refuse(message, {"error": message, **found.as_json()})
    out.result(found.as_json(), _said(found))


@calendar.command("recount")
@as_option
@speaks_json
def recount(out: Output, username: str) -> None:
    """Count every stored day of what is open anew, by the calendar in force; at once."""
    from enforcement.todo import recounting

    with acting(username, Permission.SETTING_CHANGE) as (session, actor):
        found = recounting.run(session, actor.county_code, actor)
    out.result(
        found,
        f"期限改变：案件 {found['cases']}，措施 {found['measures']}，当场处罚 {found['spot']}，"
        f"检查 {found['inspections']}；待办重新列出 {found['todo']} 件",
    )


def _said(found: Plan) -> str:
    if not found.changes:
        return "文件与现有日历一致，没有需要导入的内容"
    word = "已导入" if found.applied else "预览（未导入，加 --apply 导入）"
    return (
        f"{word}：新增 {len(found.added)} 天，更改 {len(found.changed)} 天，"
        f"不再列入 {len(found.dropped)} 天，不变 {found.same} 天"
    )


COMMANDS: dict[str, click.Command] = {"calendar": calendar}
