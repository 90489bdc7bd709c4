"""Typst behind one door: compilers kept per template, one lock each, errors told in our words."""

from __future__ import annotations

import ast
import hashlib
import os
import re
import tempfile
import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Final

import typst

from enforcement.config import PROJECT
from enforcement.document import fonts
from enforcement.errors import DomainError

TEMPLATES: Final = PROJECT / "templates" / "document"
SHARED: Final = ("format.typ", "page.typ", "parts.typ", "letters.typ", "records.typ",
                 "lists.typ", "handover.typ")  # fmt: skip
STANDARDS: Final[list[typst.PDFStandard]] = ["a-2a", "ua-1"]
GLYPH: Final = re.compile(r'the text `("(?:[^"\\]|\\.)*")` could not be displayed')
PAGE_COUNT: Final = re.compile(rb"/Type/Pages/Count (\d+)")


class TemplateError(DomainError):
    """A template cannot take the data; the message is the compiler's."""


class UnprintableError(DomainError):
    """No font can print some characters; `characters` is them."""


def compile_pdf(
    template: str,
    inputs: Mapping[str, str],
    *,
    font_dirs: Sequence[Path],
    issued_at: datetime,
    root: Path | None = None,
) -> bytes:
    """Return a PDF/A-2a and PDF/UA-1 file; the same inputs and moment give the same bytes.

    root -- folder of the templates, as `keep` made it; the current ones without it
    Raises UnprintableError, TemplateError, fonts.MissingFontError.
    """
    try:
        return _for(template, font_dirs, root).pdf(inputs, issued_at)
    except typst.TypstError as error:
        raise _told(error) from error


def compile_html(
    template: str,
    inputs: Mapping[str, str],
    *,
    font_dirs: Sequence[Path],
    issued_at: datetime,
) -> str:
    """Return running text as HTML, for a draft that is edited elsewhere; errors as compile_pdf."""
    try:
        return _for(template, font_dirs, None).html(inputs, issued_at)
    except typst.TypstError as error:
        raise _told(error) from error


def compile_pages(
    template: str,
    inputs: Mapping[str, str],
    *,
    font_dirs: Sequence[Path],
    issued_at: datetime,
    pixels_per_inch: float,
    root: Path | None = None,
) -> list[bytes]:
    """Return each page as a PNG for the screen; errors as `compile_pdf`.

    A character without a glyph is refused as in the PDF, which is compiled first.
    """
    compiler = _for(template, font_dirs, root)
    try:
        compiler.pdf(inputs, issued_at)
        return compiler.pages(inputs, issued_at, pixels_per_inch)
    except typst.TypstError as error:
        raise _told(error) from error


def template_version(template: str, root: Path | None = None) -> str:
    """Return a short hash of the template and of the modules all templates share."""
    digest = hashlib.sha256()
    for name in (template, *SHARED):
        text = ((root or TEMPLATES) / name).read_bytes()
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()[:16]


def keep(store: Path, template: str, version: str) -> Path:
    """Return the folder that keeps a template of this version, made from the current ones.

    What was issued can so be set again, with a seal or signatures, after templates have changed.
    """
    folder = store / version
    if folder.is_dir():
        return folder
    store.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=store) as made:
        inner = Path(made) / version
        inner.mkdir()
        for name in (template, *SHARED):
            (inner / name).write_bytes((TEMPLATES / name).read_bytes())
        try:
            os.rename(inner, folder)  # noqa: PTH104 -- a whole folder, at once
        except OSError:
            if not folder.is_dir():
                raise
    return folder


def page_count(pdf: bytes) -> int:
    """Return the number of pages that the page tree of a compiled file tells."""
    return max(int(count) for count in PAGE_COUNT.findall(pdf))


class _Compiler:
    """One Typst compiler; threads take turns at it."""

    def __init__(self, template: str, font_dirs: Sequence[Path], root: Path) -> None:
        self._lock = threading.Lock()
        self._typst = typst.Compiler(
            str(root / template),
            root=str(root),
            font_paths=fonts.load(font_dirs),
        )

    def pdf(self, inputs: Mapping[str, str], issued_at: datetime) -> bytes:
        """Return the PDF, its dates fixed to issued_at."""
        with self._lock:
            pdf = self._typst.compile(
                format="pdf",
                sys_inputs=dict(inputs),
                pdf_standards=STANDARDS,
                timestamp=issued_at,
            )
        if not isinstance(pdf, bytes):
            raise TemplateError("排版没有产生PDF")
        return pdf

    def html(self, inputs: Mapping[str, str], issued_at: datetime) -> str:
        """Return the text with its headings and tables, without a page."""
        with self._lock:
            html = self._typst.compile(format="html", sys_inputs=dict(inputs), timestamp=issued_at)
        if not isinstance(html, bytes):
            raise TemplateError("排版没有产生文本")
        return html.decode()

    def pages(
        self, inputs: Mapping[str, str], issued_at: datetime, pixels_per_inch: float
    ) -> list[bytes]:
        """Return the pages as PNG."""
        with self._lock:
            made = self._typst.compile(
                format="png", ppi=pixels_per_inch, sys_inputs=dict(inputs), timestamp=issued_at
            )
        found = made if isinstance(made, list) else [made]
        return [page for page in found if isinstance(page, bytes)]


def _for(template: str, font_dirs: Sequence[Path], root: Path | None) -> _Compiler:
    folder = root or TEMPLATES
    return _compiler(template, template_version(template, folder), tuple(font_dirs), folder)


@lru_cache(maxsize=128)
def _compiler(template: str, version: str, font_dirs: tuple[Path, ...], root: Path) -> _Compiler:
    """Return the compiler of this very version: an edited template gets a new one."""
    return _Compiler(template, font_dirs, root)


def _told(error: typst.TypstError) -> DomainError:
    literals = map(_python_escapes, GLYPH.findall(error.diagnostic))
    found = [str(ast.literal_eval(text)) for text in literals]
    if not found:
        return TemplateError(f"文书模板无法套用数据：{error.message}")
    characters = "".join(dict.fromkeys("".join(found)))
    codes = "、".join(f"{c}（U+{ord(c):04X}）" for c in characters)
    return UnprintableError(f"现有字体无法打印：{codes}", characters=characters)


def _python_escapes(rust: str) -> str:
    return re.sub(r"\\u\{([0-9a-f]+)\}", lambda m: f"\\U{int(m[1], 16):08x}", rust)
