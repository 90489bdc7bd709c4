"""Acts: beats from a GPX, KML or GeoJSON file; all that can be read, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from shapely.geometry import mapping
from sqlalchemy.orm import Session

from enforcement import permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.patrol import beats
from enforcement.patrol.beat_models import Beat
from enforcement.patrol.beats import LONGEST_NAME, Described
from enforcement.patrol.terms import BeatKind, BeatSource
from enforcement.permissions import Permission
from gis.datum import Datum
from gis.errors import GisError
from gis.marks import Shape
from gis.readers.marks import read_marks

KIND_OF = {kind: beat for beat, kinds in beats.SHAPES.items() for kind in kinds}


@dataclass(frozen=True)
class FileRow:
    """One thing of a file: what it would become, or why it cannot."""

    row: int
    name: str
    kind: BeatKind | None
    problem: str | None
    said: Described | None


def read(data: bytes, datum: Datum, shared: dict[str, Any]) -> list[FileRow]:
    """Return the rows of a file; shared -- what holds for all; raises InvalidInputError."""
    try:
        marks = read_marks(data, datum)
    except GisError as error:
        raise InvalidInputError("file", str(error)) from error
    return [_row(one.row, one.name, one.text, one.shape, one.problem, shared) for one in marks]


def _row(
    row: int, name: str, text: str, shape: Shape | None, problem: str | None, shared: dict[str, Any]
) -> FileRow:
    name = name[:LONGEST_NAME] or _("未命名%(n)d", n=row)
    if shape is None:
        return FileRow(row, name, None, problem, None)
    kind = KIND_OF[shape.geom_type]
    said = Described(kind=kind, name=name, geometry=mapping(shape),
                     instructions=text[:2000] or None, **shared)  # fmt: skip
    return FileRow(row, name, kind, None, said)


def take(session: Session, actor: Actor, rows: list[FileRow]) -> list[Beat]:
    """Register all rows; raises InvalidInputError while one of them has a problem."""
    permissions.check(actor, Permission.PATROL_ASSIGN)
    wrong = [one for one in rows if one.problem]
    if wrong:
        first = wrong[0]
        message = _("第%(n)d个“%(name)s”：%(why)s", n=first.row, name=first.name,
                    why=first.problem)  # fmt: skip
        raise InvalidInputError("file", message, row=first.row)
    said = [one.said for one in rows if one.said is not None]
    return beats.add_many(session, actor, said, source=BeatSource.FILE)
