"""Keep of the icon font what pages use and, in a font beside it, what an office may choose.

A page on a slow phone should not wait for 2,000 pictures of which it shows 30. Names are taken
from the texts of the project and from icons.txt; the browser
fetches the second font only for a page that shows one of its icons.
"""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parent.parent
SOURCES = ("enforcement", "gis", "templates")
SUFFIXES = {".html", ".js", ".py"}
RULE = re.compile(r'\.bi-([a-z0-9-]+)::before\{content:"\\([0-9a-f]+)"\}')
WORD = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAMED = re.compile(rf"""(?<=bi-){WORD.pattern}|(?<=["'`]){WORD.pattern}(?=["'`])""")
LIST = PROJECT / "enforcement" / "law" / "data" / "incident_categories.csv"


FACE = re.compile(r"@font-face\{[^}]*\}")
MORE = (
    "@font-face{{font-display:block;font-family:bootstrap-icons;"
    'src:url("fonts/{name}?v={version}") format("woff2");unicode-range:{range}}}'
)


def used() -> set[str]:
    """Return the names in the project's texts, as a class or a quoted word, and in its list.

    What is no icon's name does no harm.
    """
    texts = [path for folder in SOURCES for path in sorted((PROJECT / folder).rglob("*"))
             if path.suffix in SUFFIXES and "vendor" not in path.parts]  # fmt: skip
    found = {word for path in texts for word in NAMED.findall(path.read_text())}
    return found | set(WORD.findall(LIST.read_text()))


def offered() -> set[str]:
    """Return the names that an office may choose besides."""
    return set(WORD.findall((HERE / "icons.txt").read_text()))


def shrink(folder: Path) -> tuple[int, int]:
    """Write the package's style and font anew, as two fonts; return how many icons each has."""
    css, font = folder / "bootstrap-icons.min.css", folder / "fonts" / "bootstrap-icons.woff2"
    text, whole = css.read_text(), font.read_bytes()
    codes = {name: int(code, 16) for name, code in RULE.findall(text)}
    first = {name: codes[name] for name in used() & codes.keys()}
    more = {name: codes[name] for name in (offered() & codes.keys()) - first.keys()}
    cut(whole, font, first.values())
    cut(whole, font.with_name("more.woff2"), more.values())
    face = MORE.format(
        name="more.woff2", version=version(font.with_name("more.woff2")),
        range=",".join(f"U+{code:x}" for code in sorted(more.values())),
    )  # fmt: skip
    text = RULE.sub(lambda rule: rule[0] if rule[1] in first or rule[1] in more else "", text)
    mark = f"?v={version(font)}"
    css.write_text(FACE.sub(lambda old: re.sub(r"\?[0-9a-f]+", mark, old[0]) + face, text))
    return len(first), len(more)


def version(path: Path) -> str:
    """Return a file's version as enforcement.statics does: browsers keep what has its own."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def cut(whole: bytes, target: Path, codes: Iterable[int]) -> None:
    """Write a font that holds some characters of another."""
    options = subset.Options(flavor="woff2", drop_tables=["GSUB"], hinting=False)
    face = TTFont(io.BytesIO(whole))
    chosen = subset.Subsetter(options)
    chosen.populate(unicodes=list(codes))
    chosen.subset(face)
    subset.save_font(face, target, options)


if __name__ == "__main__":
    print(*shrink(PROJECT / "enforcement" / "static" / "vendor" / "bootstrap-icons"))
