"""The fonts of printed papers, loaded once per process."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import typst

from enforcement.errors import DomainError

# Text face -> families that can print it, the office's licensed ones first. The last of each row
# is the open substitute: FandolFang for 仿宋_GB2312, Noto Serif CJK SC Bold for 方正小标宋.
FACES = {
    "仿宋（正文）": ("FangSong_GB2312", "FangSong", "FandolFang R"),
    "宋体（标题、生僻字）": ("Noto Serif CJK SC",),
    "黑体（一级标题）": ("SimHei", "FandolHei"),
    "楷体（二级标题）": ("KaiTi_GB2312", "KaiTi", "FandolKai"),
}


@dataclass(frozen=True)
class Face:
    """A face of the papers and the family that prints it here; None where there is none."""

    face: str
    family: str | None
    is_substitute: bool


class MissingFontError(DomainError):
    """No font of a needed face lies in the font folders; `faces` names them."""


def load(font_dirs: Sequence[Path]) -> typst.Fonts:
    """Return the fonts of the folders that exist; raises MissingFontError."""
    fonts = _fonts(tuple(path for path in font_dirs if path.is_dir()))
    lacking = missing_faces(fonts)
    if lacking:
        raise MissingFontError("缺少文书字体：" + "、".join(lacking), faces=lacking)
    return fonts


def missing_faces(fonts: typst.Fonts) -> list[str]:
    """Return the faces that none of the loaded families can print."""
    known = set(fonts.families())
    return [face for face, families in FACES.items() if known.isdisjoint(families)]


def report(font_dirs: Sequence[Path]) -> list[Face]:
    """Return which family prints each face: an office's licensed one, or the open substitute."""
    fonts = _fonts(tuple(path for path in font_dirs if path.is_dir()))
    known = set(fonts.families())
    found = []
    for face, families in FACES.items():
        family = next((one for one in families if one in known), None)
        found.append(Face(face, family, family == families[-1] and len(families) > 1))
    return found


@lru_cache(maxsize=8)
def _fonts(folders: tuple[Path, ...]) -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=list(folders),
    )
