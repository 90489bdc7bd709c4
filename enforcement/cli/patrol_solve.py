"""`enforcement patrol solve`: a day's plan from a file, without a database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from flask import Flask

from enforcement import i18n
from enforcement.cli.output import Output, speaks_json
from enforcement.errors import InvalidInputError
from enforcement.patrol.plan_words import why_not
from enforcement.planner import Plan, Problem, check, solve
from enforcement.planner.dayfile import read
from enforcement.planner.problem import ProblemError


@click.command("solve", help="由文件排一天的巡查 / Plan a day from a file (patrol-day/1).")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--seconds", type=click.FloatRange(0.01, 3600), help="CPU seconds to search.")
@click.option("--iterations", type=click.IntRange(0, 10_000_000), help="Steps instead of seconds.")
@click.option("--seed", type=click.IntRange(0), default=7, show_default=True)
@speaks_json
def solve_command(
    out: Output, file: Path, seconds: float | None, iterations: int | None, seed: int
) -> None:
    """Print the squads' stops in order, the objective, and what was left out and why."""
    try:
        problem = read(file.read_bytes())
    except ProblemError as error:
        raise InvalidInputError(error.field, f"{file.name}：{error}") from error
    if seconds is None and iterations is None:
        seconds = 5.0
    plan = solve(problem, seconds, iterations, seed=seed)
    data = in_full(problem, plan)
    lines = [f"{n}: {' '.join(map(str, stops))}" for n, stops in enumerate(data["squads"])]
    lines += [f"- {one['stop']}: {one['why']}" for one in data["dropped"]]
    out.result(data, "\n".join([*lines, f"= {data['objective']}"]))


def in_full(problem: Problem, plan: Plan) -> dict[str, Any]:
    """Return a plan as the command prints it; numbers as in the file."""
    checked = check(problem, plan)
    app = Flask("enforcement")
    i18n.init_app(app)
    with app.app_context():
        dropped = [
            {"stop": one.stop, "why": why_not(one, str), "kind": one.why.kind,
             "required": problem.stops[one.stop].required}
            for one in plan.dropped
        ]  # fmt: skip
    return {
        "squads": [plan.order(n) for n in range(len(plan.routes))],
        "objective": checked.objective,
        "dropped": dropped,
        "violations": list(checked.violations),
        "solver": plan.solver,
    }
