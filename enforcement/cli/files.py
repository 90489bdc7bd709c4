"""`enforcement files`: copy kept files into the store of the settings, check that all are there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import select

from enforcement import files as kept
from enforcement.cli.output import Output, session_scope, speaks_json
from enforcement.config import Config
from enforcement.errors import InvalidInputError, StoreUnavailableError
from enforcement.files import StoredFile
from enforcement.stores import store_of

NAME = re.compile(r"\d{6}/[0-9a-f]{2}/[0-9a-f]{62}")


@click.group("files", help="文件存储 / The store of kept files.")
def files() -> None:
    """Group of the commands of the store."""


@files.command("copy")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@speaks_json
def copy(out: Output, folder: Path) -> None:
    """Copy the files of a local folder (var/files) into the store of the settings.

    What is there already is not sent again, so that a copy that broke off is simply started anew.
    A file whose bytes are not those of its name is named and left out.
    """
    config = Config.from_env()
    if not config.files_url:
        raise InvalidInputError("ENFORCEMENT_FILES", "没有设置 ENFORCEMENT_FILES。")
    store = store_of(config.files_dir, config.files_url, config.files_key, config.files_secret)
    copied, wrong = 0, []
    for key, path in _found(folder):
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != key[7:].replace("/", ""):
            wrong.append(key)
            continue
        store.write(key, data)
        copied += 1
    said = {"copied": copied, "wrong": wrong}
    if wrong:
        why = f"{len(wrong)} 个文件的内容与名称不符，没有复制：{wrong[0]}"
        out.refuse(why, {"error": why, **said})
    out.result(said, f"已复制 {copied} 个文件")


def _found(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield key and path of every kept file; pieces of files on their way are none."""
    for path in sorted(folder.glob("*/*/*")):
        key = path.relative_to(folder).as_posix()
        if path.is_file() and NAME.fullmatch(key):
            yield key, path


@files.command("check")
@click.option("--county", metavar="CODE", help="只查一个县 / Only one county.")
@speaks_json
def check(out: Output, county: str | None) -> None:
    """Read every kept file back and compare its SHA-256; name those lost or changed."""
    query = select(StoredFile.county_code, StoredFile.sha256).order_by(
        StoredFile.county_code, StoredFile.sha256
    )
    if county is not None:
        query = query.where(StoredFile.county_code == county)
    checked, bad = 0, []
    with session_scope(commit=False) as session:
        for row in session.execute(query.execution_options(yield_per=1000)):
            checked += 1
            try:
                kept.read(row.county_code, row.sha256)
            except StoreUnavailableError:
                raise
            except OSError:
                bad.append(kept.key_of(row.county_code, row.sha256))
    said = {"checked": checked, "bad": bad}
    if bad:
        why = f"{len(bad)} 个文件丢失或者被改动：{bad[0]}"
        out.refuse(why, {"error": why, **said})
    out.result(said, f"已核对 {checked} 个文件，全部一致")


COMMANDS: dict[str, click.Command] = {"files": files}
