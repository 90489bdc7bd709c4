"""The events process: server-sent events to desks, walls and phones (native ASGI, uvicorn).

GET /events         text/event-stream; `Last-Event-ID` (or ?since=) gives all that was missed
GET /events/units   where units on duty are that moved, as the page of live positions shows them
GET /healthz        200 while the database is listened to

An open stream ends within WATCH_S when the session, token or account that opened it does.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
from collections.abc import AsyncIterator
from typing import Final

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from enforcement import create_app
from enforcement.config import Config
from enforcement.permissions import Permission, allows
from enforcement.positions.looking import log_look
from enforcement.streams.auth import Entry, entry_of, still
from enforcement.streams.hub import AFTER, LAST_OF, Hub, Listener, Row, concerns
from enforcement.streams.units import Units

logger = logging.getLogger(__name__)
BEAT_S: Final = 15.0
"""A comment this often keeps proxies from closing a quiet stream."""

WATCH_S: Final = 2.0
"""So often it is asked whether those who opened streams may still have them."""

LONGEST_S: Final = 1800.0
"""A stream ends after this long; the browser comes back and shows who it is again."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
NUMBER: Final = re.compile(r"[0-9]{1,18}")


def build(config: Config | None = None) -> Starlette:
    """Return the ASGI application; uvicorn calls it as a factory."""
    flask_app = create_app(config, serves=False)
    settings: Config = flask_app.extensions["enforcement.config"]
    hub = Hub(conninfo(settings.database_url))
    units = Units(hub)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        works = (hub.run(), units.run(), _watch(flask_app, hub, units))
        tasks = [asyncio.create_task(one) for one in works]
        yield
        for listener in (*hub.listeners, *units.listeners):
            listener.close()
        for task in tasks:
            task.cancel()

    async def events(request: Request) -> Response:
        return await _events(flask_app, hub, request)

    async def moves(request: Request) -> Response:
        return await _moves(flask_app, units, request)

    async def healthz(_request: Request) -> Response:
        well = hub.ready.is_set()
        return JSONResponse({"status": "ok" if well else "no database",
                             "listeners": len(hub.listeners), "watchers": len(units.listeners)},
                            status_code=200 if well else 503)  # fmt: skip

    routes = [Route("/events", events), Route("/events/units", moves), Route("/healthz", healthz)]
    return Starlette(routes=routes, lifespan=lifespan)


def conninfo(url: str) -> str:
    """Return a SQLAlchemy URL as libpq takes it."""
    made = make_url(url)
    host = made.query.get("host") or made.host or ""
    hosts = host if isinstance(host, str) else ",".join(host)
    parts = {
        "host": hosts,
        "port": str(made.query.get("port") or made.port or ""),
        "dbname": made.database or "",
        "user": made.username or "",
        "password": made.password or "",
    }
    return psycopg.conninfo.make_conninfo(**{key: value for key, value in parts.items() if value})


async def _events(app: Flask, hub: Hub, request: Request) -> Response:
    headers = {**HEADERS, **_cross_origin(request)}
    entry = await run_in_threadpool(entry_of, app, request)
    if entry is None:
        return PlainTextResponse("请先登录。", status_code=401, headers=headers)
    since = request.headers.get("last-event-id") or request.query_params.get("since") or ""
    if since and not NUMBER.fullmatch(since):
        return PlainTextResponse("Last-Event-ID 无效。", status_code=422, headers=headers)
    listener = Listener(entry)
    content = _stream(hub, listener, int(since) if since else None)
    return StreamingResponse(content, media_type="text/event-stream", headers=headers)


