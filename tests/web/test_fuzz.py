"""Made-up calls of every operation of the OpenAPI document, by every role in turn."""

from __future__ import annotations

from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.web.existing import ARGUMENT, FIELDS
from tests.web.fuzzing import MODES, ONE_EACH, Fuzz

NOTHING_EXISTS: Final[set[str]] = set()  # operations; making.py makes rows for all others


@pytest.fixture
def fuzz(demo_app: Flask, county: Session) -> Fuzz:
    return Fuzz(demo_app, county)


def takes_arguments(operation: Any) -> bool:
    return ARGUMENT.search(operation.path) is not None


def test_every_operation_answers_as_its_document_says(fuzz: Fuzz) -> None:
    """One call within the document, and beside it of every other; many more: `bench fuzz`.

    Where the path has arguments there are two, of which one names what exists.
    """
    asked = set()
    for turn, operation in enumerate(fuzz.operations):
        may = fuzz.may(operation)
        for mode in MODES[: 1 + turn % 2]:
            role = may[(turn + (mode is MODES[1])) % len(may)]
            asked.add(role)
            fuzz.try_out(operation, role, mode, 1 + takes_arguments(operation))
    assert fuzz.wrong == []
    assert asked == set(ONE_EACH)
    assert fuzz.calls > len(fuzz.operations)


def test_every_path_can_name_what_exists(fuzz: Fuzz) -> None:
    """Else its calls would all be answered 404, and what stands behind were never reached."""
    paths = {one.path: one.label for one in fuzz.operations if takes_arguments(one)}
    lacking = {label for path, label in paths.items() if not fuzz.existing.of(path)}
    assert lacking == NOTHING_EXISTS
    for path in paths:
        for values in fuzz.existing.of(path):
            assert set(values) == set(ARGUMENT.findall(path)), path
    unknown = {name for name in FIELDS if fuzz.existing.filled({name: "?"}, 0)[name] == "?"}
    assert unknown == set()
