"""`enforcement backup` and `enforcement restore`: whole backups, checks, drills, the way back."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from enforcement import audit, cluster
from enforcement.backup import (
    archiving,
    drilling,
    filing,
    making,
    manifest,
    places,
    pruning,
    reporting,
    restoring,
    verifying,
    watching,
)  # fmt: skip
from enforcement.backup.filing import Tally
from enforcement.backup.manifest import Manifest
from enforcement.backup.places import Place
from enforcement.backup.recovering import Target
from enforcement.backup.sealing import BackupError, Key
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.clock import ZONE
from enforcement.config import Config
from enforcement.errors import DomainError, InvalidInputError
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.postgres.setup import superuser

FORMS = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M")
EPILOG = (
    "密钥 var/secrets/backup.key 须另存到别处：没有它什么都恢复不了，它也不在备份里。 / Keep the "
    "key elsewhere: without it nothing can be restored, and it is not in the backups."
)


@click.group("backup", help="备份 / Backups: make, check, drill.", epilog=EPILOG)
def backup() -> None:
    """Group of the commands upon backups."""


def _opened() -> tuple[Config, Place, Key]:
    """Return settings, place and key; raises BackupError without a key."""
    config = Config.from_env()
    place = places.place_of(config)
    if not place.base.is_dir():
        raise BackupError(f"{place.folder} 里没有备份 / no backups there")
    return config, place, places.read_key(config)


def _note(out: Output, act: str, name: str, **detail: Any) -> None:
    """Write into the audit log of each county what was done; a database that is away has none."""
    try:
        with session_scope() as session:
            for county in jurisdiction.list_counties(session):
                audit.record(session, county.county_code, act, "backup", name, **detail)
            watching.wake(session)
    except (DomainError, SQLAlchemyError) as error:
        out.say(f"没有记入审计日志 / not in the audit log: {error}")


def shown(made: Manifest) -> dict[str, Any]:
    """Return a backup as JSON."""
    return {
        "name": made.name, "at": made.at.isoformat(), "started_at": made.started_at.isoformat(),
        "bytes": made.bytes, "files": made.files.count, "file_bytes": made.files.bytes,
        "copied": made.files.copied, "lost": made.files.lost, "tables": len(made.moment.tables),
        "rows": sum(least for least, _most in made.moment.tables.values()), "exact": made.exact,
        "revision": made.moment.revision, "program": made.program, "postgres": made.postgres,
    }  # fmt: skip


def _line(one: dict[str, Any]) -> str:
    at = datetime.fromisoformat(one["at"]).astimezone(ZONE)
    lost = f"，缺文件 {len(one['lost'])} / files lost" if one["lost"] else ""
    return (f"{one['name']}  {at:%Y-%m-%d %H:%M:%S}  {one['bytes'] / 2**20:.1f} MB"
            f" + {one['files']} 个文件 / files{lost}")  # fmt: skip


@backup.command("make", help="做一份完整的备份 / Make a whole backup.", epilog=EPILOG)
@click.option("--prune", "prunes", is_flag=True,
              help="然后清理过期的 / Then remove old ones (ENFORCEMENT_BACKUP_DAYS).")  # fmt: skip
@speaks_json
def make(out: Output, prunes: bool) -> None:
    """Stream the cluster, copy new files, and write the signed manifest last."""
    config = Config.from_env()
    with cluster.running(config):
        made = making.make(config, out.say)
        told = shown(made)
        _note(out, "backup:make", made.name, bytes=made.bytes, files=made.files.count,
              lost=len(made.files.lost))  # fmt: skip
    if prunes:
        _prune(out, config, config.backup_keep, pruning.LEAST, applies=True)
    if made.files.lost:
        why = f"备份做好了，但有 {len(made.files.lost)} 个文件丢失或者被改动：{made.files.lost[0]}"
        out.refuse(why, {"error": why, **told})
    out.result(told, _line(told))


@backup.command("list", help="列出完整的备份 / List the whole ones; broken ones are named.")
@speaks_json
def list_command(out: Output) -> None:
    """List whole backups, the newest first."""
    _config, place, key = _opened()
    found = [shown(one) for one in manifest.whole(place, key)]
    broken = manifest.broken(place, key)
    for name in broken:
        out.say(f"{name} 残缺、被改动或者密钥不对 / broken, changed, or under another key")
    lines = [_line(one) for one in found] or ["没有完整的备份 / no whole backup"]
    out.result({"backups": found, "broken": broken}, "\n".join(lines))


@backup.command("verify", help="读回核对 / Read backups back; name each file that is wrong.")
@click.argument("name", required=False)
@click.option("--all", "everything", is_flag=True, help="全部 / All of them, not the newest only.")
@speaks_json
def verify(out: Output, name: str | None, everything: bool) -> None:
    """Open every sealed part, segment and file; exits with 1 when one is wrong."""
    _config, place, key = _opened()
    chosen = manifest.whole(place, key) if everything else [manifest.named(place, key, name)]
    found = [verifying.verify(place, key, one) for one in chosen]
    broken = manifest.broken(place, key) if everything else []
    wrong = [*broken, *(path for one in found for path in (*one.missing, *one.bad))]
    told = {"backups": [asdict(one) | {"well": one.well} for one in found], "broken": broken}
    if wrong or not found:
        why = f"{len(wrong)} 个备份文件缺失、残缺或者被改动：{'、'.join(wrong[:20])}"
        out.refuse(why, {"error": why, **told})
    lines = [f"{one.backup} 完好 / well: {one.parts} + {one.segments} + {one.files}"
             for one in found]  # fmt: skip
    out.result(told, "\n".join(lines))


@backup.command("prune", help="清理过期的备份 / Remove old backups and what only they need.")
@click.option("--days", type=click.IntRange(1, 3660),
              help="保留天数 / Days to keep [default: ENFORCEMENT_BACKUP_DAYS or 30].")  # fmt: skip
@click.option("--least", type=click.IntRange(1, 1000), default=pruning.LEAST, show_default=True,
              help="至少保留几份 / So many of the newest always stay.")  # fmt: skip
@click.option("--apply", "applies", is_flag=True, help="真的删除 / Do it; else preview.")
@speaks_json
def prune(out: Output, days: int | None, least: int, applies: bool) -> None:
    """Show what would go, or remove it."""
    config = Config.from_env()
    keep = timedelta(days=days) if days else config.backup_keep
    data = _prune(out, config, keep, least, applies=applies)
    word = "已清理 / removed" if applies else "预览（加 --apply 清理）/ preview (--apply does it)"
    out.result(data, f"{word}: {data['backups']} + {data['segments']} + {data['files']}, "
                     f"{data['bytes'] / 2**20:.1f} MB")  # fmt: skip


def _prune(
    out: Output, config: Config, keep: timedelta, least: int, *, applies: bool
) -> dict[str, Any]:
    place, key = places.place_of(config), places.read_key(config)
    with place.alone("making"):
        found = pruning.plan(place, key, datetime.now(UTC), keep=keep, least=least)
        data = {
            "applied": applies, "kept": list(found.keep), "backups": len(found.backups),
            "segments": len(found.segments), "files": len(found.files), "bytes": found.bytes,
        }  # fmt: skip
        if applies:
            pruning.carry_out(found)
    if applies and (found.backups or found.segments or found.files):
        _note(out, "backup:prune", place.folder.name, **data)
    return data


@backup.command("files", help="只备份新的文件 / Copy new files only, between two backups.")
@speaks_json
def files_command(out: Output) -> None:
    """Seal each kept file that the place does not hold yet."""
    config = Config.from_env()
    place, tally = places.place_of(config), Tally()
    place.make()
    key, _made = places.make_key(config)
    with place.alone("making"), session_scope(commit=False) as session:
        rows = filing.all_named(session)
        for _told in filing.copy(rows, filing.store(config), place, key, tally):
            pass
    told = asdict(tally)
    if tally.lost:
        why = f"{len(tally.lost)} 个文件丢失或者被改动：{tally.lost[0]}"
        out.refuse(why, {"error": why, **told})
    out.result(told, f"新备份 {tally.copied} 个，共 {tally.count} 个 / copied, of all")


@backup.command("stop", help="停止归档日志 / Hand no more of the log over; backups stay.")
@speaks_json
def stop(out: Output) -> None:
    """Turn the archive of the log off, for an installation that makes no backups any more."""
    config = Config.from_env()
    if not cluster.is_private(config):
        raise BackupError("这个数据库不归平台管理 / that database is not ours to change")
    server = cluster.server(config.var)
    with cluster.running(config), superuser(server, "postgres") as cursor:
        archiving.turn_off(server, cursor)
        _note(out, "backup:stop", "wal")
    out.result({"archiving": False}, "已停止归档，再做备份时恢复 / stopped until the next backup")


@backup.command("drill", help="恢复演练 / Restore the newest backup beside, check all, remove it.")
@click.option("--backup", "name", metavar="NAME", help="另一份 / Another one than the newest.")
@click.option("--in", "beside", type=click.Path(path_type=Path, file_okay=False),
              help="在哪个文件夹里 / Folder for the temporary one. [default: var]")  # fmt: skip
@speaks_json
def drill(out: Output, name: str | None, beside: Path | None) -> None:
    """Restore into a temporary second cluster and write a report; exits with 1 if it fails."""
    config, place, key = _opened()
    made = manifest.named(place, key, name)
    report = drilling.drill(config, place, key, made, out.say, beside=beside)
    at = datetime.now(UTC)
    paths = reporting.keep(place, report, at)
    told = reporting.said(report, at) | {"report": [str(path) for path in paths]}
    wrong = [one for check in report.checks for one in check.wrong]
    _note(out, "backup:drill", made.name, well=report.well, wrong=len(wrong),
          seconds=report.seconds["total"])  # fmt: skip
    if not report.well:
        why = report.error or f"{len(wrong)} 处不对：{'、'.join(wrong[:20])}"
        out.refuse(f"恢复演练没有通过 / the drill failed: {why}", {"error": why, **told})
    out.result(told, reporting.text(report, at) + str(paths[1]))


@click.command("restore", epilog=EPILOG)
@click.option("--into", required=True, type=click.Path(path_type=Path),
              help="新的或者空的文件夹 / A new or empty folder.")  # fmt: skip
@click.option("--to", "moment", type=click.DateTime(FORMS), metavar="'2026-03-02 09:30'",
              help="恢复到哪一刻（北京时间），默认最新 / Up to when. [default: last]")  # fmt: skip
@click.option("--backup", "name", metavar="NAME", help="从哪一份开始 / Which one to begin from.")
@speaks_json
def restore(out: Output, into: Path, moment: datetime | None, name: str | None) -> None:
    """从备份恢复到新文件夹 / Restore into a new folder with a database of its own.

    The running platform is not touched. Ends promoted, stopped, and ready to be started.
    """
    config, place, key = _opened()
    into, at = into.resolve(), moment.replace(tzinfo=ZONE) if moment else None
    if at is not None and at > datetime.now(ZONE):
        raise InvalidInputError("to", "恢复的时刻不能在将来。")
    _catch_up(out, config, place, key)
    made = restoring.choose(place, key, name, at)
    found = restoring.restore(config, place, key, made, into, Target(at=at), out.say)
    told = {"into": str(into), "backup": made.name, "to": at.isoformat() if at else None,
            "segments": found.segments, "files": found.files.count,
            "lost": found.files.lost}  # fmt: skip
    restoring.note(found.config, "backup:restore", made.name, to=told["to"])
    cluster.server(into).stop()
    if found.files.lost:
        why = f"恢复好了，但备份里没有 {len(found.files.lost)} 个文件：{found.files.lost[0]}"
        out.refuse(why, {"error": why, **told})
    out.result(told, _next(into, config))


def _catch_up(out: Output, config: Config, place: Place, key: Key) -> None:
    """Bring in what the log of this installation holds until now, where it can still be had."""
    try:
        if cluster.is_private(config):
            archiving.catch_up(place, cluster.server(config.var), key)
    except (DomainError, OSError) as error:
        out.say(f"日志没有收全，只恢复到已归档的 / the newest log could not be had: {error}")


def _next(into: Path, config: Config) -> str:
    bucket = (
        f"\n5. 放回存储桶 / into the bucket: enforcement files copy {into}/files"
        if config.files_url else ""
    )  # fmt: skip
    return (
        f"恢复完毕，已可写 / restored and promoted: {into}\n"
        f"1. 停下旧平台 / stop the old platform\n"
        f"2. ENFORCEMENT_VAR={into} enforcement serve\n"
        f"3. ENFORCEMENT_VAR={into} enforcement audit verify; … enforcement files check\n"
        f"4. 把备份密钥放到 / put the backup key at {into}/secrets/{places.KEY_FILE}，"
        f"再做一份新备份 / and make a new backup: ENFORCEMENT_VAR={into} enforcement backup make"
        f"{bucket}"
    )


COMMANDS: dict[str, click.Command] = {"backup": backup, "restore": restore}
