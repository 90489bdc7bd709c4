"""The words of wrong fields: what the schema library says in English, said in Chinese."""

from __future__ import annotations

import re
from typing import Any, Final

from enforcement.i18n import in_english

# fmt: off
WORDS: Final = tuple((re.compile(pattern), words) for pattern, words in (
    (r"Missing data for required field\.",           "必填。"),
    (r"Field may not be null\.",                     "不能为空。"),
    (r"Unknown field\.",                             "没有这个字段。"),
    (r"Invalid input type\.",                        "应当是一个JSON对象。"),
    (r"Not a valid string\.",                        "应当是文字。"),
    (r"Not a valid number\.",                        "应当是数字。"),
    (r"Not a valid integer\.",                       "应当是整数。"),
    (r"Not a valid boolean\.",                       "应当是 true 或者 false。"),
    (r"Not a valid list\.",                          "应当是列表。"),
    (r"Not a valid UUID\.",                          "应当是UUID。"),
    (r"Not a valid date\.",                          "应当是日期，例如 2026-03-02。"),
    (r"Not a valid datetime\.",                      "应当是时间，例如 2026-03-02T09:15:00+08:00。"),
    (r"Not a valid aware datetime\.",                "时间应当带时区，例如 2026-03-02T09:15:00+08:00。"),
    (r"Must be one of: (.*)\.",                      r"应当是下列之一：\1。"),
    (r"Must be equal to (.*)\.",                     r"应当是 \1。"),
    (r"Length must be between (\S+) and (\S+)\.",    r"长度应当在 \1 到 \2 之间。"),
    (r"Must be greater than or equal to (\S+) and less than or equal to (\S+)\.", r"应当在 \1 到 \2 之间。"),
    (r"Must be greater than or equal to (\S+)\.",    r"不能小于 \1。"),
    (r"Invalid value\.",                             "值无效。"),
))
# fmt: on


def said(messages: Any) -> Any:
    """Return messages, in whatever nesting, in the language of the answer."""
    if isinstance(messages, dict):
        return {str(name): said(found) for name, found in messages.items()}
    if isinstance(messages, list):
        return [said(found) for found in messages]
    return _said(str(messages))


def _said(message: str) -> str:
    if in_english():
        return message
    for pattern, words in WORDS:
        if pattern.fullmatch(message):
            return pattern.sub(words, message)
    return message


def fields_of(messages: Any) -> dict[str, Any]:
    """Return field -> reasons, without the name of the place ("json", "query") they came from."""
    found = said(messages)
    if isinstance(found, dict) and set(found) <= {"json", "query", "form", "files"}:
        found = {name: why for inner in found.values() for name, why in _inner(inner).items()}
    return found if isinstance(found, dict) else {"": found}


def _inner(found: Any) -> dict[str, Any]:
    return found if isinstance(found, dict) else {"body": found}
