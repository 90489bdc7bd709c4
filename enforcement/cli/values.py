"""Values typed in a command go through the schema of the API's call, and so meet the same rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import marshmallow as ma

from enforcement.errors import InvalidInputError
from enforcement.field_words import fields_of
from enforcement.fields import Field


def checked(
    schema: type[ma.Schema], values: Mapping[str, Any], fields: Sequence[Field] = ()
) -> dict[str, Any]:
    """Return the values as the act takes them; raises InvalidInputError, `fields` names each.

    fields -- the declarations, for the words of the message
    """
    try:
        found: dict[str, Any] = schema().load(dict(values))
    except ma.ValidationError as error:
        wrong = fields_of(error.messages_dict)
        labels = {field.name: str(field.label) for field in fields}
        told = "".join(_told(name, messages, labels) for name, messages in wrong.items())
        raise InvalidInputError(next(iter(wrong)), f"填写有误：{told}", fields=wrong) from error
    return found


def _told(name: str, messages: Any, labels: Mapping[str, str]) -> str:
    word = f"{labels[name]}（{name}）" if name in labels else name
    lines = messages if isinstance(messages, list) else [str(messages)]
    return f"{word}：{''.join(lines)}"


def collected(data: str | None, pairs: Sequence[str]) -> dict[str, Any]:
    """Return the values of a JSON file ("-": standard input) and of `name=value` pairs over them.

    Raises InvalidInputError.
    """
    found = _file(data) if data else {}
    for pair in pairs:
        name, sign, value = pair.partition("=")
        if not (sign and name):
            raise InvalidInputError("set", f"应写成 名称=值：{pair}")
        found[name] = value
    return found


def _file(name: str) -> dict[str, Any]:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        found = json.loads(text)
    except (OSError, ValueError) as error:
        raise InvalidInputError("data", f"读不了 {name}：{error}") from error
    if not isinstance(found, dict):
        raise InvalidInputError("data", f"{name} 里应当是一个 JSON 对象。")
    return found


def save(path: Path, data: bytes, field: str) -> None:
    """Write a file beside its final name and put it in place; raises InvalidInputError."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise InvalidInputError(field, f"写不了 {path}：{error.strerror}") from error
