"""Which papers a person issues by filling in a form: all that no act of a procedure issues."""

from __future__ import annotations

from typing import Final

from enforcement.law.measures import MEASURES
from enforcement.law.paper_types import Paper
from enforcement.law.paperwork import PAPERS
from enforcement.law.procedure import PROCEDURE
from enforcement.law.spot import SPOT

_BESIDES: Final = frozenset({"D01", "D26", "D27", "D41"})
"""Issued with the registration of a case, with a notice, with a service."""

BY_ACTS: Final = frozenset(
    {step.paper for step in PROCEDURE if step.paper is not None}
    | {code for step in MEASURES for code in step.papers}
    | {step.paper for step in SPOT if step.paper is not None}
    | _BESIDES
)
BY_HAND: Final[dict[str, Paper]] = {
    code: paper for code, paper in PAPERS.items() if code not in BY_ACTS
}

TAKEN: Final = frozenset(
    {"organ", "unit", "case", "party", "officers", "law", "remedies", "payment", "notice", "debt"}
    | {"demand", "decision"}
)
"""Blocks that a paper takes from the case as it stands: what the case holds is not typed anew."""


def is_taken(path: str) -> bool:
    """Tell whether a path lies in a block that comes from the case: "officers[].name"."""
    return path.partition(".")[0].partition("[")[0] in TAKEN
