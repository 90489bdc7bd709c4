"""A real TCP connection to the process of terminals, on a database of its own."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, text

from enforcement import clock
from enforcement.db import transaction
from enforcement.due import DueStep
from enforcement.positions import queries, registry
from enforcement.positions.models import Device, Fix, Protocol
from enforcement.positions.protocols.jt808 import messages
from enforcement.positions.protocols.jt808.frames import Message, Splitter, parse, wrap
from enforcement.streams.app import conninfo
from enforcement.terminals.registry import Registry
from enforcement.terminals.server import Server
from tests.asking import actor_of
from tests.positions import samples


class Terminal:
    """A connection, and what it was answered."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self._splitter, self._got = Splitter(), list[bytes]()

    def send(self, *wires: str | bytes) -> None:
        for wire in wires:
            self.socket.sendall(bytes.fromhex(wire) if isinstance(wire, str) else wire)

    def answer(self) -> Message:
        while not self._got:
            data = self.socket.recv(65536)
            assert data, "the connection was closed"
            self._got += self._splitter.feed(data)
        return parse(self._got.pop(0))

    def ask(self, wire: str | bytes) -> Message:
        self.send(wire)
        return self.answer()

    def result(self, wire: str | bytes) -> int:
        return self.ask(wire).body[-1]


@pytest.fixture(scope="module")
def port(live_app: Flask) -> Iterator[int]:
    """A server of terminals on the live database, in a thread with a loop of its own."""
    url = live_app.extensions["enforcement.config"].database_url
    server, loop = Server(url, "127.0.0.1", 0), asyncio.new_event_loop()
    ready = asyncio.Event()
    task: list[asyncio.Task[None]] = []

    def run() -> None:
        asyncio.set_event_loop(loop)
        task.append(loop.create_task(server.serve(ready)))
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task[0])

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(ready.wait(), loop).result(20)
    yield server.port
    loop.call_soon_threadsafe(task[0].cancel)
    thread.join(20)


@pytest.fixture
def known(live_app: Flask) -> Iterator[Any]:
    """Register terminals, and forget them and what they sent: known(ident, strict=…)."""
    made: list[Device] = []

    def add(ident: str, **more: Any) -> tuple[Device, str]:
        with live_app.app_context(), transaction() as session:
            actor = actor_of(session, "xitong")
            device, key = registry.add(session, actor, ident, Protocol.JT808, **more)
        made.append(device)
        return device, key

    yield add
    with live_app.app_context(), transaction() as session:
        for device in made:
            registry.retire(session, actor_of(session, "xitong"), device.id)
            session.execute(delete(Fix).where(Fix.device_id == device.id))


def stored(app: Flask, device: Device) -> list[Fix]:
    with app.app_context(), transaction() as session:
        return queries.list_fixes(session, device.county_code, device.id)


def now(app: Flask) -> str:
    """Return the database's moment as a terminal writes it."""
    with app.app_context(), transaction() as session:
        return f"{clock.now(session).astimezone(clock.ZONE):%y%m%d%H%M%S}"


def position(terminal: str, serial: int, at: str, *, lat: int = 43300000, alarm: int = 0,
             status: int = 2, lon: int = 124300000) -> bytes:  # fmt: skip
    body = (alarm.to_bytes(4, "big") + status.to_bytes(4, "big") + lat.to_bytes(4, "big")
            + lon.to_bytes(4, "big") + bytes(6) + bytes.fromhex(at))  # fmt: skip
    head = b"\x02\x00" + len(body).to_bytes(2, "big") + bytes.fromhex(terminal.zfill(12))
    return wrap(head + serial.to_bytes(2, "big") + body)


@pytest.mark.parametrize("row", samples.LOCATIONS, ids=[row[1] for row in samples.LOCATIONS])
def test_a_sample_is_stored_and_answered(live_app: Flask, port: int, known: Any, row: Any) -> None:
    wire, ident, lat, lon, at, _more = row
    device, _key = known(ident)
    answer = Terminal(port).ask(wire)
    assert (answer.kind, answer.body[-1]) == (messages.GENERAL, messages.OK)
    [fix] = stored(live_app, device)
    assert (fix.lat, fix.lon, fix.fixed_at.isoformat()) == (lat, lon, at)
    assert fix.source == "jt808"


def test_the_first_answer_is_byte_for_byte_the_standards(port: int, known: Any) -> None:
    known("13833501744")
    terminal = Terminal(port)
    terminal.send(samples.D1)
    assert terminal.socket.recv(100).hex() == "7e8001000501383350174400000019020000967e"


def test_registration_then_the_code_then_positions(live_app: Flask, port: int, known: Any) -> None:
    device, _key = known("14130567872", strict=True)
    terminal = Terminal(port)
    first = position("14130567872", 1, "260302093000")
    assert terminal.result(first) == messages.FAILED  # not before it has shown who it is
    answer = terminal.ask(samples.C3)
    assert (answer.kind, answer.body[2]) == (messages.REGISTERED, messages.OK)
    code = answer.body[3:]
    head = b"\x01\x02" + len(code).to_bytes(2, "big") + bytes.fromhex("014130567872") + b"\x00\x25"
    other = Terminal(port)
    assert other.result(wrap(head + b"x" * len(code))) == messages.FAILED
    assert other.result(wrap(head + code)) == messages.OK
    assert other.result(first) == messages.OK
    assert len(stored(live_app, device)) == 1
    again = Terminal(port).ask(samples.C3)
    assert again.body[2] == messages.ALREADY


