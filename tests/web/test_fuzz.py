"""Made-up calls of every operation of the OpenAPI document, by every role in turn."""

from __future__ import annotations

from flask import Flask
from sqlalchemy.orm import Session

from tests.case.making import served_case
from tests.web.existing import ids_of
from tests.web.fuzzing import MODES, ONE_EACH, Fuzz

BARE = {
    "alarm", "alone_watch", "approval_order", "briefing_schedule", "case_exclusion",
    "confiscated_item", "destruction", "destruction_certificate", "duty_swap", "glass_grant",
    "legal_hold", "plan_run", "proof_flag", "routing_rule",
}  # fmt: skip
"""Tables that the county of tests leaves empty: calls that name their rows find nothing there."""


def test_every_operation_answers_as_its_document_says(demo_app: Flask, county: Session) -> None:
    """One call within the document, and beside it of every other; many more: `bench fuzz`."""
    served_case(county)
    fuzz, asked = Fuzz(demo_app, county), set()
    for turn, operation in enumerate(fuzz.operations):
        may = fuzz.may(operation)
        for mode in MODES[: 1 + turn % 2]:
            role = may[(turn + (mode is MODES[1])) % len(may)]
            asked.add(role)
            fuzz.try_out(operation, role, mode, 1)
    assert fuzz.wrong == []
    assert asked == set(ONE_EACH)
    assert fuzz.calls > len(fuzz.operations)
    asked_for = {table for one in fuzz.operations for _name, table in ids_of(one.path)}
    assert {table for table in asked_for if not fuzz.existing.rows(table)} == BARE
