"""The blueprint that the page modules of this slice join."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("people", __name__)
