"""What spatial work refuses."""

from __future__ import annotations


class GisError(ValueError):
    """A spatial value cannot be used; the message says why."""


class InvalidGeometryError(GisError):
    """A geometry is empty, crosses itself, or is not of the kind asked for."""
