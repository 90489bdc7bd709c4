"""The sign at an enterprise's gate: a QR code that officers read before they go in."""

from __future__ import annotations

from typing import Any

import segno


def picture(address: str) -> str:
    """Return the code of an address as a data URI (SVG)."""
    made: Any = segno.make(address, error="m")
    uri: str = made.svg_data_uri(scale=6, border=3)
    return uri
