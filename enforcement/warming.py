"""What a web process has at hand when its first visitor comes: pages compiled before, not by each.

Compiled templates are kept in `var/pages`, named by what they were made of. The process that
gunicorn loads first reads those that are there, asks for a page, and its workers share what that
left. What is loaded by then stays: no search for cycles goes through it again, which took the
first visitors of each worker 0.4 s.
"""

from __future__ import annotations

import gc
import os
from typing import Final

from flask import Flask
from jinja2 import FileSystemBytecodeCache

from enforcement import create_app
from enforcement.collector import resting
from enforcement.config import Config

ASKED: Final = "/sign-in"
"""A page for everybody that needs words, templates and the database."""


def web() -> Flask:
    """Build the application for a web server, warm."""
    app = create_app()
    keep(app)
    warm(app)
    visit(app)
    gc.freeze()
    return app


def visit(app: Flask) -> int:
    """Ask for a page as somebody would; return the status. No connection is left to workers."""
    status = app.test_client().get(ASKED).status_code
    app.extensions["enforcement.engine"].dispose()
    return status


def keep(app: Flask) -> None:
    """Keep compiled templates in a folder that is the service's own, where it may write one."""
    config: Config = app.extensions["enforcement.config"]
    folder = config.var / "pages"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.access(folder, os.W_OK):
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(folder))


@resting()
def warm(app: Flask) -> int:
    """Read the templates that were compiled before; return how many."""
    env, kept = app.jinja_env, app.jinja_env.bytecode_cache
    if env.loader is None or kept is None:
        return 0
    known = 0
    for name in env.list_templates(extensions=["html"]):
        source, filename, _fresh = env.loader.get_source(env, name)
        if kept.get_bucket(env, name, filename, source).code is not None:
            env.get_template(name)
            known += 1
    return known
