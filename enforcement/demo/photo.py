"""Photos for the demonstration, drawn by code: a street, the sky, a stall."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (640, 480)


def draw_photo(number: int) -> bytes:
    """Return a small JPEG; the same number gives the same picture."""
    image = Image.new("RGB", SIZE, (176, 204, 226))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 300, 640, 480), fill=(120, 118, 112))
    for n in range(4):
        left = (number * 37 + n * 170) % 640
        shade = 140 + (number * 13 + n * 29) % 90
        pen.rectangle((left, 120, left + 120, 310), fill=(shade, shade - 25, shade - 45))
        pen.rectangle((left + 20, 160, left + 50, 200), fill=(222, 234, 240))
        pen.rectangle((left + 70, 160, left + 100, 200), fill=(222, 234, 240))
    stall = (number * 53) % 420
    pen.rectangle((stall, 330, stall + 200, 400), fill=(150, 92, 52))
    for n in range(6):
        pen.ellipse(
            (stall + 8 + n * 32, 312, stall + 36 + n * 32, 340), fill=(206, 60 + n * 22, 50)
        )
    out = BytesIO()
    image.save(out, "JPEG", quality=80)
    return out.getvalue()
