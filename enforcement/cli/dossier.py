"""`enforcement dossier`: list a case's file, write its volumes or its package."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from enforcement.cli.acting import acting, as_option, case_id
from enforcement.cli.output import Output, speaks_json
from enforcement.dossier import services
from enforcement.dossier.api import shown
from enforcement.law.dossier import Volume
from enforcement.permissions import Permission

TO = click.Path(dir_okay=False, path_type=Path)


@click.group("dossier", help="案卷 / The file of a case.")
def dossier_group() -> None:
    """Group of the commands about a case's file."""


@dossier_group.command("show")
@click.argument("named", metavar="CASE")
@as_option
@speaks_json
def show(out: Output, named: str, username: str) -> None:
    """List what stands in the file of a case (id or AJ…) and on which page."""
    with acting(username, Permission.DOCUMENT_READ, commit=False) as (session, actor):
        found = services.look(session, actor, case_id(session, actor, named))
    said = shown(found.contents)
    lines = [
        f"{volume} {one['page'] or '—'} {one['title']} {one['number'] or ''}".rstrip()
        for volume, told in said.items()
        for one in told["entries"]
    ]
    out.result(said, "\n".join(lines) or "案卷是空的")


@dossier_group.command("write")
@click.argument("named", metavar="CASE")
@click.argument("what", type=click.Choice([*map(str, Volume), "zip"]))
@click.argument("file", type=TO)
@as_option
@speaks_json
def write(out: Output, named: str, what: str, file: Path, username: str) -> None:
    """Write a volume (PDF) or the package (ZIP, BagIt) of a case to a file."""
    with acting(username, Permission.DOCUMENT_READ) as (session, actor):
        found = case_id(session, actor, named)
        if what == "zip":
            with services.take_package(session, actor, found) as package, file.open("wb") as target:
                shutil.copyfileobj(package, target)
        else:
            file.write_bytes(services.take_volume(session, actor, found, Volume(what)))
    size = file.stat().st_size
    out.result({"file": str(file), "bytes": size}, f"已写入 {file}（{size:,}字节）")


COMMANDS = {"dossier": dossier_group}
