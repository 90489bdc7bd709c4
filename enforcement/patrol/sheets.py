"""The printed sheets of checkpoints' codes: twelve on a page, to be cut out and put up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from enforcement.codes import drawn
from enforcement.document.render import render_sheet
from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.patrol.beat_models import Beat

MOST = 500


def codes(
    points: Sequence[Beat],
    address_of: Callable[[Beat], str],
    *,
    unit_names: dict[str, str],
    font_dirs: Sequence[Path],
    at: datetime,
) -> bytes:
    """Return the codes of checkpoints as PDF/A; raises InvalidInputError without one."""
    if not points:
        raise InvalidInputError("ids", _("没有可以打印的点位。"))
    shown = [
        {"name": one.name, "unit": unit_names.get(one.unit_code, one.unit_code),
         "short": (one.tag or "")[-6:], "picture": drawn(address_of(one))}
        for one in points[:MOST]
    ]  # fmt: skip
    return render_sheet("patrol_codes.typ", {"points": shown}, font_dirs=font_dirs, issued_at=at)
