"""Files of the static folder, by addresses that change with what they hold: browsers keep them.

A page names each file with `?v=` and its version, and maps the scripts' own imports to such
addresses (import map). Whoever asks without a version, or for one of an earlier release, is to
ask again before each use.
"""

from __future__ import annotations

import base64
import functools
import hashlib
import json
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, current_app, request, url_for

from enforcement.at_hand import AtHand

KEPT: Final = "public, max-age=31536000, immutable"
SCRIPTS: Final = "js"
IMPORTED: Final = ("vendor/bootstrap/bootstrap.bundle.min.js",)
"""Scripts of others that a module of ours imports."""
ALONE: Final = "service-worker.js"


def init_app(app: Flask) -> None:
    """Put versions into addresses, and let browsers keep what is asked for by one."""
    app.url_defaults(_with_version)
    app.after_request(_lasting)
    app.jinja_env.globals.update(import_map=import_map)
    app.wsgi_app = AtHand(app.wsgi_app, KEPT)  # type: ignore[method-assign]


def version(folder: str, name: str) -> str:
    """Return the version of a file of a folder, "" where there is no such file."""
    path = Path(folder) / name
    try:
        changed = path.stat().st_mtime_ns
    except (OSError, ValueError):
        return ""
    return _hashed(path, changed)


@functools.cache
def _hashed(path: Path, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""


def import_map() -> str:
    """Return the import map as JSON: each module's address to its address with a version.

    Made once for a process: a page that names an older version gets the newer file all the same.
    """
    maps: dict[str, str] = current_app.extensions.setdefault("enforcement.import_maps", {})
    root = request.script_root
    if root not in maps:
        maps[root] = json.dumps({"imports": {
            url_for("static", filename=name, v=None): url_for("static", filename=name)
            for name in _modules(Path(current_app.static_folder or ""))
        }}, separators=(",", ":"))  # fmt: skip
    return maps[root]


def import_map_source() -> str:
    """Return what lets the import map stand in a page (CSP): its hash, so that pages stay alike."""
    digest = hashlib.sha256(import_map().encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def _modules(folder: Path) -> list[str]:
    own = (path.name for path in sorted((folder / SCRIPTS).glob("*.js")))
    return [*(f"{SCRIPTS}/{name}" for name in own if name != ALONE), *IMPORTED]


def _with_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "v" not in values and "filename" in values:
        values["v"] = version(current_app.static_folder or "", values["filename"]) or None


def _lasting(response: Response) -> Response:
    """Let a browser keep a file for good if its address says the version it has."""
    if request.endpoint == "static" and response.status_code in (200, 206, 304):
        name = (request.view_args or {}).get("filename", "")
        said = request.args.get("v")
        if said and said == version(current_app.static_folder or "", name):
            response.headers["Cache-Control"] = KEPT
    return response
