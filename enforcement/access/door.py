"""From the outcome of a try to the next page; what is half done is kept in the signed cookie."""

from __future__ import annotations

import time
import uuid
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

from flask import redirect, request, session, url_for
from flask_login import login_user
from werkzeug.wrappers import Response

from enforcement.access.services import Came, Outcome, Step
from enforcement.errors import NotSignedInError
from enforcement.i18n import _
from enforcement.sign_in import SignedIn

Found = TypeVar("Found")
HALF_WAY_S: Final = 300
PAGES: Final = {
    Step.CODE: "access.code",
    Step.SET_UP: "access.set_up",
    Step.RENEW: "access.password",
}


def came() -> Came:
    """Return whence this request comes; the address is a proxy's word only where we trust it."""
    return Came(request.remote_addr or "", request.headers.get("User-Agent", ""))


def own(target: str | None) -> str | None:
    """Return a target of this site only."""
    if not target or urlsplit(target).netloc or not target.startswith("/") or target[1:2] in "/\\":
        return None
    return target


def lead_on(outcome: Outcome, target: str | None = None) -> Response:
    """Lead to the page of the step that is left, or in."""
    if outcome.step is Step.IN:
        return _enter(outcome, target)
    account = _known(outcome.account)
    before = session.get("door", {})
    language = session.get("language")
    session.clear()
    session["door"] = {
        "county": account.county_code,
        "account": str(account.id),
        "step": str(outcome.step),
        "factored": before.get("factored", False) or outcome.factored,
        "since": time.time(),
        "next": target or before.get("next"),
    }
    if language:
        session["language"] = language
    return redirect(url_for(PAGES[outcome.step]))


def half_way(step: Step) -> dict[str, Any]:
    """Return who stands before a step; raises NotSignedInError when too long ago, or elsewhere."""
    kept: dict[str, Any] = session.get("door") or {}
    if kept.get("step") != step or time.time() - kept["since"] > HALF_WAY_S:
        raise NotSignedInError(_("请重新登录。"))
    return kept | {"account": uuid.UUID(kept["account"])}


def _known(value: Found | None) -> Found:
    if value is None:
        raise NotSignedInError(_("请重新登录。"))
    return value


def _enter(outcome: Outcome, target: str | None) -> Response:
    target = target or (session.get("door") or {}).get("next")
    language = session.get("language")
    session.clear()
    if language:
        session["language"] = language
    login_user(SignedIn(_known(outcome.actor)))
    return redirect(own(target) or url_for("overview.home"))
