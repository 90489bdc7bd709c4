"""One LISTEN connection fanned out to all streams of this process; a lost one catches up."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg.rows import dict_row

from enforcement.actor import Actor
from enforcement.events import CHANNEL
from enforcement.scope import BY_AREA, COUNTY_WIDE, NOTHING
from enforcement.streams.auth import Entry

logger = logging.getLogger(__name__)

COLUMNS: Final = (
    "seq, id, county_code, kind, act, subject_id, unit_codes, area_codes, account_id, data, at"
)
AFTER: Final = f"select {COLUMNS} from event where county_code = %s and seq > %s order by seq"  # noqa: S608
LAST: Final = "select county_code, max(seq) as seq from event group by county_code"
LAST_OF: Final = "select coalesce(max(seq), 0) as seq from event where county_code = %s"

POLL_S: Final = 5.0
"""The table is read this often even without an announcement."""

RETRY_S: Final = 1.0
QUEUE: Final = 1000
"""A stream that falls so far behind is closed; its browser comes back and catches up."""

Row = dict[str, Any]


@dataclass(eq=False)
class Listener:
    """One open stream and who opened it by what."""

    entry: Entry
    queue: asyncio.Queue[Any] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    @property
    def actor(self) -> Actor:
        """Whose stream it is."""
        return self.entry.actor

    def offer(self, row: Row) -> None:
        """Put an event that concerns the person into the stream; close it where it is stuck."""
        if concerns(self.actor, row):
            self.put(row)

    def put(self, what: Any) -> None:
        """Put something into the stream; close it where it is stuck."""
        try:
            self.queue.put_nowait(what)
        except asyncio.QueueFull:
            self.close()

    def close(self) -> None:
        """End the stream after what is in it."""
        while self.queue.full():
            self.queue.get_nowait()
        self.queue.put_nowait(None)


def concerns(actor: Actor, row: Row) -> bool:
    """Tell whether an event is for the actor's screen: the scope of pages, in Python."""
    if row["county_code"] != actor.county_code:
        return False
    if row["account_id"] is not None:
        return bool(row["account_id"] == actor.account_id)
    if actor.role in NOTHING:
        return False
    if actor.role in COUNTY_WIDE:
        return True
    if actor.role in BY_AREA:
        return _within(row["area_codes"], actor.area_codes)
    return _within(row["unit_codes"], (actor.unit_code,))


def _within(codes: Sequence[str], roots: Sequence[str]) -> bool:
    return any(code.startswith(root) for code in codes for root in roots)


class Hub:
    """Listens for announcements and hands the rows to the listeners.

    last -- for each county, the number of the last event that was handed out
    """

    def __init__(self, conninfo: str) -> None:
        self.conninfo = conninfo
        self.listeners: set[Listener] = set()
        self.ready = asyncio.Event()
        self.last: dict[str, int] | None = None

    async def run(self) -> None:
        """Listen for good; after a lost connection read on from the last number."""
        while True:
            try:
                await self._listen()
            except (psycopg.Error, OSError) as error:
                logger.warning("events: the database connection was lost: %s", error)
            self.ready.clear()
            await asyncio.sleep(RETRY_S)

    async def _listen(self) -> None:
        async with await self.connect() as ears, await self.connect() as hands:
            await ears.execute(f"listen {CHANNEL}")
            if self.last is None:
                rows = await self.rows(hands, LAST)
                self.last = {row["county_code"]: row["seq"] for row in rows}
            self.ready.set()
            while True:
                await self._hand_out(hands)
                async for _notice in ears.notifies(timeout=POLL_S, stop_after=1):
                    pass

    async def connect(self) -> psycopg.AsyncConnection[Row]:
        """Return a connection of its own, outside any pooler."""
        return await psycopg.AsyncConnection.connect(
            self.conninfo, autocommit=True, row_factory=dict_row
        )

    @staticmethod
    async def rows(connection: psycopg.AsyncConnection[Row], query: str, *asked: Any) -> list[Row]:
        """Return the rows of one statement."""
        return await (await connection.execute(query, asked)).fetchall()

    async def _hand_out(self, connection: psycopg.AsyncConnection[Row]) -> None:
        """Give every county with listeners, and every one announced, what is new in it."""
        last = self.last if self.last is not None else {}
        for county in {listener.actor.county_code for listener in self.listeners} | set(last):
            for row in await self.rows(connection, AFTER, county, last.get(county, 0)):
                last[county] = row["seq"]
                for listener in tuple(self.listeners):
                    listener.offer(row)
