"""The blueprint that the call modules of this slice join."""

from __future__ import annotations

from flask_smorest import Blueprint

blp = Blueprint("people_api", __name__, description="单位和人员")
