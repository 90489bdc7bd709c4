"""Limits and counts as JSON, and their steps in the language of the page."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup, escape

from enforcement.i18n import _, in_english, label
from enforcement.law.articles import Article
from enforcement.law.counting import Step
from enforcement.law.terms import Term
from enforcement.law.time_limits import Due, TimeLimit


def name_of(row: TimeLimit) -> str:
    """Return the name of a limit in the language of the page."""
    return row.name_en if in_english() else row.name


def starts_of(row: TimeLimit) -> str:
    """Return from which event a limit runs, in the language of the page."""
    return row.starts_en if in_english() else row.starts


def said(step: Step) -> Markup:
    """Return one step of a count in the language of the page; articles stay Chinese, so marked."""
    values = {name: _word(value) for name, value in step.values.items()}
    return Markup(escape(_(step.text))) % values  # noqa: S704 -- escaped; so are the values


def _word(value: Any) -> Any:
    """Return a value in words: a term's own, a name translated, a number or day as it is."""
    if isinstance(value, Article):
        return Markup('<span lang="zh-CN">%s</span>') % value.zh
    if isinstance(value, Term):
        return label(value)
    return _(value) if isinstance(value, str) and value else value


def limit_json(row: TimeLimit) -> dict[str, Any]:
    """Return one version of a limit as a JSON object."""
    return {
        "id": row.id,
        "days": row.days,
        "counting": str(row.counting),
        "starts": row.starts_en,
        "starts_zh": row.starts,
        "since": row.valid_from.isoformat(),
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else None,
        "article": row.article.zh,
        "name": row.name,
        "name_en": row.name_en,
        "whose": str(row.whose),
        "kind": str(row.kind),
        "note": row.note or None,
    }


def due_json(found: Due) -> dict[str, Any]:
    """Return a counted limit as a JSON object; `at` is the moment where it runs in hours."""
    at = found.raw_at.isoformat() if found.raw_at else None
    return {
        "raw": found.raw.isoformat(),
        "due": found.due.isoformat() if found.due else None,
        "alarm": found.alarm.isoformat() if found.alarm else None,
        "at": at,
        "article": found.limit.article.zh,
        "days": found.limit.days,
        "counting": str(found.limit.counting),
        "whose": str(found.limit.whose),
        "valid_from": found.limit.valid_from.isoformat(),
        "how": [{"rule": step.rule, "text": step.zh} for step in found.how],
    }
