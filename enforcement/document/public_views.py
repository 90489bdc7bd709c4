"""Public pages: ask by its code whether a paper is genuine, and have a PDF compared. No sign-in."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from enforcement import limiting
from enforcement.db import transaction
from enforcement.document import checking
from enforcement.document.verifying import plain_code
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.i18n import _
from enforcement.permissions import requires

bp = Blueprint("verify", __name__)
LOOKS: Final = 60
WITHIN: Final = timedelta(minutes=10)
EVERYWHERE: Final = "000000"  # looks are counted for all counties together
LARGEST: Final = 24 * 1024 * 1024


def _count() -> None:
    who = request.remote_addr or ""
    limiting.count(EVERYWHERE, "verify", who, most=LOOKS, within=WITHIN)


@bp.get("/verify")
@requires(None)
def ask() -> ResponseReturnValue:
    """Ask for a code; ?code= leads on to its page."""
    typed = request.args.get("code")
    if typed is None:
        return render_template("document/verify.html", found=None, why=None, typed="")
    known = plain_code(typed)
    if known is not None:
        return redirect(url_for(".code", code=known))
    why = _("核验码的格式不对，请照文书上的二维码下方核对。")
    return render_template("document/verify.html", found=None, why=why, typed=typed), 422


@bp.route("/verify/<code>", methods=["GET", "POST"])
@requires(None)
def code(code: str) -> ResponseReturnValue:
    """Tell what is kept of a paper; a sent PDF is compared with what was issued."""
    try:
        _count()
        known = plain_code(code)
        with transaction() as session:
            found = checking.find(session, known or "")
            compared, why = None, None
            if request.method == "POST":
                try:
                    compared = checking.compare(session, found, _file())
                except InvalidInputError as error:
                    why = error
            page = render_template(
                "document/verify.html", found=checking.told(session, found), compared=compared,
                why=why, typed=known,
            )  # fmt: skip
        return page, status_of(why) if why else 200
    except NotFoundError as error:
        return _refused(error, code)


def _file() -> bytes:
    sent = request.files.get("file")
    data = sent.read(LARGEST + 1) if sent else b""
    if not data:
        raise InvalidInputError("file", _("请选择要核验的PDF文件。"))
    if len(data) > LARGEST or not data.startswith(b"%PDF-"):
        raise InvalidInputError("file", _("文件不是PDF，或者太大。"))
    return data


def _refused(error: DomainError, typed: str) -> ResponseReturnValue:
    page = render_template("document/verify.html", found=None, why=error, typed=typed[:60])
    return page, status_of(error)
