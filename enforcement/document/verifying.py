"""The code of an outgoing paper, by which anybody can ask whether it is genuine."""

from __future__ import annotations

import re
import secrets
from typing import Final

from flask import current_app, has_request_context, url_for

from enforcement.config import Config
from enforcement.law.paper_types import Paper

LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0 O 1 I: they are read over the telephone
GROUPS, GROUP = 4, 4  # 32^16: 80 bits, more than can be tried
SHAPE: Final = re.compile(rf"\d{{6}}(-[{LETTERS}]{{{GROUP}}}){{{GROUPS}}}")


def has_code(paper: Paper) -> bool:
    """Tell whether a paper leaves the office, so that its reader may want to check it."""
    return not paper.internal


def new_code(county_code: str) -> str:
    """Return a code that nobody can guess: 220322-7KQ2-…; it says nothing but the county."""
    groups = ("".join(secrets.choice(LETTERS) for _n in range(GROUP)) for _n in range(GROUPS))
    return "-".join([county_code, *groups])


def is_code_of(code: str, county_code: str) -> bool:
    """Tell whether a code has the shape of this county's codes."""
    return bool(SHAPE.fullmatch(code)) and code.startswith(f"{county_code}-")


def plain_code(text: str) -> str | None:
    """Return a code as it is kept, from what a person typed; None where it can be none."""
    code = re.sub(r"[\s—–_]", "-", text.strip().upper())
    return code if SHAPE.fullmatch(code) else None


def address_of(code: str) -> str | None:
    """Return the public address of a code, None where this installation does not know its own."""
    config: Config = current_app.extensions["enforcement.config"]
    if config.public_url:
        return f"{config.public_url}/verify/{code}"
    if has_request_context():
        return url_for("verify.code", code=code, _external=True)
    return None
