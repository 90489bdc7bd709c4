"""A file of boundaries read: its layer in degrees, and which attributes are code and name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from enforcement.jurisdiction.mapping import FieldMapping, guess, mapping_of
from enforcement.jurisdiction.results import Origin
from enforcement.jurisdiction.terms import Level
from gis.areas import AreaFile, Bounds, Making
from gis.errors import GisError, MissingOptionError
from gis.readers import ReadOptions, read_source
from gis.reference import Reference, hint, reference_of
from gis.source import Source, areas_of

CHINA: Final[Bounds] = (73.0, 3.0, 136.0, 54.0)
PREVIEW_ROWS: Final = 5


@dataclass(frozen=True)
class Parsed:
    """The areas of a file and how they were read; `doubts` keep an edition a draft."""

    areas: AreaFile
    mapping: FieldMapping
    origin: Origin
    properties: list[dict[str, Any]]
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Preview:
    """What a person sees before choosing fields: names, the likeliest, the first rows."""

    driver: str
    layer: str | None
    crs: str
    count: int
    fields: list[str]
    rows: list[dict[str, Any]]
    code: str | None
    name: str | None


def preview(
    data: bytes,
    options: ReadOptions = ReadOptions(),  # noqa: B008 -- frozen
    *,
    level: Level = Level.VILLAGE,
) -> Preview:
    """Return the fields of a file and what they are taken for; raises GisError."""
    source = read_source(data, options)
    properties = [row.properties for row in source.rows]
    chosen = guess(source.fields, properties, level)
    reference = reference_of(source, options.crs, options.datum)
    return Preview(
        source.driver,
        source.layer,
        reference.code or reference.name,
        len(source.rows),
        source.fields,
        properties[:PREVIEW_ROWS],
        chosen.code if chosen else None,
        chosen.name if chosen else None,
    )


def parse(
    data: bytes,
    options: ReadOptions = ReadOptions(),  # noqa: B008 -- frozen
    *,
    level: Level = Level.VILLAGE,
    mapping: Mapping[str, str] | None = None,
) -> Parsed:
    """Return the areas of a file in CGCS2000; rows keep their place in the file, from 0.

    mapping -- attribute for "code" and "name", where a person says so
    Raises GisError or InvalidInputError where the file is unusable as a whole.
    """
    source = read_source(data, options)
    if not source.rows:
        raise GisError("文件里没有任何图形")
    properties = [row.properties for row in source.rows]
    chosen = mapping_of(source.fields, properties, level, mapping)
    reference = reference_of(source, options.crs, options.datum)
    areas = areas_of(source, Making(reference.to_degrees, CHINA, options.repair))
    _check_plausible(areas, source, reference)
    origin = Origin(
        source.driver,
        reference.code or reference.name,
        str(options.datum),
        chosen.as_json(),
        tuple(source.fields),
        source.layer,
        source.encoding,
    )
    return Parsed(areas, chosen, origin, properties, tuple(source.notes), _doubts(reference))


def _doubts(reference: Reference) -> tuple[str, ...]:
    if reference.exact:
        return ()
    return (
        f"坐标系 {reference.name} 换算到 CGCS2000 没有公开的参数，界线可能偏差百米，须由人核对",
    )


def _check_plausible(areas: AreaFile, source: Source, reference: Reference) -> None:
    """Raise MissingOptionError where all shapes lie outside China: it is not the file's rows."""
    kinds = {problem.kind for problem in areas.problems}
    if areas.features or kinds != {"outside"}:
        return
    raise MissingOptionError(
        f"按坐标系 {reference.name} 读取，全部图形都在中国之外：坐标系不对，请用 --crs 指明；"
        f"{hint(source)}",
        "crs",
    )
