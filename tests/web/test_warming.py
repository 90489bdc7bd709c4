"""A web process is warm before its first visitor comes, and leaves its workers no connection."""

from __future__ import annotations

import gc

import pytest
from flask import Flask
from sqlalchemy.pool import QueuePool

from enforcement import warming
from enforcement.config import Config
from tests.conftest import made_app


@pytest.fixture
def web(config: Config, base_config: Config, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """Return an application as gunicorn loads it."""
    monkeypatch.setattr(warming, "create_app", lambda: made_app(config, base_config))
    return warming.web()


def test_what_is_loaded_is_not_searched_for_cycles_again(
    config: Config, base_config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = made_app(config, base_config)
    monkeypatch.setattr(warming, "create_app", lambda: app)
    before = gc.get_freeze_count()
    warming.web()
    assert gc.get_freeze_count() > before + 10_000
    assert all(one is not app for one in gc.get_objects())
    assert gc.isenabled()


def test_workers_get_no_connection_of_their_parent(web: Flask) -> None:
    pool = web.extensions["enforcement.engine"].pool
    assert isinstance(pool, QueuePool)
    assert (pool.checkedin(), pool.checkedout()) == (0, 0)


def test_a_page_was_asked_for_and_is_kept_compiled(web: Flask) -> None:
    assert warming.visit(web) == 200
    assert web.jinja_env.bytecode_cache is not None
    assert warming.warm(web) > 0
    assert any((web.extensions["enforcement.config"].var / "pages").iterdir())
