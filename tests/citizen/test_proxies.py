"""Whose address counts: the peer's own, or what a trusted proxy of ours has seen; no forged one."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from sqlalchemy.orm import Session

from enforcement import create_app
from enforcement.citizen import views
from enforcement.config import Config, ConfigError
from tests.asking import Browser, set_clock
from tests.conftest import rolled_back

STATUS = "/public/report/status"
NUMBERS = itertools.count(1)  # one number is limited too, whoever asks
Behind = Callable[[int], Browser]


@pytest.fixture
def behind(demo_config: Config) -> Iterator[Behind]:
    """Return a visitor of an installation that trusts so many proxies."""
    with ExitStack() as opened:

        def visitor(proxies: int) -> Browser:
            app = create_app(dataclasses.replace(demo_config, trusted_proxies=proxies))
            app.config["WTF_CSRF_ENABLED"] = False
            opened.callback(app.extensions["enforcement.engine"].dispose)
            session: Session = opened.enter_context(rolled_back(app))
            set_clock(session, "2026-03-02 09:30")
            return Browser(app, app.response_class)

        yield visitor


def looks(visitor: Browser, *chains: str) -> list[int]:
    """Return how looks are answered that come with these X-Forwarded-For headers."""
    return [
        visitor.post(
            STATUS, data={"number": f"SJ20200101-{next(NUMBERS):04}", "code": "AAAA-AAAA"},
            headers={"X-Forwarded-For": chain},
        ).status_code
        for chain in chains
    ]  # fmt: skip


def test_without_a_trusted_proxy_a_forged_address_is_not_believed(behind: Behind) -> None:
    visitor = behind(0)
    answers = looks(visitor, *[f"203.0.113.{n}" for n in range(views.LOOKS + 1)])
    assert set(answers[: views.LOOKS]) == {404}
    assert answers[-1] == 429


def test_behind_one_proxy_each_citizen_has_a_limit_of_his_own(behind: Behind) -> None:
    visitor = behind(1)
    assert 429 not in looks(visitor, *[f"203.0.113.{n}" for n in range(views.LOOKS + 5)])
    assert looks(visitor, *["203.0.113.200"] * (views.LOOKS + 1))[-1] == 429
    assert looks(visitor, "203.0.113.201") == [404]


def test_what_a_citizen_writes_before_the_proxys_word_is_not_believed(behind: Behind) -> None:
    visitor = behind(1)
    forged = [f"198.51.100.{n}, 203.0.113.9" for n in range(views.LOOKS + 1)]
    assert looks(visitor, *forged)[-1] == 429


def test_a_header_shorter_than_the_proxies_is_not_believed(behind: Behind) -> None:
    visitor = behind(2)
    short = [f"198.51.100.{n}" for n in range(views.LOOKS + 1)]
    assert looks(visitor, *short)[-1] == 429


@pytest.mark.parametrize(("text", "count"), [("", 0), ("0", 0), ("1", 1), ("5", 5)])
def test_the_number_of_proxies_is_a_setting_of_the_installation(
    monkeypatch: pytest.MonkeyPatch, demo_config: Config, text: str, count: int
) -> None:
    monkeypatch.setenv("ENFORCEMENT_TRUSTED_PROXIES", text)
    monkeypatch.setenv("ENFORCEMENT_DATABASE_URL", "postgresql://localhost/x")
    monkeypatch.setenv("ENFORCEMENT_VAR", str(demo_config.var))
    assert Config.from_env().trusted_proxies == count


@pytest.mark.parametrize("text", ["-1", "6", "all", "１"])
def test_a_wrong_number_of_proxies_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, demo_config: Config, text: str
) -> None:
    monkeypatch.setenv("ENFORCEMENT_TRUSTED_PROXIES", text)
    monkeypatch.setenv("ENFORCEMENT_DATABASE_URL", "postgresql://localhost/x")
    monkeypatch.setenv("ENFORCEMENT_VAR", str(demo_config.var))
    with pytest.raises(ConfigError, match="ENFORCEMENT_TRUSTED_PROXIES"):
        Config.from_env()
