"""QR codes (ISO/IEC 18004): as the address of a picture for pages, drawn for papers."""

from __future__ import annotations

import io
from typing import Any

import segno


def picture(text: str) -> str:
    """Return a code as a data URI (SVG), level M, with the quiet border that readers need."""
    made: Any = segno.make(text, error="m", micro=False)
    uri: str = made.svg_data_uri(scale=6, border=3)
    return uri


def drawn(text: str) -> str:
    """Return a code as SVG that takes the size it is given; one mask, for trying all costs 3 ms."""
    made: Any = segno.make(text, error="m", micro=False, mask=4)
    drawing = io.BytesIO()
    made.save(drawing, kind="svg", border=2, svgns=True, xmldecl=False, omitsize=True)
    return drawing.getvalue().decode()
