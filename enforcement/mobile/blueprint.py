"""The blueprint of the phone's pages and of what their scripts ask for."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("mobile", __name__)
