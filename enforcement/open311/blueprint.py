"""The blueprint of GeoReport v2 and of the page on which its clients are managed."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("open311", __name__)
"""Pages of administrators."""

geo = Blueprint("georeport", __name__, url_prefix="/open311/v2")
"""What other systems call; no session, no cookie, so no token against forged forms."""