async def _moves(app: Flask, units: Units, request: Request) -> Response:
    """Open the stream of moving units: a logged look, like opening the page."""
    headers = {**HEADERS, **_cross_origin(request)}
    entry = await run_in_threadpool(entry_of, app, request)
    if entry is None:
        return PlainTextResponse("请先登录。", status_code=401, headers=headers)
    if not allows(entry.actor, Permission.LIVE_READ):
        return PlainTextResponse("您的岗位不能执行此操作。", status_code=403, headers=headers)
    await run_in_threadpool(_log, app, entry)
    content = _moving(units, Listener(entry))
    return StreamingResponse(content, media_type="text/event-stream", headers=headers)


def _log(app: Flask, entry: Entry) -> None:
    with app.app_context(), app.extensions["enforcement.sessions"].begin() as session:
        log_look(session, entry.actor, "stream")


async def _moving(units: Units, listener: Listener) -> AsyncIterator[str]:
    """Give what moves, as it comes; what was before is told by the page's own JSON."""
    units.listeners.add(listener)
    ends = asyncio.get_running_loop().time() + LONGEST_S
    try:
        yield "retry: 2000\nevent: hello\ndata: {}\n\n"
        while asyncio.get_running_loop().time() < ends:
            try:
                text = await asyncio.wait_for(listener.queue.get(), BEAT_S)
            except TimeoutError:
                yield ": \n\n"
                continue
            if text is None:
                return
            yield text
    finally:
        units.listeners.discard(listener)


async def _watch(app: Flask, hub: Hub, units: Units) -> None:
    """Close the streams whose session, token or account has ended, or whose person moved on."""
    while True:
        await asyncio.sleep(WATCH_S)
        listeners = (*hub.listeners, *units.listeners)
        try:
            held = await run_in_threadpool(still, app, {one.entry for one in listeners})
        except SQLAlchemyError as error:
            logger.warning("events: who listens could not be asked: %s", error)
            continue
        for listener in listeners:
            if listener.entry not in held:
                listener.close()


def _cross_origin(request: Request) -> dict[str, str]:
    """Let pages of the same host read the stream from this port; no other site may."""
    origin = request.headers.get("origin", "")
    host = origin.partition("://")[2].rpartition(":")[0] or origin.partition("://")[2]
    own = request.headers.get("host", "").rpartition(":")[0] or request.headers.get("host", "")
    if not origin or host != own:
        return {}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Credentials": "true",
        "Vary": "Origin",
    }


async def _stream(hub: Hub, listener: Listener, since: int | None) -> AsyncIterator[str]:
    """Give what was missed, then what comes, each event once."""
    hub.listeners.add(listener)
    sent = since
    ends = asyncio.get_running_loop().time() + LONGEST_S
    try:
        yield "retry: 2000\n\n"
        rows, sent = await _missed(hub, listener, since)
        for row in rows:
            yield _text(row)
        yield f"id: {sent}\nevent: hello\ndata: {{}}\n\n"
        while asyncio.get_running_loop().time() < ends:
            try:
                found = await asyncio.wait_for(listener.queue.get(), BEAT_S)
            except TimeoutError:
                yield ": \n\n"
                continue
            if found is None:
                return
            if found["seq"] > sent:
                yield _text(found)
    finally:
        hub.listeners.discard(listener)


async def _missed(hub: Hub, listener: Listener, since: int | None) -> tuple[list[Row], int]:
    """Return the events after a number that concern the person, and the last number of all."""
    county = listener.actor.county_code
    async with await hub.connect() as connection:
        if since is None:
            [now] = await hub.rows(connection, LAST_OF, county)
            return [], now["seq"]
        rows = await hub.rows(connection, AFTER, county, since)
        mine = [row for row in rows if concerns(listener.actor, row)]
        return mine, rows[-1]["seq"] if rows else since


def _text(row: Row) -> str:
    data = {
        "id": str(row["id"]),
        "kind": row["kind"],
        "act": row["act"],
        "subject": str(row["subject_id"]),
        "at": row["at"].isoformat(),
        **row["data"],
    }
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"id: {row['seq']}\nevent: {row['kind']}\ndata: {body}\n\n"
