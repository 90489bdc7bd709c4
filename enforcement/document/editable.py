"""A paper as .docx, for an office that edits it before approval; marked as a draft on each page.

The text comes from the paper's own template; fonts and measures are those of GB/T 9704-2012, under
the names that offices have (仿宋_GB2312, 方正小标宋, 黑体).
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import html

FANG: Final = "仿宋_GB2312"
BIAOSONG: Final = "方正小标宋简体"
HEI: Final = "黑体"
DRAFT: Final = "草稿——仅供修改、审批，不得送达"
SIZE: Final = 16.0
TABLE_SIZE: Final = 12.0


def to_docx(text: str) -> bytes:
    """Return running text of a paper (HTML from render_text) as a Word file."""
    document = docx.Document()
    _page(document)
    body = html.document_fromstring(text).body
    for element in body.iterchildren():
        _add(document, element)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.left_margin = Mm(37), Mm(28)
    section.right_margin, section.bottom_margin = Mm(26), Mm(35)
    head = section.header.paragraphs[0]
    head.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(head, DRAFT, HEI, 10.5)


def _add(document: Any, element: Any) -> None:
    if element.tag == "table":
        _table(document, element)
    elif element.tag in ("h1", "h2"):
        for line in _lines(element):
            _paragraph(document, line, BIAOSONG, 22, centred=True)
    elif element.tag == "h3":
        _paragraph(document, " ".join(_lines(element)), HEI, SIZE, indent=True)
    elif element.tag in ("div", "section") and len(element):
        for inner in element.iterchildren():
            _add(document, inner)
    else:
        for line in _lines(element):
            _paragraph(document, line, FANG, SIZE, indent=True)


def _paragraph(
    parent: Any, text: str, font: str, size: float, *, indent: bool = False, centred: bool = False
) -> None:
    paragraph = parent.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_after = shape.space_before = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(29)
    shape.first_line_indent = Pt(2 * size) if indent else None
    if centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _run(paragraph, text, font, size)


def _run(paragraph: Any, text: str, font: str, size: float) -> None:
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)


def _lines(element: Any) -> list[str]:
    """Return the text of an element, a line for each break or block within it."""
    text = "".join(_pieces(element))
    return [line.strip() for line in text.split("\n") if line.strip()]


def _pieces(element: Any) -> Iterator[str]:
    yield (element.text or "").replace("\n", "")
    for inner in element.iterchildren():
        if inner.tag in ("br", "p", "div"):
            yield "\n"
        yield from _pieces(inner)
        yield "\n" if inner.tag in ("p", "div") else ""
        yield (inner.tail or "").replace("\n", "")


def _table(document: Any, element: Any) -> None:
    rows = element.xpath(".//tr")
    width = max(sum(_span(cell) for cell in _cells(row)) for row in rows)
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    for row in rows:
        _row(table.add_row(), row)
    document.add_paragraph()


def _row(made: Any, row: Any) -> None:
    place = 0
    for cell in _cells(row):
        last = min(place + _span(cell), len(made.cells)) - 1
        target = made.cells[place]
        if last > place:
            target = target.merge(made.cells[last])
        _fill(target, _lines(cell))
        place = last + 1
        if place >= len(made.cells):
            return


def _fill(cell: Any, lines: list[str]) -> None:
    for n, line in enumerate(lines):
        paragraph = cell.paragraphs[0] if n == 0 else cell.add_paragraph()
        _run(paragraph, line, FANG, TABLE_SIZE)


def _cells(row: Any) -> list[Any]:
    return list(row.xpath("./td|./th"))


def _span(cell: Any) -> int:
    return int(cell.get("colspan", "1"))