def test_an_unknown_terminal_and_one_in_anothers_name_are_refused(
    live_app: Flask, port: int, known: Any
) -> None:
    assert Terminal(port).result(position("99", 1, "260302093000")) == messages.FAILED
    device, _key = known("7760")
    known("7860")
    terminal = Terminal(port)
    assert terminal.result(position("7760", 1, "260302093000")) == messages.OK
    assert terminal.result(position("7860", 2, "260302093010")) == messages.FAILED
    assert terminal.result(position("7760", 3, "260302093010")) == messages.OK
    assert len(stored(live_app, device)) == 2


def test_broken_frames_cost_nothing_but_themselves(live_app: Flask, port: int, known: Any) -> None:
    device, _key = known("7770")
    terminal, beside = Terminal(port), Terminal(port)
    good = position("7770", 1, "260302093000")
    bad = bytearray(position("7770", 2, "260302093010"))
    bad[20] ^= 0xFF
    terminal.send(bytes(bad), samples.D11, b"\x7e" + b"a" * 1_000_000, good[:9])
    assert beside.result(position("7770", 3, "260302093020")) == messages.OK
    terminal.send(good[9:], good)
    assert terminal.answer().body[-1] == messages.OK
    assert len(stored(live_app, device)) == 2


def test_an_edge_within_the_data_and_a_shifted_datum(
    live_app: Flask, port: int, known: Any
) -> None:
    device, _key = known("7172")
    lat = 0x02_7E_7D_00  # both bytes that must be escaped
    wire = position("7172", 0x7E7D, "260302093000", lat=lat, status=2 | 1 << 5)
    assert Terminal(port).result(wire) == messages.OK
    [fix] = stored(live_app, device)
    assert (fix.datum, fix.raw_lat) == ("gcj02", lat / 1e6)
    assert 0.0005 < abs(fix.lat - fix.raw_lat) + abs(fix.lon - fix.raw_lon) < 0.02


def test_clocks_of_other_ages_are_marked(live_app: Flask, port: int, known: Any) -> None:
    device, _key = known("7790")
    terminal = Terminal(port)
    for n, at in enumerate(["000101000000", "991231235959", "260302093000"]):
        assert terminal.result(position("7790", n, at)) == messages.OK
    found = stored(live_app, device)
    assert [fix.fixed_at.year for fix in found] == [1999, 2026, 2099]
    assert (found[0].marks, found[2].marks) == (["old"], ["future"])


def test_a_message_in_two_frames_is_one(live_app: Flask, port: int, known: Any) -> None:
    device, _key = known("7800")
    bodies = [position("7800", 1, f"2603020930{n:02d}") for n in range(4)]
    items = b"".join(len(p).to_bytes(2, "big") + p
                     for p in (parse(Splitter().feed(one)[0]).body for one in bodies))  # fmt: skip
    whole = (4).to_bytes(2, "big") + b"\x00" + items
    halves = [whole[:50], whole[50:]]
    terminal = Terminal(port)
    for n, half in enumerate(halves, start=1):
        head = b"\x07\x04" + (len(half) | 0x2000).to_bytes(2, "big") + bytes.fromhex("000000007800")
        serial = (40 + n).to_bytes(2, "big")
        terminal.send(wrap(head + serial + b"\x00\x02" + n.to_bytes(2, "big") + half))
    assert [terminal.answer().body for _n in halves] == [
        bytes.fromhex("0029070400"), bytes.fromhex("002a070400")]  # fmt: skip
    assert len(stored(live_app, device)) == 4


def test_a_thousand_repeats_are_one_row(live_app: Flask, port: int, known: Any) -> None:
    device, _key = known("7810")
    terminal = Terminal(port)
    terminal.send(position("7810", 5, "260302093000") * 1000)
    assert {terminal.answer().body[-1] for _n in range(1000)} == {messages.OK}
    assert len(stored(live_app, device)) == 1


def test_all_who_come_at_once_are_asked_after_on_one_connection(live_app: Flask) -> None:
    url = live_app.extensions["enforcement.config"].database_url
    mark = "who-comes-at-once"

    async def asked() -> None:
        registry = Registry(f"{conninfo(url)} application_name={mark}")
        try:
            found = await asyncio.gather(*(registry.find(f"{n:012}") for n in range(300)))
            with live_app.app_context(), transaction() as session:
                count = "select count(*) from pg_stat_activity where application_name = :mark"
                assert session.scalar(text(count), {"mark": mark}) == 1
        finally:
            await registry.close()
        assert set(found) == {None}

    with ThreadPoolExecutor(1) as apart:  # a browser's loop may run in this thread
        apart.submit(asyncio.run, asked()).result()


def test_a_call_for_help_waits_for_the_worker(live_app: Flask, port: int, known: Any) -> None:
    device, _key = known("7820")
    assert Terminal(port).result(position("7820", 1, now(live_app), alarm=1)) == messages.OK
    with live_app.app_context(), transaction() as session:
        query = session.query(DueStep).filter_by(task="positions:sos", subject_id=device.id)
        steps = query.all()
        query.delete()
    assert len(steps) == 1
