"""Reading a PDF back with poppler."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence

POINTS_PER_MM = 72 / 25.4


def poppler(tool: str, pdf: bytes, *after: str, options: Sequence[str] = ()) -> str:
    """Return what a poppler tool prints about a file given on standard input."""
    done = subprocess.run([tool, *options, "-", *after], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def squeezed_text(pdf: bytes) -> str:
    """Return the text without white space, as line breaks and CJK gaps carry no meaning."""
    return re.sub(r"\s", "", poppler("pdftotext", pdf, "-", options=["-raw"]))


def word_boxes_mm(pdf: bytes) -> list[tuple[float, float, float, float, str]]:
    """Return (left, top, right, bottom, word) of every word, in millimetres."""
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
        poppler("pdftotext", pdf, "-", options=["-bbox"]),
    )
    return [(*(float(edge) / POINTS_PER_MM for edge in edges), word) for *edges, word in found]
