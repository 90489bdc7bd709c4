"""The icons that a category may show: those of the font that the platform ships."""

from __future__ import annotations

import functools
import re
from typing import Final

from enforcement.config import PROJECT

STYLE: Final = (
    PROJECT / "enforcement" / "static" / "vendor" / "bootstrap-icons" / "bootstrap-icons.min.css"
)
RULE: Final = re.compile(r"\.bi-([a-z0-9-]+)::before")


@functools.cache
def names() -> frozenset[str]:
    """Return the names of all shipped icons: "trash", "shop-window"."""
    return frozenset(RULE.findall(STYLE.read_text(encoding="utf-8")))
