"""The shortest and the longest realistic data of a paper, made from its sample."""

from __future__ import annotations

from typing import Any

from enforcement.law.paperwork import PAPERS, Paper, PaperField, values_at
from tests.document.samples import sample
from tests.document.samples_case import EVIDENCE

LONG_NAME = "示例农业科技发展有限责任公司" * 28 + "甲乙丙丁戊己庚辛"
LONG_TEXT = "经审查，情况属实，符合规定，当事人对上述情况没有异议。" * 12
_ANSWER = f"答：当时的情况是货架和冷柜摆放在人行道上，{'没有清除，' * 8}就是这样。"
QUESTIONS = "\n".join(
    f"问：第{n}个问题，请说明当时的情况。\n{_ANSWER}" for n in range(1, 61)
)  # twelve pages
KEPT = frozenset({"party.kind", "party.name"})


def shortest(code: str) -> dict[str, Any]:
    """Return only what the paper must state, each text as short as can be."""
    paper, data = PAPERS[code], sample(code)
    asked = {field.path for field in paper.fields if _is_asked(field, data)} | KEPT
    return {
        block: _pruned(block, value, asked)
        for block, value in data.items()
        if any(path.partition(".")[0].removesuffix("[]") == block for path in asked)
    }


def longest(code: str) -> dict[str, Any]:
    """Return the sample with 400 characters of name, 30 pieces of evidence and long texts."""
    paper, data = PAPERS[code], sample(code)
    data["case"]["cause"] = "擅自占用城市道路并且损坏道路附属设施案" * 6
    data.setdefault("party", {})
    data["party"] |= {"name": LONG_NAME, "address": "A" * 120, "representative": "示例" * 40}
    for field in paper.fields:
        if field.type == "long_text" and "[]" not in field.path:
            _put(data, field.path, QUESTIONS if field.path == "act.record" else LONG_TEXT)
    if "evidence" in data:
        data["evidence"] = [
            {**EVIDENCE[n % 5], "no": n, "source": "https://" + "x" * 90} for n in range(1, 31)
        ]
    if "items" in data:
        data["items"] = [
            {**data["items"][0], "no": n, "name": "不锈钢货架" * (1 + n % 9), "spec": "x" * 60}
            for n in range(1, 31)
        ]
    for opinion in data.get("opinions", []):
        opinion["opinion"] = LONG_TEXT
    return data


def _is_asked(field: PaperField, data: dict[str, Any]) -> bool:
    if not field.required:
        return False
    if field.only_if is None:
        return True
    path, words = field.only_if
    return any(word in str(value) for word in words for value in values_at(data, path))


def _pruned(block: str, value: Any, asked: set[str]) -> Any:
    if isinstance(value, list):
        return [_pruned(f"{block}[]", one, asked) for one in value]
    return {key: inner for key, inner in value.items() if f"{block}.{key}" in asked}


def _put(data: dict[str, Any], path: str, text: str) -> None:
    block, _, name = path.partition(".")
    if isinstance(data.get(block), dict) and data[block].get(name):
        data[block][name] = text


def required_paths(paper: Paper, data: dict[str, Any]) -> list[str]:
    """Return the paths that the paper asks for with this data, one level deep."""
    return [
        field.path
        for field in paper.fields
        if _is_asked(field, data) and field.path.count(".") == 1 and "[]" not in field.path
    ]
