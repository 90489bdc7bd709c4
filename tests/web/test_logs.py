"""Logs say which request, which route and how long, and nothing that a person typed."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import create_engine, text

from enforcement import logs
from tests.asking import Pages


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What is logged as lines of JSON meanwhile."""
    root, stream = logging.getLogger(), io.StringIO()
    before, level = list(root.handlers), root.level
    logs.to_lines(stream)
    yield stream
    root.handlers[:] = before
    root.setLevel(level)


def read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_each_request_is_a_line_without_what_was_typed(page: Pages, lines: io.StringIO) -> None:
    browser = page("zhifa1")
    answer = browser.get("/incidents?q=张三13800000000")
    [line] = [one for one in read(lines) if one.get("route") == "/incidents"]
    assert (line["method"], line["status"], line["logger"]) == ("GET", 200, "enforcement.requests")
    assert line["ms"] > 0
    assert line["request"] == answer.headers["X-Request-Id"]
    assert len(line["account"]) == 36
    assert "138000" not in lines.getvalue()
    assert "张三" not in lines.getvalue()


def test_a_proxys_number_is_taken_only_where_it_is_plain(demo_app: Flask) -> None:
    client = demo_app.test_client()
    told = client.get("/sign-in", headers={"X-Request-Id": "abc-12345678"})
    assert told.headers["X-Request-Id"] == "abc-12345678"
    told = client.get("/sign-in", headers={"X-Request-Id": 'x" injected'})
    assert len(told.headers["X-Request-Id"]) == 32


def test_the_page_of_an_error_says_the_number(page: Pages) -> None:
    answer = page("zhifa1").get("/nowhere")
    assert answer.status_code == 404
    assert answer.headers["X-Request-Id"] in answer.text


def test_a_slow_statement_is_named_without_its_values(demo_app: Flask, lines: io.StringIO) -> None:
    engine = create_engine(demo_app.extensions["enforcement.config"].database_url)
    logs.watch(engine, 20)
    with engine.connect() as connection:
        connection.execute(text("select pg_sleep(:s), :word"), {"s": 0.03, "word": "秘密"})
    engine.dispose()
    found = [one for one in read(lines) if one["logger"] == "enforcement.statements"]
    assert found
    assert found[0]["ms"] >= 20
    assert "pg_sleep" in found[0]["statement"]
    assert "秘密" not in lines.getvalue()


def test_a_failure_keeps_its_traceback_in_one_line(lines: io.StringIO) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("enforcement.test").exception("it failed")
    [line] = read(lines)
    assert (line["level"], line["message"]) == ("error", "it failed")
    assert "ValueError: broken" in line["traceback"]


def test_browsers_stay_with_tls_where_the_platform_stands_behind_it(
    demo_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = demo_app.test_client()
    assert "Strict-Transport-Security" not in client.get("/sign-in").headers
    monkeypatch.setitem(demo_app.config, "SESSION_COOKIE_SECURE", True)
    assert client.get("/sign-in").headers["Strict-Transport-Security"] == "max-age=31536000"
