"""Acts upon divisions, boundaries and responsibility; each lives in a module of its subject."""

from __future__ import annotations

from enforcement.jurisdiction.duties import assign_responsibility, record_routing
from enforcement.jurisdiction.editions import activate
from enforcement.jurisdiction.editions import check as check_edition
from enforcement.jurisdiction.importing import (
    FIRST_VALID_FROM,
    import_boundaries,
    import_divisions,
)

__all__ = [
    "FIRST_VALID_FROM",
    "activate",
    "assign_responsibility",
    "check_edition",
    "import_boundaries",
    "import_divisions",
    "record_routing",
]
