"""What stands in a preview where the data still lacks something, so that any draft can be seen."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from enforcement.document.cleaning import BEIJING
from enforcement.law.paper_types import Paper, PaperField
from enforcement.law.paperwork import missing_fields


def filled(paper: Paper, data: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """Return a copy of the data in which what is missing is named in its place: 〔案由〕.

    Days and moments become that of the preview, amounts and numbers 0, choices the first one.
    """
    full = copy.deepcopy(dict(data))
    for field in missing_fields(paper, full):
        _put(full, field.path.split("."), field, at)
    for field in missing_fields(paper, full):  # of the elements that the first round made
        _put(full, field.path.split("."), field, at)
    return full


def _put(holder: Any, keys: list[str], field: PaperField, at: datetime) -> None:
    key, rest = keys[0], keys[1:]
    name = key.removesuffix("[]")
    if not isinstance(holder, dict):
        return
    if not rest:
        _put_value(holder, name, field, at)
    elif key.endswith("[]"):
        for one in holder.get(name) or []:
            _put(one, rest, field, at)
    else:
        if not isinstance(holder.get(name), dict):
            holder[name] = {}
        _put(holder[name], rest, field, at)


def _put_value(holder: dict[str, Any], name: str, field: PaperField, at: datetime) -> None:
    if field.type == "list":
        rows = holder.get(name)
        rows = list(rows) if isinstance(rows, list) else []
        holder[name] = rows + [{} for _n in range(field.min_items - len(rows))]
    elif not str(holder.get(name) or "").strip():
        holder[name] = _stand_in(field, at)


def _stand_in(field: PaperField, at: datetime) -> Any:
    local = at.astimezone(BEIJING)
    if field.type == "choice" and field.words is not None:
        return str(next(iter(field.words)))
    return {
        "day": local.date().isoformat(),
        "moment": local.isoformat(timespec="minutes"),
        "money": "0.00",
        "number": "0",
        "bool": False,
    }.get(field.type, f"〔{field.zh}〕")
