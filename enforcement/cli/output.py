"""How every command speaks: JSON or text on stdout, messages on stderr, exit 1 on refusal."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, NoReturn

import click
from sqlalchemy.orm import Session

from enforcement.config import ConfigError
from enforcement.errors import DomainError
from enforcement.law.errors import LawError
from gis.errors import GisError


class Output:
    """Where a command says what it did."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json

    def say(self, message: str) -> None:
        """Tell the person something on stderr."""
        click.echo(message, err=True)

    def result(self, data: dict[str, Any], text: str | None = None) -> None:
        """Print the one result: the JSON object, or the text for people."""
        if self.as_json or text is None:
            click.echo(json.dumps(data, ensure_ascii=False, default=str, indent=None))
        else:
            click.echo(text)

    def refuse(self, message: str, data: dict[str, Any] | None = None) -> NoReturn:
        """Say why nothing was done, print the data that shows it, and exit with 1."""
        self.say(message)
        if self.as_json:
            self.result(data if data is not None else {"error": message})
        sys.exit(1)


def speaks_json(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--json` to a command and turn a domain error into a refusal."""

    @click.option("--json", "as_json", is_flag=True, help="Print one JSON object on stdout.")
    @functools.wraps(function)
    def command(*args: Any, as_json: bool, **kwargs: Any) -> Any:
        out = Output(as_json)
        try:
            return function(out, *args, **kwargs)
        except (ConfigError, DomainError, GisError, LawError, PermissionError) as error:
            out.refuse(str(error), {"error": str(error), **getattr(error, "data", {})})

    return command


@contextmanager
def session_scope(*, commit: bool = True, owner: bool = False) -> Iterator[Session]:
    """Give a session inside the application, starting the private cluster when needed.

    The cluster is left as it was found. With `commit` false the work is rolled back.
    owner -- as the owner of the tables instead of the application's role
    """
    from enforcement import cluster, create_app
    from enforcement.config import Config
    from enforcement.db import sessions

    config = Config.from_env()
    if owner:
        config = replace(config, database_url=config.owner)
    app = create_app(config, serves=False)
    with cluster.running(config), app.app_context():
        try:
            with sessions()() as session:
                yield session
                if commit:
                    session.commit()
        finally:
            app.extensions["enforcement.engine"].dispose()
