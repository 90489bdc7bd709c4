"""Which device a terminal is, asked of the database and remembered for some seconds."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from typing import Any, Final

import psycopg

from enforcement.positions.storing import Carrier

KEEP_S: Final = 15.0
MOST: Final = 20_000
FIND: Final = """
SELECT d.county_code, d.id, d.person_id, d.strict, d.key_hash, d.code_hash, d.registered_at
FROM device_name n JOIN device d ON d.county_code = n.county_code AND d.id = n.device_id
WHERE n.protocol = 'jt808' AND n.ident = %s
"""
REGISTER: Final = """
UPDATE device SET code_hash = %(hash)s, registered_at = app_now()
WHERE county_code = %(county)s AND id = %(id)s
  AND (NOT strict OR registered_at IS NULL)
RETURNING id
"""
HEAR: Final = """
INSERT INTO device_state (county_code, device_id, heard_at) VALUES (%(county)s, %(id)s, app_now())
ON CONFLICT (county_code, device_id) DO UPDATE SET heard_at = excluded.heard_at
"""


@dataclass(frozen=True)
class Known:
    """A registered terminal."""

    carrier: Carrier
    strict: bool
    hashes: tuple[bytes, ...]


class Registry:
    """Asks on one connection of its own; a lost one is made anew."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._connecting = asyncio.Lock()
        self._kept: dict[str, tuple[float, Known | None]] = {}

    async def find(self, terminal: str) -> Known | None:
        """Return who a terminal is; None where nobody registered it."""
        until, known = self._kept.get(terminal, (0.0, None))
        now = time.monotonic()
        if now < until:
            return known
        row = await self._row(FIND, (terminal,))
        known = None
        if row is not None:
            county, device, person, strict, key, code, _registered = row
            hashes = tuple(bytes(one) for one in (key, code) if one is not None)
            known = Known(Carrier(county, uuid.UUID(str(device)), person), strict, hashes)
        if len(self._kept) >= MOST:
            self._kept.clear()
        self._kept[terminal] = (now + KEEP_S, known)
        return known

    async def register(self, terminal: str, known: Known, code_hash: bytes) -> bool:
        """Give a terminal its code; False where a strict one has one already."""
        said = {"hash": code_hash, "county": known.carrier.county_code,
                "id": known.carrier.device_id}  # fmt: skip
        row = await self._row(REGISTER, said)
        self._kept.pop(terminal, None)
        return row is not None

    async def hear(self, known: Known) -> None:
        """Note that a terminal is there."""
        said = {"county": known.carrier.county_code, "id": known.carrier.device_id}
        await self._row(HEAR, said, fetch=False)

    async def _row(self, query: str, values: Any, *, fetch: bool = True) -> Any:
        connection = await self._connected()
        try:
            cursor = await connection.execute(query.encode(), values)
            return await cursor.fetchone() if fetch else None
        except psycopg.OperationalError:
            await self.close()
            raise

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        """Return the connection; of many who come at once one makes it, the others wait."""
        async with self._connecting:
            if self._connection is None or self._connection.closed:
                self._connection = await psycopg.AsyncConnection.connect(
                    self._conninfo, autocommit=True, options="-c timezone=UTC"
                )
            return self._connection

    async def close(self) -> None:
        """Let go of the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
