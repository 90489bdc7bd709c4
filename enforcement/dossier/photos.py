"""Photos of a case as pages of its file: made small enough to carry, the originals untouched."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from enforcement.document.render import render_sheet

LONGEST_PX: Final = 1600
QUALITY: Final = 80
AT_ONCE: Final = 8  # photos compiled together: memory stays flat however many there are
PER_PAGE: Final = 2


@dataclass(frozen=True)
class Photo:
    """A photo's bytes as taken, and what is said beneath it."""

    data: bytes
    title: str
    caption: str


def sheets(
    photos: Iterable[Photo], *, font_dirs: Sequence[Path], issued_at: datetime
) -> Iterator[bytes]:
    """Yield PDF/A files with two photos a page, in order; photos are taken as they are needed."""
    coming = iter(photos)
    while rows := [_row(one) for one in islice(coming, AT_ONCE)]:
        data = {"photos": rows}
        yield render_sheet("photo_sheet.typ", data, font_dirs=font_dirs, issued_at=issued_at)


def shrink(data: bytes) -> tuple[bytes, int, int]:
    """Return an upright JPEG of at most 1600 px a side, its width and height."""
    with Image.open(BytesIO(data)) as image:
        share = min(1.0, LONGEST_PX / max(image.size))  # decode no more pixels than are kept
        image.draft("RGB", (round(image.width * share), round(image.height * share)))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_PX, LONGEST_PX))
        out = BytesIO()
        _opaque(upright).save(out, "JPEG", quality=QUALITY)
        return out.getvalue(), upright.width, upright.height


def _opaque(image: Image.Image) -> Image.Image:
    if image.mode not in ("RGBA", "LA", "P"):
        return image.convert("RGB")
    whole = image.convert("RGBA")
    paper = Image.new("RGB", whole.size, "white")
    paper.paste(whole, mask=whole.getchannel("A"))
    return paper


def _row(photo: Photo) -> dict[str, str]:
    jpeg, width, height = shrink(photo.data)
    href = "data:image/jpeg;base64," + base64.b64encode(jpeg).decode()
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}">'
        f'<image width="{width}" height="{height}" href="{href}"/></svg>'
    )
    return {"svg": svg, "title": photo.title, "caption": photo.caption}
