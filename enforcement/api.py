"""The JSON API under /api/v1: every act of the pages has its call, with the same service behind."""

from __future__ import annotations

import importlib
import uuid
from datetime import UTC, datetime
from typing import Any

from flask import Flask
from flask_smorest import Api

from enforcement.api_document import JSON, REFUSED, Answers, RefusalSchema, numbers
from enforcement.security import csrf

SLICES = (
    "settings",
    "people",
    "delegation",
    "taxonomy",
    "timing",
    "jurisdiction",
    "power",
    "discretion",
    "roster",
    "rules",
    "incident",
    "points",
    "open311",
    "calls",
    "drills",
    "ledger",
    "patrol",
    "positions",
    "proof",
    "case",
    "measure",
    "spot",
    "inspection",
    "goods",
    "party",
    "publication",
    "dossier",
    "followup",
    "features",
    "indicators",
    "yearly",
    "trail",
    "operations",
    "access",
    "glass",
    "retention",
    "safety",
    "overview",
    "briefing",
    "live",
    "rehoming",
    "todo",
)
DESCRIPTION = (
    "县域综合行政执法平台接口。令牌由 `enforcement account token NAME` 发放，放在 "
    "`Authorization: Bearer` 头中。带 `key` 的请求重复发送只办理一次。"
)


class Calls(Api):
    """The API, whose errors are told by the same handler as those of the pages."""

    ERROR_SCHEMA = RefusalSchema

    def _register_error_handlers(self) -> None:
        """Leave all errors to errors_web."""


def init_app(app: Flask) -> None:
    """Register the calls and their OpenAPI document (/api/v1/openapi.json)."""
    app.config.update(
        API_TITLE="县域综合行政执法平台",
        API_VERSION="v1",
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/api/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION},
            "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
            "security": [{"token": []}],
        },
    )
    api = Calls(app, spec_kwargs={"extra_plugins": [Answers()]})
    api.ma_plugin.converter.add_attribute_function(numbers)
    refused = {"description": "Refused", "content": {JSON: {"schema": RefusalSchema}}}
    api.spec.components.response(REFUSED, refused)
    for name in SLICES:
        module = importlib.import_module(f"enforcement.{name}.api")
        for blueprint in (module.blp, *getattr(module, "MORE", ())):
            csrf.exempt(blueprint)
            api.register_blueprint(blueprint, url_prefix="/api/v1")


def plain_row(row: Any, *names: str) -> dict[str, Any]:
    """Return some columns of a row as JSON holds them."""
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, (str, int, float, bool, dict, list)):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def next_page(rows: list[Any], limit: int, moment: str) -> str | None:
    """Return the cursor of the page after a full one: the last row's moment and id."""
    if len(rows) < limit:
        return None
    last = rows[-1]
    at = getattr(last, moment).astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S.%fZ}~{last.id}"


def read_cursor(text: str | None) -> Any:
    """Return what `next_page` wrote, None for the first page; raises InvalidInputError."""
    from enforcement.errors import InvalidInputError
    from enforcement.i18n import _

    if not text:
        return None
    moment, _sep, row_id = text.partition("~")
    try:
        return datetime.fromisoformat(moment), uuid.UUID(row_id)
    except ValueError:
        raise InvalidInputError("after", _("翻页标记无效。")) from None
