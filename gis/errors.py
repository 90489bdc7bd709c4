"""What spatial work refuses."""

from __future__ import annotations


class GisError(ValueError):
    """A spatial value cannot be used; the message says why."""


class InvalidGeometryError(GisError):
    """A geometry is empty, crosses itself, or is not of the kind asked for.

    kind -- the defect in one word for programs: "bowtie", "3d", "unclosed", "swapped" ...
    """

    def __init__(self, message: str, kind: str = "invalid") -> None:
        super().__init__(message)
        self.kind = kind


class MissingOptionError(GisError):
    """A file cannot be read until a person says something; `option` is what to set.

    option -- name of the option ("crs", "encoding", "layer"), written `--crs` on a command line
    """

    def __init__(self, message: str, option: str) -> None:
        super().__init__(message)
        self.option = option
        self.data = {"field": option}
