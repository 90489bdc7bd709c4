"""A small check of JSON against the schemas that are served: the words they use, no more."""

from __future__ import annotations

import json
import re
from typing import Any

from enforcement.config import PROJECT

FOLDER = PROJECT / "enforcement" / "static" / "schemas"
TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,), "array": (list,), "string": (str,), "boolean": (bool,),
    "integer": (int,), "number": (int, float), "null": (type(None),),
}  # fmt: skip
KNOWN = {
    "$schema", "$id", "title", "description", "type", "required", "additionalProperties",
    "properties", "items", "const", "enum", "pattern", "format", "minimum", "maximum",
}  # fmt: skip


def schema(name: str) -> dict[str, Any]:
    """Return a schema by its name."""
    found: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    return found


def problems(value: Any, rule: dict[str, Any], where: str = "$") -> list[str]:
    """Return where a value is not as a schema says."""
    assert set(rule) <= KNOWN, set(rule) - KNOWN
    found = [f"{where}: {why}" for why in _own(value, rule)]
    if isinstance(value, dict):
        known = rule.get("properties", {})
        missing = set(rule.get("required", ())) - set(value)
        found += [f"{where}.{name}: missing" for name in missing]
        if rule.get("additionalProperties") is False:
            found += [f"{where}.{name}: unknown" for name in set(value) - set(known)]
        for name in set(value) & set(known):
            found += problems(value[name], known[name], f"{where}.{name}")
    if isinstance(value, list) and "items" in rule:
        for n, one in enumerate(value):
            found += problems(one, rule["items"], f"{where}[{n}]")
    return found


def _own(value: Any, rule: dict[str, Any]) -> list[str]:
    found = []
    kinds = rule.get("type", list(TYPES))
    kinds = [kinds] if isinstance(kinds, str) else kinds
    fits = [kind for kind in kinds if isinstance(value, TYPES[kind])]
    if isinstance(value, bool) and "boolean" not in kinds:
        fits = []
    if not fits:
        found.append(f"{value!r} is no {kinds}")
    if "const" in rule and value != rule["const"]:
        found.append(f"{value!r} is not {rule['const']!r}")
    if "enum" in rule and value not in rule["enum"]:
        found.append(f"{value!r} is none of {rule['enum']}")
    if "pattern" in rule and isinstance(value, str) and not re.search(rule["pattern"], value):
        found.append(f"{value!r} does not fit {rule['pattern']}")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        if value < rule.get("minimum", value):
            found.append(f"{value} is too small")
        if value > rule.get("maximum", value):
            found.append(f"{value} is too large")
    return found
