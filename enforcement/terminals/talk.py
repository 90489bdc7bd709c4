"""One terminal's connection: what it says, in order, and what it is answered.

A connection is one terminal's: a message in another's name is refused. A position is answered
after it was committed. A frame that cannot be read is counted and not answered, so that the
terminal sends it again; the connection lives on.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import Sequence
from typing import Final

import psycopg

from enforcement.positions.protocols.jt808 import messages
from enforcement.positions.protocols.jt808.frames import Message, Splitter, parse
from enforcement.positions.protocols.reading import BadReadingError, Reading
from enforcement.positions.registry import digest
from enforcement.terminals.registry import Known, Registry
from enforcement.terminals.writer import Writer

logger = logging.getLogger(__name__)
MOST_PARTS: Final = 64
MOST_OPEN: Final = 8
Keeping = asyncio.Future[int]
"""The result of positions that are on their way into the database."""
Answer = bytes | tuple[Sequence[Message], int | Keeping]
NO_TERMINAL: Final = 4  # 数据库中无该终端


class Talk:
    """The state of a connection, without its socket."""

    def __init__(self, registry: Registry, writer: Writer) -> None:
        self._registry, self._writer = registry, writer
        self._splitter = Splitter()
        self._terminal: str | None = None
        self._proved = False
        self._serial = 0
        self._parts: dict[tuple[int, int], dict[int, Message]] = {}
        self.bad = 0

    async def hear(self, data: bytes) -> bytes:
        """Return the answers to what these bytes complete, in order.

        Positions of all messages in the bytes are kept together, with one commit.
        """
        said: list[Answer] = []
        for frame in self._splitter.feed(data):
            try:
                message = parse(frame)
            except BadReadingError as error:
                self.bad += 1
                logger.info("jt808: a frame was refused: %s", error)
                continue
            said += await self._whole(message)
        return b"".join([one if isinstance(one, bytes) else await self._told(*one) for one in said])

    async def _whole(self, message: Message) -> list[Answer]:
        """Answer a message, or wait for the rest of one that comes in several frames."""
        if message.part is None:
            return await self._answer([message], message)
        number, total = message.part
        if not 1 <= number <= total <= MOST_PARTS:
            return [self._general(message, messages.WRONG)]
        first = (message.kind, (message.serial - number + 1) & 0xFFFF)
        if first not in self._parts and len(self._parts) >= MOST_OPEN:
            self._parts.pop(next(iter(self._parts)))
        parts = self._parts.setdefault(first, {})
        parts[number] = message
        if len(parts) < total:
            return []
        del self._parts[first]
        ordered = [parts[n] for n in sorted(parts)]
        body = b"".join(one.body for one in ordered)
        return await self._answer(ordered, _with_body(message, body))

    async def _answer(self, frames: Sequence[Message], message: Message) -> list[Answer]:
        if message.kind == messages.GENERAL_OF_TERMINAL:
            return []
        known = await self._known(message)
        if message.kind == messages.REGISTER:
            return [await self._register(message, known)]
        result = await self._result(message, known)
        return [(frames, result)]

    async def _told(self, frames: Sequence[Message], result: int | Keeping) -> bytes:
        told = result if isinstance(result, int) else await result
        return b"".join(self._general(one, told) for one in frames)

    async def _known(self, message: Message) -> Known | None:
        """Return who speaks; None for an unknown terminal and for one in another's name."""
        if self._terminal not in (None, message.terminal):
            self.bad += 1
            return None
        known = await self._registry.find(message.terminal)
        if known is not None:
            self._terminal = message.terminal
        return known

    async def _register(self, message: Message, known: Known | None) -> bytes:
        self._serial += 1
        if known is None:
            return messages.registered(message, self._serial - 1, NO_TERMINAL)
        code = secrets.token_hex(8)
        if not await self._registry.register(message.terminal, known, digest(code)):
            return messages.registered(message, self._serial - 1, messages.ALREADY)
        return messages.registered(message, self._serial - 1, messages.OK, code)

    async def _result(self, message: Message, known: Known | None) -> int | Keeping:
        if known is None:
            return messages.FAILED
        if message.kind == messages.AUTHENTICATE:
            shown = digest(messages.auth_code(message))
            self._proved = any(hmac.compare_digest(shown, one) for one in known.hashes)
            if known.strict and not self._proved:
                return messages.FAILED
        elif known.strict and not self._proved:
            return messages.FAILED
        try:
            readings = _readings(message)
        except BadReadingError as error:
            self.bad += 1
            logger.info("jt808: a message was refused: %s", error)
            return messages.WRONG
        return asyncio.ensure_future(self._keep(known, readings))

    async def _keep(self, known: Known, readings: list[Reading]) -> int:
        try:
            if readings:
                await self._writer.keep(known.carrier, readings)
            else:
                await self._registry.hear(known)
        except psycopg.DataError as error:
            logger.warning("jt808: a position could not be kept: %s", error)
            return messages.FAILED
        return messages.OK

    def _general(self, message: Message, result: int) -> bytes:
        self._serial += 1
        return messages.general(message, self._serial - 1, result)


def _readings(message: Message) -> list[Reading]:
    if message.kind == messages.LOCATION:
        return [messages.location(message.body)]
    return messages.batch(message.body) if message.kind == messages.BATCH else []


def _with_body(message: Message, body: bytes) -> Message:
    return Message(
        message.kind, message.terminal, message.address, message.serial, body, message.version
    )
