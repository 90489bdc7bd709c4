"""Reading a PDF back with poppler."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Sequence

from PIL import Image, ImageChops

POINTS_PER_MM = 72 / 25.4


def poppler(tool: str, pdf: bytes, *after: str, options: Sequence[str] = ()) -> str:
    """Return what a poppler tool prints about a file given on standard input."""
    done = subprocess.run([tool, *options, "-", *after], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def squeezed_text(pdf: bytes) -> str:
    """Return the text without white space, as line breaks and CJK gaps carry no meaning."""
    return re.sub(r"\s", "", poppler("pdftotext", pdf, "-", options=["-raw"]))


def red_box_mm(pdf: bytes, page: int) -> tuple[float, float, float, float] | None:
    """Return left, top, right, bottom of what is red on a page, None where nothing is."""
    options = ["-r", "72", "-f", str(page), "-l", str(page), "-singlefile", "-png", "-"]
    done = subprocess.run(["pdftoppm", *options], input=pdf, capture_output=True, check=True)
    red, green, _blue = Image.open(io.BytesIO(done.stdout)).convert("RGB").split()
    box = ImageChops.subtract(red, green).point(lambda value: 255 * (value > 120)).getbbox()
    return tuple(edge / POINTS_PER_MM for edge in box) if box else None  # type: ignore[return-value]


def word_boxes_mm(
    pdf: bytes, page: int | None = None
) -> list[tuple[float, float, float, float, str]]:
    """Return (left, top, right, bottom, word) of every word of a page or of all, in mm."""
    which = ["-f", str(page), "-l", str(page)] if page else []
    found = re.findall(
        r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">(.*?)</word>',
        poppler("pdftotext", pdf, "-", options=["-bbox", *which]),
    )
    return [(*(float(edge) / POINTS_PER_MM for edge in edges), word) for *edges, word in found]
