"""Open311 GeoReport v2: services, requests and tokens, in JSON and XML.

Reading needs a key too: what people report is not public here. `media_url` is never fetched, for
a server that opens addresses given by strangers can be led anywhere; photos come as files.
"""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from enforcement import clock, limiting
from enforcement.db import transaction
from enforcement.errors import (
    DomainError,
    NotPermittedError,
    TooManyRequestsError,
    status_of,
)
from enforcement.i18n import _
from enforcement.incident import outside
from enforcement.law.errors import LawError, UnknownRuleError
from enforcement.law.public import offer, offers
from enforcement.law.taxonomy import Taxonomy
from enforcement.open311 import queries, services
from enforcement.open311.answers import answer, check_format
from enforcement.open311.blueprint import geo
from enforcement.open311.models import Open311Client
from enforcement.open311.reading import asked_of, report_of, values_of
from enforcement.open311.shown import definition, request_of, service
from enforcement.permissions import requires
from enforcement.taxonomy import queries as taxonomies
from gis.errors import GisError

CHANGESET = "2026-11-24T00:00:00+08:00"
KEY_HEADER = "Idempotency-Key"


def _format() -> str:
    return request.path.rpartition(".")[2]


def _refuse(status: int, words: str) -> Response:
    return answer("errors", [{"code": status, "description": words}], _format(), status)


def domain(error: Exception) -> Response:
    """Answer a refusal as the specification words it."""
    status = status_of(error)
    if isinstance(error, UnknownRuleError):
        status = 404
    elif status == 422:
        status = 400
    found = _refuse(status, str(error))
    if isinstance(error, TooManyRequestsError):
        found.headers["Retry-After"] = str(error.data["retry_after_s"])
    return found


@geo.errorhandler(HTTPException)
def http(error: HTTPException) -> Response:
    """Answer what the web server refuses."""
    return _refuse(error.code or 500, error.description or error.name)


for _kind in (DomainError, LawError, GisError):
    geo.register_error_handler(_kind, domain)


def _client(session: Session) -> Open311Client:
    """Return who calls, counted; raises NotPermittedError, TooManyRequestsError."""
    key = request.headers.get("X-Api-Key") or request.values.get("api_key") or ""
    if not key and request.is_json:
        body = request.get_json(silent=True)
        key = str(body.get("api_key") or "") if isinstance(body, dict) else ""
    client = queries.find_client(session, key)
    if client is None:
        raise NotPermittedError(_("api_key 缺少或者无效。"))
    limiting.count(client.county_code, "open311", str(client.id), most=client.rate_per_minute)
    county = queries.jurisdiction(session, request.values.get("jurisdiction_id"))
    if county.county_code != client.county_code:
        raise NotPermittedError(_("该 api_key 不能用于这个 jurisdiction_id。"))
    return client


@geo.get("/discovery.<string:fmt>")
@requires(None)
def discovery(fmt: str) -> Response:
    """Say where the endpoint is and which formats it speaks."""
    check_format(fmt)
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": url_for("georeport.discovery", fmt=fmt, _external=True).rpartition("/")[0],
        "changeset": CHANGESET,
        "type": "production",
        "formats": ["text/xml", "application/json"],
    }
    found = {
        "changeset": CHANGESET,
        "contact": _("接口密钥由县综合行政执法局的安全管理员发放。"),
        "key_service": _("向县综合行政执法局的安全管理员申请。"),
        "endpoints": [endpoint],
    }
    return answer("discovery", found, fmt)


def _listed() -> Taxonomy:
    """Return the list that the county which is asked goes by."""
    with transaction() as session:
        county = queries.jurisdiction(session, request.args.get("jurisdiction_id"))
        return taxonomies.current(session, county.county_code)


@geo.get("/services.<string:fmt>")
@requires(None)
def list_services(fmt: str) -> Response:
    """List what may be reported."""
    check_format(fmt)
    return answer("services", [service(one) for one in offers(_listed()).values()], fmt)


@geo.get("/services/<string:code>.<string:fmt>")
@requires(None)
def get_service(code: str, fmt: str) -> Response:
    """Say what a report of this kind has to tell."""
    check_format(fmt)
    return answer("service_definition", definition(offer(_listed(), code)), fmt)


@geo.post("/requests.<string:fmt>")
@requires(None)
def post_request(fmt: str) -> Response:
    """Take a report: form fields, a JSON object, or multipart with photos as `media`."""
    check_format(fmt)
    said = values_of(request)
    with transaction() as session:
        client = _client(session)
        listed = taxonomies.current(session, client.county_code)
        sent = report_of(said, request, clock.now(session), listed)
        taken = services.take(session, client, sent, _key())
        found = {
            "service_request_id": taken.incident.number,
            "service_notice": _("media_url 不会被下载；照片请用 multipart 的 media 字段上传。")
            if said.get("media_url")
            else None,
            "account_id": None,
        }
    return answer("service_requests", [found], fmt, 200 if taken.again else 201)


def _key() -> str | None:
    return outside.words(request.headers.get(KEY_HEADER), KEY_HEADER, 100)


@geo.get("/requests.<string:fmt>")
@requires(None)
def list_requests(fmt: str) -> Response:
    """List requests of a span of at most 90 days, the newest first, a page of at most 1000."""
    check_format(fmt)
    with transaction() as session:
        client = _client(session)
        listed = taxonomies.current(session, client.county_code)
        asked = asked_of(request.args, clock.now(session), listed)
        if asked.numbers:
            rows = queries.by_numbers(session, client, listed, asked.numbers)
        else:
            rows = queries.list_requests(
                session, client, listed, asked.since, asked.until, codes=asked.codes,
                open_only=asked.open_only, skip=asked.skip, limit=asked.limit,
            )  # fmt: skip
        found: list[dict[str, Any]] = [request_of(row, client, listed) for row in rows]
    return answer("service_requests", found, fmt)


@geo.get("/requests/<string:number>.<string:fmt>")
@requires(None)
def get_request(number: str, fmt: str) -> Response:
    """Tell how a request stands."""
    check_format(fmt)
    with transaction() as session:
        client = _client(session)
        listed = taxonomies.current(session, client.county_code)
        found = request_of(queries.find(session, client, listed, number), client, listed)
    return answer("service_requests", [found], fmt)


@geo.get("/tokens/<string:token>.<string:fmt>")
@requires(None)
def get_token(token: str, fmt: str) -> Response:
    """Tell which request a client's own Idempotency-Key led to; ids come at once here."""
    check_format(fmt)
    with transaction() as session:
        client = _client(session)
        number = queries.find_token(session, client, token)
    return answer("service_requests", [{"service_request_id": number, "token": token}], fmt)
