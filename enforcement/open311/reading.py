"""What a client sends, read: a report, and which requests it asks for."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from flask import Request

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.incident import outside
from enforcement.incident.intake import Photo, Report
from enforcement.law.public import offer
from enforcement.law.taxonomy import Taxonomy
from enforcement.law.terms import IncidentSource
from enforcement.open311.queries import MOST_ROWS
from enforcement.open311.services import Sent

LONGEST: Final = timedelta(days=90)
MOST_PAGE: Final = 1000
MEDIA: Final = ("media", "media[]")


def values_of(request: Request) -> dict[str, str]:
    """Return the arguments of a request: query, form fields, or a JSON object; all as text.

    `attribute[place]` of a form and {"attribute": {"place": …}} of JSON are the same.
    """
    found = dict(request.args.items())
    if request.is_json:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise InvalidInputError("body", _("提交的内容不是JSON对象。"))
        return found | _flat(body)
    return found | dict(request.form.items())


def _flat(body: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in body.items():
        if isinstance(value, dict):
            found |= {f"{name}[{inner}]": str(one) for inner, one in value.items()}
        elif value is not None:
            found[str(name)] = str(value)
    return found


def report_of(said: Mapping[str, str], request: Request, now: datetime, listed: Taxonomy) -> Sent:
    """Return the report of a POST; raises InvalidInputError, UnknownRuleError for its code.

    address_id -- a village's code of 12 digits; media_url is not fetched
    """
    code = said.get("service_code") or ""
    if not code:
        raise InvalidInputError("service_code", _("缺少 service_code。"))
    asks = offer(listed, code).asks
    at = _moment(said.get("attribute[occurred_at]"), "attribute[occurred_at]")
    place = said.get("address_string") or said.get("attribute[place]")
    if "place" in asks and not place:
        raise InvalidInputError("attribute[place]", _("缺少 attribute[place]。"))
    if "occurred_at" in asks and at is None:
        raise InvalidInputError("attribute[occurred_at]", _("缺少 attribute[occurred_at]。"))
    lat, lon = _degrees(said, "lat"), _degrees(said, "long")
    village = outside.words(said.get("address_id"), "address_id", 12)
    if lat is None and lon is None and not place and not village:
        raise InvalidInputError("lat", _("需要 lat 和 long，或者 address_string、address_id。"))
    report = Report(
        category=code,
        description=outside.words(said.get("description"), "description", 4000, required=True)
        or "",
        occurred_at=at or now,
        lon=lon,
        lat=lat,
        place=outside.words(place, "address_string", 200),
        source=IncidentSource.OPEN311,
        village_code=village if lat is None else None,
        reporter_name=_name(said),
        reporter_phone=outside.phone(said.get("phone")),
    )
    device = outside.words(said.get("device_id"), "device_id", 100)
    return Sent(report, _photos(request), device, at is not None)


def _name(said: Mapping[str, str]) -> str | None:
    """Return who reports: names as given, the mail address behind; kept encrypted."""
    first = outside.words(said.get("first_name"), "first_name", 60) or ""
    last = outside.words(said.get("last_name"), "last_name", 60) or ""
    email = outside.words(said.get("email"), "email", 120)
    whole = f"{first} {last}".strip() if (first + last).isascii() else last + first
    return " ".join(filter(None, [whole, f"<{email}>" if email else ""])) or None


def _photos(request: Request) -> list[Photo]:
    return [
        Photo(file.filename or "photo", file.read())
        for name in MEDIA
        for file in request.files.getlist(name)
    ]


def _degrees(said: Mapping[str, str], name: str) -> float | None:
    text = said.get(name)
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise InvalidInputError(name, _("“%(text)s”不是数字。", text=text[:40]))
    return value


def _moment(text: str | None, field: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None or not 1900 < found.year < 2200:
        message = _("%(name)s应当是带时区的时间，例如 2026-03-02T09:15:00+08:00。", name=field)
        raise InvalidInputError(field, message)
    return found


@dataclass(frozen=True)
class Asked:
    """Which requests a client asks for; numbers override all else."""

    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    open_only: bool | None
    since: datetime
    until: datetime
    skip: int
    limit: int


def asked_of(said: Mapping[str, str], now: datetime, listed: Taxonomy) -> Asked:
    """Return what a GET of requests asks for; raises InvalidInputError, naming the argument."""
    until = _moment(said.get("end_date"), "end_date")
    since = _moment(said.get("start_date"), "start_date")
    until = until or (min(now, since + LONGEST) if since else now)
    since = since or until - LONGEST
    if until - since > LONGEST or since > until:
        raise InvalidInputError("start_date", _("时间范围最长%(n)d天。", n=LONGEST.days))
    size = _whole(said, "page_size", MOST_ROWS, MOST_ROWS)
    return Asked(
        _many(said, "service_request_id")[:MOST_ROWS],
        _codes(said, listed),
        _status(said),
        since,
        until,
        (_whole(said, "page", 1, MOST_PAGE) - 1) * size,
        size,
    )


def _many(said: Mapping[str, str], name: str) -> tuple[str, ...]:
    parts = (one.strip() for one in (said.get(name) or "").replace("\x00", "").split(","))
    return tuple(one for one in parts if one)


def _codes(said: Mapping[str, str], listed: Taxonomy) -> tuple[str, ...]:
    codes = _many(said, "service_code")
    for code in codes:
        if code not in listed.known:
            raise InvalidInputError("service_code", _("没有这个 service_code。"))
    return codes


def _status(said: Mapping[str, str]) -> bool | None:
    wanted = set(_many(said, "status"))
    if wanted - {"open", "closed"}:
        raise InvalidInputError("status", _("status 应当是 open 或者 closed。"))
    return None if len(wanted) != 1 else wanted == {"open"}


def _whole(said: Mapping[str, str], name: str, usual: int, most: int) -> int:
    text = said.get(name)
    if not text:
        return usual
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= most):
        message = _("%(name)s应在1到%(n)d之间。", name=name, n=most)
        raise InvalidInputError(name, message)
    return int(text)
