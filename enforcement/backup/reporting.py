"""Reports of drills: JSON for programs and a text for people, kept beside the backups."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from enforcement.backup.drilling import Check, Report
from enforcement.backup.places import Place, whole_file
from enforcement.clock import ZONE

FORM: Final = "drill-1"
NAMED: Final = "drill-%Y%m%dT%H%M%S%fZ"
WORDS: Final = {
    "files": "从备份取回的文件 / files brought back",
    "tables": "每张表的行数 / rows of every table",
    "revision": "表结构版本 / revision of the tables",
    "chain": "审计日志链 / audit chain, links",
    "secrets": "加密号码能解开 / encrypted numbers open",
    "documents": "每个文件的内容 / bytes of every document",
}
PARTS: Final = {
    "restore": "恢复 / restore", "tables": "行数 / rows", "chain": "日志链 / chain",
    "secrets": "加密 / secrets", "documents": "文件 / documents", "remove": "清除 / remove",
    "total": "合计 / total",
}  # fmt: skip
MOST: Final = 200
"""Wrong ones of one kind that the text names; the JSON names all."""


def said(report: Report, at: datetime) -> dict[str, Any]:
    """Return a report as JSON."""
    return {"form": FORM, "at": at.isoformat(), "well": report.well, **asdict(report)}


def text(report: Report, at: datetime) -> str:
    """Return a report as people read it."""
    end = "通过 / passed" if report.well else "没有通过 / failed"
    lines = [
        f"恢复演练 / restore drill {at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}",
        f"备份 / backup {report.backup}",
        f"结果 / result: {end}",
    ]
    if report.error:
        lines.append(f"没有恢复成 / not restored: {report.error}")
    if not report.exact:
        lines.append("行数按区间核对：备份时一直有人写入 / rows lie within ranges, as some were "
                     "being written all the time")  # fmt: skip
    for check in report.checks:
        lines += _lines(check)
    lines += [f"{PARTS.get(part, part)}: {value:.1f} s" for part, value in report.seconds.items()]
    return "\n".join(lines) + "\n"


def _lines(check: Check) -> list[str]:
    sign = f"✗ {len(check.wrong)}" if check.wrong else "✓"
    more = [f"    … {len(check.wrong) - MOST}"] if len(check.wrong) > MOST else []
    head = f"{sign} {WORDS[check.what]}: {check.looked_at}"
    return [head, *(f"    {one}" for one in check.wrong[:MOST]), *more]


def keep(place: Place, report: Report, at: datetime) -> tuple[Path, Path]:
    """Write a report into the place; return the paths of JSON and text."""
    name = at.astimezone(UTC).strftime(NAMED)
    paths = place.reports / f"{name}.json", place.reports / f"{name}.txt"
    told = json.dumps(said(report, at), ensure_ascii=False, indent=1) + "\n"
    for path, body in zip(paths, (told, text(report, at)), strict=True):
        with whole_file(path) as file:
            file.write(body.encode())
    return paths


def last(place: Place) -> tuple[datetime | None, bool]:
    """Return when the last drill was and whether it passed; None, False without one."""
    found = sorted(place.reports.glob("drill-*.json")) if place.reports.is_dir() else []
    if not found:
        return None, False
    read = json.loads(found[-1].read_bytes())
    return datetime.fromisoformat(read["at"]), read["well"]
