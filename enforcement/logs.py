"""Logs: one JSON object a line, with the number of the request; slow statements by name.

No line of a request or statement holds what people typed: neither bodies, headers, query strings
nor values. A traceback is kept as it is, and may quote the database's words.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import uuid
from datetime import UTC, datetime
from typing import Any, Final

from flask import Flask, Response, g, has_request_context, request
from flask_login import current_user
from sqlalchemy import event
from sqlalchemy.engine import Engine

from enforcement.config import Config

HEADER: Final = "X-Request-Id"
GIVEN: Final = re.compile(r"[A-Za-z0-9_-]{8,64}")
LONGEST_STATEMENT: Final = 600
EXTRA: Final = ("method", "route", "status", "ms", "account", "statement")
requests = logging.getLogger("enforcement.requests")
statements = logging.getLogger("enforcement.statements")


class Lines(logging.Formatter):
    """Writes a record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; a traceback stands in it as text."""
        said: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(), "logger": record.name,
            "message": record.getMessage(), "request": request_id(),
        }  # fmt: skip
        said |= {name: getattr(record, name) for name in EXTRA if hasattr(record, name)}
        if record.exc_info:
            said["traceback"] = self.formatException(record.exc_info)
        return json.dumps({name: value for name, value in said.items() if value is not None},
                          ensure_ascii=False, default=str)  # fmt: skip


def request_id() -> str | None:
    """Return the number of this request: a proxy's where it is plain, else a new one."""
    if not has_request_context():
        return None
    if "request_id" not in g:
        given = request.headers.get(HEADER, "")
        g.request_id = given if GIVEN.fullmatch(given) else uuid.uuid4().hex
    found: str = g.request_id
    return found


def to_lines(stream: Any = None) -> None:
    """Have everything logged as lines of JSON, on stderr."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Lines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)


def init_app(app: Flask, config: Config) -> None:
    """Give each request a number, log it when its answer goes out, and say the number there."""
    if config.log_lines:
        to_lines()

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[HEADER] = request_id() or ""
        if requests.isEnabledFor(logging.INFO) and request.endpoint != "static":
            requests.info("request", extra=_said(response))
        return response

    app.jinja_env.globals["request_id"] = request_id


def _said(response: Response) -> dict[str, Any]:
    """Return what a line says of a request: the route as it is written, not the address."""
    began = g.get("began")
    user = g.get("_login_user", None) and current_user
    return {
        "method": request.method, "status": response.status_code,
        "route": request.url_rule.rule if request.url_rule else None,
        "ms": round((time.perf_counter() - began) * 1000, 1) if began else None,
        "account": str(user.actor.account_id) if user and user.is_authenticated else None,
    }  # fmt: skip


def watch(engine: Engine, slow_ms: int) -> None:
    """Log statements that take longer than `slow_ms`, without their values."""

    @event.listens_for(engine, "before_cursor_execute")
    def begin(_con: Any, _cursor: Any, _sql: str, _values: Any, context: Any, _many: bool) -> None:
        context.began = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def end(_con: Any, _cursor: Any, sql: str, _values: Any, context: Any, _many: bool) -> None:
        took = (time.perf_counter() - context.began) * 1000
        if took >= slow_ms:
            words = {"ms": round(took, 1), "statement": " ".join(sql.split())[:LONGEST_STATEMENT]}
            statements.warning("slow statement, %.0f ms: %s", took, words["statement"], extra=words)
