"""Calls: the matrix of permissions."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from enforcement.access import matrix
from enforcement.permissions import Permission, requires

blp = Blueprint("access_api", __name__, description="权限 / Permissions")


@blp.route("/permissions")
@requires(Permission.SELF)
def list_permissions() -> dict[str, Any]:
    """Return what each role may do and which rows it sees."""
    return {"roles": matrix.as_json()}
