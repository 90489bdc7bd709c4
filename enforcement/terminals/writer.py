"""Positions of all connections, written together: one transaction, one commit, then the yes.

A batch is what came while the one before was written, at most `MOST` rows. Those of vehicles go
straight into their table (`straight`); those of persons, and whatever came before, through the
statement that knows about duty and repetition. A database that is away is waited for; nobody is
answered meanwhile, so every terminal keeps what it sent.
"""

from __future__ import annotations

import asyncio
import json
import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from enforcement.positions.models import Protocol
from enforcement.positions.protocols.reading import Reading
from enforcement.positions.storing import NAMES, Carrier, as_row
from enforcement.positions.storing_sql import COLUMNS, store
from enforcement.terminals import straight

Connection = psycopg.AsyncConnection[Any]
logger = logging.getLogger(__name__)

MOST: Final = 5000
AWAY_S: Final = 1.0
SAID: Final = "fix_said"
TABLE: Final = "CREATE TEMP TABLE IF NOT EXISTS {} ({}) ON COMMIT DELETE ROWS".format(
    SAID, ", ".join(f"{name} {kind}" for name, kind in COLUMNS)
)
COPY: Final = f"COPY {SAID} ({', '.join(NAMES)}) FROM STDIN"
STORE: Final = store(SAID).replace(":county", "%(county)s")
RING: Final = """
INSERT INTO due_step (county_code, id, task, subject_id, rule, due_at, next_at, data)
SELECT %(county)s, gen_random_uuid(), 'positions:sos', device, 'sos', app_now(), app_now(), '{}'
FROM unnest(%(devices)s::uuid[]) AS device
ON CONFLICT DO NOTHING
"""


@dataclass
class Parcel:
    """Positions of one message, and who waits for them to be kept."""

    carrier: Carrier
    readings: Sequence[Reading]
    done: asyncio.Future[None]


class Writer:
    """Writes parcels in the order in which they came, one batch after another."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._queue: asyncio.Queue[Parcel] = asyncio.Queue(maxsize=2 * MOST)
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self.rows = 0

    async def keep(self, carrier: Carrier, readings: Sequence[Reading]) -> None:
        """Return once the positions are committed."""
        if not readings:
            return
        parcel = Parcel(carrier, readings, asyncio.get_running_loop().create_future())
        await self._queue.put(parcel)
        await parcel.done

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            parcels = [await self._queue.get()]
            count = len(parcels[0].readings)
            while count < MOST and not self._queue.empty():
                parcels.append(self._queue.get_nowait())
                count += len(parcels[-1].readings)
            for county in {one.carrier.county_code for one in parcels}:
                await self._write(county, [p for p in parcels if p.carrier.county_code == county])

    async def _write(self, county: str, parcels: list[Parcel]) -> None:
        """Write a county's parcels; tried again until the database takes them."""
        while True:
            try:
                await self._once(county, parcels)
                break
            except (psycopg.OperationalError, OSError) as error:
                logger.warning("positions: the database is away: %s", error)
                await self.close()
                await asyncio.sleep(AWAY_S)
            except psycopg.Error as error:
                await self.close()
                if len(parcels) > 1:  # one bad parcel must not take the others with it
                    for one in parcels:
                        await self._write(county, [one])
                else:
                    parcels[0].done.set_exception(error)
                return
        for parcel in parcels:
            if not parcel.done.done():
                parcel.done.set_result(None)

    async def _once(self, county: str, parcels: list[Parcel]) -> None:
        """Write straight what vehicles say for the first time, the rest through the statement."""
        connection = await self._connected()
        async with connection.transaction():
            rung, left = await straight.write(
                connection, county, [(one.carrier, one.readings) for one in parcels]
            )
            if left:
                rung += await self._judged(connection, county, left)
            if rung:
                await connection.execute(RING, {"county": county, "devices": rung})
        self.rows += sum(len(one.readings) for one in parcels)

    async def _judged(
        self, connection: Connection, county: str, said: Sequence[straight.Said]
    ) -> list[uuid.UUID]:
        """Write rows through the statement that knows all rules; return who calls for help."""
        lines = [
            _line(as_row(carrier, Protocol.JT808, one))
            for carrier, readings in said
            for one in readings
        ]
        async with connection.cursor() as cursor:
            await cursor.execute(TABLE)
            async with cursor.copy(COPY) as copy:
                await copy.write("".join(lines))
            await cursor.execute(STORE, {"county": county})
            found = await cursor.fetchone()
        return list(found[4] or ()) if found else []

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._conninfo, autocommit=True, options="-c timezone=UTC -c jit=off"
            )
        return self._connection

    async def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


def _line(row: dict[str, Any]) -> str:
    """Return a row in COPY's text format."""
    return "\t".join(_field(row[name]) for name in NAMES) + "\n"


def _field(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int | float | uuid.UUID):
        return str(value)
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    return (
        text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
        .replace("\x00", "")
    )  # fmt: skip
