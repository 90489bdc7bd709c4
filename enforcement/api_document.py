"""What the OpenAPI document says of answers: JSON that is done, files, and how errors are told."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

import marshmallow as ma
from apispec import BasePlugin

from enforcement.errors import STATUS_OF

JSON: Final = "application/json"
SHEETS: Final = (
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "text/csv"
)  # fmt: skip
REFUSED: Final = "REFUSED"
BY_THE_SERVER: Final = {400, 413, 415}
"""A body that is no JSON, is too large, or says that it is something else."""


class RefusalSchema(ma.Schema):
    """An error: words for people, the status, and beside them what was wrong, as `field`."""

    class Meta:
        """Further members tell gates, versions and fields."""

        unknown = ma.INCLUDE

    error = ma.fields.Str(required=True)
    code = ma.fields.Int(required=True)


class Answers(BasePlugin):
    """Gives each operation its answers: any JSON where it names no files, and the refusals."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **_more: Any
    ) -> None:
        """Fill in the answers of the operations of a path."""
        for method, operation in (operations or {}).items():
            if method == "parameters":
                continue
            said = operation.setdefault("responses", {})
            for key in ("default", 422, "422"):
                said.pop(key, None)
            if not said:
                done = {"description": "Done", "content": {JSON: {"schema": {}}}}
                said.update(dict.fromkeys(("200",) if method == "get" else ("200", "201"), done))
            refused = {"$ref": f"#/components/responses/{REFUSED}"}
            said.update(
                {str(code): refused for code in sorted({*STATUS_OF.values()} | BY_THE_SERVER)}
            )


def numbers(_self: Any, _field: Any, ret: dict[str, Any], **_more: Any) -> dict[str, float]:
    """Return the bounds of an amount of money as numbers: they come as texts."""
    bounds = {key: ret[key] for key in ("minimum", "maximum") if key in ret}
    return {key: float(value) for key, value in bounds.items() if isinstance(value, Decimal | str)}


def file(*media_types: str) -> dict[int, Any]:
    """Return the answers of an operation that gives a file: for `blp.doc(responses=...)`."""
    binary, parsed = {"type": "string", "format": "binary"}, {"type": "object"}
    content = {name: {"schema": parsed if name.endswith("+json") else binary}
               for name in media_types}  # fmt: skip
    return {200: {"description": "A file", "content": content}}
