"""What stands below the map of a file: headings, paragraphs and tables, all of it plain text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Final

from gis.map_style import ink_on

CSS: Final = """
body.report { display: block; height: auto; }
body.report #stage { height: 62vh; }
.report main { max-width: 1100px; margin: 0 auto; padding: 4px 14px 24px; }
.report h2 { margin: 20px 0 6px; font-size: 16px; }
.report p { margin: 4px 0; white-space: pre-line; }
.report p.note { color: #45525f; font-size: 13px; }
.scroll { overflow-x: auto; }
.report table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
.report th, .report td { padding: 3px 8px; border: 1px solid #cfd6dd; text-align: right; }
.report th { background: #f3f6f9; font-weight: 600; }
.report th:first-child { text-align: left; white-space: nowrap; }
.report table.tight th, .report table.tight td { padding: 2px 4px; text-align: center; }
"""


@dataclass(frozen=True)
class Part:
    """One section: a heading, paragraphs, a table.

    rows -- texts, the first one names its row; shades -- the colours of cells, row by row
    """

    title: str
    paragraphs: Sequence[str] = ()
    heads: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    shades: Sequence[Sequence[str]] = field(default_factory=tuple)
    note: str = ""


def html_of(parts: Sequence[Part]) -> str:
    """Return the HTML of sections; no text becomes markup."""
    return f"<main>{''.join(_section(one) for one in parts)}</main>" if parts else ""


def _section(part: Part) -> str:
    title = escape(part.title)
    lines = "".join(f"<p>{escape(one)}</p>" for one in part.paragraphs)
    note = f'<p class="note">{escape(part.note)}</p>' if part.note else ""
    return f"<section><h2>{title}</h2>{lines}{_table(part, title)}{note}</section>"


def _table(part: Part, title: str) -> str:
    if not part.heads:
        return ""
    heads = "".join(f'<th scope="col">{escape(one)}</th>' for one in part.heads)
    body = "".join(_row(part, n) for n in range(len(part.rows)))
    tight = ' class="tight"' if part.shades else ""
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{title}">'
        f"<table{tight}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(part: Part, number: int) -> str:
    first, *others = part.rows[number]
    shades = part.shades[number] if part.shades else ()
    cells = "".join(
        f"<td{_shade(shades[n]) if n < len(shades) else ''}>{escape(text)}</td>"
        for n, text in enumerate(others)
    )
    return f'<tr><th scope="row">{escape(first)}</th>{cells}</tr>'


def _shade(colour: str) -> str:
    return f' style="background:{escape(colour)};color:{ink_on(colour)}"'
