"""What phones' trackers call: /gps/osmand and /gps/owntracks. No session; the device is the sender.

2xx is said after the commit only. A device that nobody registered is refused for good: 400 where
it asked by query or form, 404 where it sent JSON, as its own server would (patrol.md 2.1).
"""

from __future__ import annotations

import json
from typing import Any, Final

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from enforcement import limiting
from enforcement.db import transaction
from enforcement.permissions import requires
from enforcement.positions import queries, registry
from enforcement.positions.models import Protocol
from enforcement.positions.protocols import osmand, owntracks
from enforcement.positions.protocols.reading import BadReadingError, Sent
from enforcement.positions.receiving import take
from enforcement.security import csrf

bp = Blueprint("gps", __name__, url_prefix="/gps")
csrf.exempt(bp)

LARGEST: Final = 1024 * 1024
NO_COUNTY: Final = "000000"
UNKNOWN_A_MINUTE: Final = 60


@bp.route("/osmand", methods=["GET", "POST"])
@bp.route("/osmand/", methods=["GET", "POST"])
@requires(None)
def from_osmand() -> ResponseReturnValue:
    """Take positions by query, form or JSON: OsmAnd and all generations of Traccar Client."""
    if _is_large():
        return _said("内容太大", 413)
    body = request.get_data(cache=True)
    is_json = body[:1] in (b"{", b"[")
    try:
        if is_json:
            sent = osmand.from_json(_json(body))
        else:
            values = request.args or request.form
            sent = osmand.from_query(values.to_dict(flat=False))
    except BadReadingError as error:
        return _said(str(error), 400)
    key = request.args.get("key") or request.form.get("key") or _password()
    status = _taken(Protocol.OSMAND, sent, [sent.ident], key, unknown=404 if is_json else 400)
    return _said("OK" if status == 200 else "设备未登记或密钥不符", status)


@bp.post("/owntracks")
@bp.post("/owntracks/")
@requires(None)
def from_owntracks() -> ResponseReturnValue:
    """Take one message of OwnTracks; the answer is a list of commands, always empty."""
    if _is_large():
        return _said("内容太大", 413)
    body = request.get_data()
    if not body:
        return jsonify([])  # a friend was deleted
    try:
        sent = owntracks.decode(
            _json(body), owntracks.ident_of(request.args, dict(request.headers))
        )
    except BadReadingError as error:
        return _said(str(error), 400)
    if sent is None:
        return jsonify([])
    names = [sent.ident, *owntracks.other_names(sent.ident)]
    status = _taken(Protocol.OWNTRACKS, sent, names, _password(), unknown=404)
    return jsonify([]) if status == 200 else _said("设备未登记或密钥不符", status)


def _taken(
    protocol: Protocol, sent: Sent, names: list[str], key: str | None, *, unknown: int
) -> int:
    """Keep what was sent, in one transaction; return the status to answer with."""
    with transaction() as session:
        device = registry.find(session, protocol, *names)
        if device is not None and registry.may_speak(device, key):
            if sent.readings:
                take(session, device, sent.readings)
            else:
                queries.hear(session, device.county_code, device.id)
            return 200
    limiting.count(NO_COUNTY, "gps:unknown", request.remote_addr or "", most=UNKNOWN_A_MINUTE)
    return unknown if device is None else 401


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadReadingError("body", "不是 JSON") from None


def _is_large() -> bool:
    return (request.content_length or 0) > LARGEST


def _password() -> str | None:
    return request.authorization.password if request.authorization else None


def _said(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
