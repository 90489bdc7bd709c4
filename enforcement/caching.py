"""Answers that caches may keep: asked again before each use, and told "unchanged" by their ETag.

The ETag is made of the answer itself: what is published or withdrawn changes it at once, and
nothing else has to remember to. Only whoever sends no cookie and no token gets what all may keep.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request

from enforcement.security import by_token

ASKED_AGAIN = "no-cache"
KEPT_FOR_A_DAY = "max-age=86400"


def shared(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let anybody's caches keep what a public view answers."""

    @functools.wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        return kept(make_response(view(*args, **kwargs)))

    return answered


def kept(answer: Response, how: str = ASKED_AGAIN) -> Response:
    """Return the answer with its ETag, or "304 unchanged" where the browser has it already."""
    if answer.status_code != 200:
        return answer
    public = not request.cookies and not by_token(request)
    answer.headers["Cache-Control"] = f"{'public' if public else 'private'}, {how}"
    answer.vary.update(("Cookie", "Authorization", "Accept-Encoding"))
    answer.add_etag()
    answer.make_conditional(request)
    return answer
