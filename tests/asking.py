"""How tests ask: through the pages or the API, as a demonstration account, on a moved clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from enforcement.access import services as access
from enforcement.actor import Actor
from enforcement.clock import ZONE
from enforcement.demo import DEMO_WORD
from enforcement.people import queries, services


def set_clock(session: Session, moment: str) -> datetime:
    """Move the database clock to a moment of China's time, "2026-03-02 09:00"; return it."""
    at = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    session.execute(text("update clock_shift set shift = :at - clock_timestamp()"), {"at": at})
    return at


@contextmanager
def as_owner(session: Session) -> Iterator[None]:
    """Do what only the owner of the tables can, in the same transaction; then be the platform."""
    app = session.scalar(text("select current_user"))
    session.execute(text("set local role none"))
    yield
    session.flush()
    session.execute(text(f'set local role "{app}"'))


def actor_of(session: Session, username: str) -> Actor:
    """Return who a demonstration account stands for."""
    actor = queries.find_actor_by_name(session, username)
    assert actor is not None, username
    return actor


def signs_in(session: Session, username: str, password: str) -> Actor | None:
    """Return who is in with a name and a password, None where they open nothing."""
    return access.sign_in(session, username, password, access.Came("192.0.2.1", "")).actor


class Browser(FlaskClient):
    """A client each of whose requests has an application context of its own."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        """Send a request."""
        with self.application.app_context():
            return super().open(*args, **kwargs)


class Pages:
    """Browsers without scripts, one for each account."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, username: str) -> Browser:
        """Return a browser that has signed in."""
        client = Browser(self.app, self.app.response_class)
        answer = client.post("/sign-in", data={"username": username, "password": DEMO_WORD})
        assert answer.location == "/", (answer.status_code, answer.location)
        return client


class Calls:
    """The API with a token for each account."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.tokens: dict[str, str] = {}

    def __call__(self, username: str, method: str, path: str, **more: Any) -> TestResponse:
        """Return the answer to a call; `json=` is the body."""
        if username not in self.tokens:
            self.tokens[username] = services.create_token(self.session, username)
            self.session.commit()
        headers = {"Authorization": f"Bearer {self.tokens[username]}"}
        return Browser(self.app, self.app.response_class).open(
            f"/api/v1{path}", method=method, headers=headers, **more
        )
