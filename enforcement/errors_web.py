"""One handler turns a domain error into an answer: JSON for programs, a page for people."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import NoResultFound, OperationalError
from werkzeug.exceptions import HTTPException

from enforcement.errors import DomainError, NotSignedInError, status_of
from enforcement.field_words import fields_of
from enforcement.i18n import _
from enforcement.law.errors import LawError
from gis.errors import GisError

log = logging.getLogger(__name__)


def wants_json() -> bool:
    """Tell whether a program asks."""
    return request.path.startswith(("/api/", "/m/files/", "/m/send", "/m/me"))


def answer(message: str, status: int, data: dict[str, Any]) -> ResponseReturnValue:
    """Return the error as JSON or as a page that says what to do."""
    if wants_json():
        return {**data, "error": message, "code": status}, status
    page = render_template("error.html", message=message, status=status, data=data)
    return page, status


def say_once(message: str) -> None:
    """Tell the next page something, once: a page left open asks on, and a cookie is small."""
    waiting = session.get("_flashes", ())
    if ["info", message] not in [list(one) for one in waiting]:
        flash(message, "info")


def init_app(app: Flask) -> None:
    """Register the handlers."""

    def domain(error: Exception) -> ResponseReturnValue:
        if isinstance(error, NotSignedInError) and not wants_json():
            say_once(str(error))
            target = request.full_path if request.method == "GET" else None
            return redirect(url_for("people.sign_in", next=target))
        return answer(str(error), status_of(error), getattr(error, "data", {}))

    for kind in (DomainError, LawError, GisError):
        app.register_error_handler(kind, domain)

    @app.errorhandler(NoResultFound)
    def missing(_error: NoResultFound) -> ResponseReturnValue:
        return answer(_("没有找到该记录，或者您无权查看。"), 404, {})

    @app.errorhandler(OperationalError)
    def away(error: OperationalError) -> ResponseReturnValue:
        log.error("the database is away or busy", exc_info=error)
        return answer(_("数据库暂时没有应答，请稍后重试。"), 503, {})

    @app.errorhandler(CSRFError)
    def forged(_error: CSRFError) -> ResponseReturnValue:
        return answer(_("页面已过期，请返回刷新后重新提交。"), 400, {})

    @app.errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        words = {
            404: _("没有找到该页面。"),
            405: _("不支持这种请求方式。"),
            413: _("文件太大，请压缩后重试。"),
        }
        data = getattr(error, "data", None) or {}
        status = error.code or 500
        if "messages" in data:
            fields = fields_of(data["messages"])
            message = _("提交的内容有误：%(fields)s", fields="、".join(filter(None, fields)))
            return answer(message, status, {"fields": fields})
        return answer(words.get(status, error.description or error.name), status, {})
