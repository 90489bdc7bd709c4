"""The blueprint of the calls upon village points, by their devices and by administrators."""

from __future__ import annotations

from flask_smorest import Blueprint

blp = Blueprint("points_api", __name__, description="村级服务点")
