"""The events process: server-sent events to desks, walls and phones (native ASGI, uvicorn).

GET /events     text/event-stream; `Last-Event-ID` (or ?since=) gives all that was missed
GET /healthz    200 while the database is listened to
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from typing import Final

import psycopg
from flask import Flask
from sqlalchemy.engine import make_url
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from enforcement import create_app
from enforcement.config import Config
from enforcement.streams.auth import actor_of
from enforcement.streams.hub import AFTER, LAST_OF, Hub, Listener, Row, concerns

BEAT_S: Final = 15.0
"""A comment this often keeps proxies from closing a quiet stream."""

LONGEST_S: Final = 1800.0
"""A stream ends after this long; the browser comes back and shows who it is again."""

HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
NUMBER: Final = re.compile(r"[0-9]{1,18}")


def build(config: Config | None = None) -> Starlette:
    """Return the ASGI application; uvicorn calls it as a factory."""
    flask_app = create_app(config)
    settings: Config = flask_app.extensions["enforcement.config"]
    hub = Hub(conninfo(settings.database_url))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(hub.run())
        yield
        for listener in tuple(hub.listeners):
            listener.close()
        task.cancel()

    async def events(request: Request) -> Response:
        return await _events(flask_app, hub, request)

    async def healthz(_request: Request) -> Response:
        well = hub.ready.is_set()
        return JSONResponse({"status": "ok" if well else "no database",
                             "listeners": len(hub.listeners)},
                            status_code=200 if well else 503)  # fmt: skip

    routes = [Route("/events", events), Route("/healthz", healthz)]
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
    actor = await run_in_threadpool(actor_of, app, request)
    if actor is None:
        return PlainTextResponse("请先登录。", status_code=401, headers=headers)
    since = request.headers.get("last-event-id") or request.query_params.get("since") or ""
    if since and not NUMBER.fullmatch(since):
        return PlainTextResponse("Last-Event-ID 无效。", status_code=422, headers=headers)
    listener = Listener(actor)
    content = _stream(hub, listener, int(since) if since else None)
    return StreamingResponse(content, media_type="text/event-stream", headers=headers)


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
