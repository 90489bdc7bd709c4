"""The TCP server: a task a connection, one writer for all."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from typing import Final

import psycopg

from enforcement.streams.app import conninfo
from enforcement.terminals.registry import Registry
from enforcement.terminals.talk import Talk
from enforcement.terminals.writer import Writer

logger = logging.getLogger(__name__)
READ: Final = 64 * 1024
QUIET_S: Final = 900.0
"""A terminal says something at least every few minutes; a dead connection goes after this."""
MOST_BAD: Final = 10_000


class Server:
    """Serves terminals; `port` is the one it listens on, found by the system for 0."""

    def __init__(self, database_url: str, host: str, port: int) -> None:
        self._registry, self._writer = (
            Registry(conninfo(database_url)),
            Writer(conninfo(database_url)),
        )
        self._host, self.port = host, port
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def connections(self) -> int:
        """How many terminals are connected."""
        return len(self._tasks)

    async def serve(self, ready: asyncio.Event | None = None) -> None:
        """Serve until cancelled."""
        writing = asyncio.create_task(self._writer.run())
        try:
            server = await asyncio.start_server(self._talk, self._host, self.port, backlog=1024)
            self.port = server.sockets[0].getsockname()[1]
            logger.info("jt808: listening on %s:%d", self._host, self.port)
            if ready is not None:
                ready.set()
            async with server:
                await server.serve_forever()
        finally:
            for task in (writing, *self._tasks):
                task.cancel()
            await asyncio.gather(writing, *self._tasks, return_exceptions=True)
            await self._writer.close()
            await self._registry.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 -- a handler of a stream is a task
        self._tasks.add(task)
        talk = Talk(self._registry, self._writer)
        with contextlib.suppress(ConnectionError, TimeoutError):
            try:
                await self._heard(talk, reader, writer)
            except psycopg.OperationalError as error:
                logger.warning("jt808: the database is away, a terminal comes again: %s", error)
            finally:
                self._tasks.discard(task)
                writer.close()

    async def _heard(
        self, talk: Talk, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        while talk.bad < MOST_BAD:
            data = await asyncio.wait_for(reader.read(READ), QUIET_S)
            if not data:
                return
            answers = await talk.hear(data)
            if answers:
                writer.write(answers)
                await writer.drain()


def run(database_url: str, host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT."""

    async def main() -> None:
        task = asyncio.ensure_future(Server(database_url, host, port).serve())
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, task.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await task

    asyncio.run(main())
