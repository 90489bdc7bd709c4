"""The door of views that a grant opens: reading one case or incident, and its papers."""

from __future__ import annotations

import functools
import uuid
from collections.abc import Callable
from typing import Any, Final

from flask import g, make_response, request

from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.errors import NotFoundError, NotPermittedError
from enforcement.glass import looking
from enforcement.glass.models import GlassKind
from enforcement.sign_in import current_actor

KIND_OF: Final = {"case_id": GlassKind.CASE, "incident_id": GlassKind.INCIDENT}


def opens_by_grant(name: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Let a view that only reads be opened by a grant upon the object its argument names.

    name -- "case_id" or "incident_id". First the person's own rights are tried; only where they
    end is a grant looked for, and the answer is never kept by the browser. Without one the refusal
    stays what it was, so that nobody learns whether the object exists. Goes above `requires`.
    """
    kind = KIND_OF[name]

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if request.method not in ("GET", "HEAD"):
                return view(*args, **kwargs)
            try:
                return view(*args, **kwargs)
            except (NotFoundError, NotPermittedError):
                actor = _look(kind, kwargs[name])
                if actor is None:
                    raise
            return _under(actor, view, args, kwargs)

        return guarded

    return decorate


def _look(kind: GlassKind, object_id: uuid.UUID) -> Actor | None:
    with transaction() as session:
        return looking.begin(
            session, current_actor(), kind, object_id, request.endpoint or "", request.path
        )


def _under(actor: Actor, view: Callable[..., Any], args: Any, kwargs: Any) -> Any:
    """Answer as to somebody who may read this one object and nothing else."""
    g.looking = actor
    try:
        answer = make_response(view(*args, **kwargs))
    finally:
        del g.looking
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
