"""`enforcement patrol solve`: the file of the format, and files that are wrong by one field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from enforcement.cli import main
from enforcement.planner import Plan, check
from enforcement.planner.dayfile import read
from tests.jurisdiction.small_county import data_file

DAY: dict[str, Any] = {
    "format": "patrol-day/1",
    "depots": [[0.0, 0.0]],
    "stops": [
        {"kind": "hot", "x": 1000.0, "y": 0.0, "service_s": 600, "window_s": [0, 9000],
         "required": True, "prize": 0},
        {"kind": "plain", "x": 90_000.0, "y": 0.0, "service_s": 600, "required": False, "prize": 9},
    ],
    "squads": [{"depot": 0, "window_s": [0, 28_800], "shift_s": 28_800}],
}  # fmt: skip


def run(path: Path, day: Any, *more: str) -> Any:
    text = day if isinstance(day, str) else json.dumps(day)
    file = path / "day.json"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(main, ["patrol", "solve", str(file), "--json", *more])


def test_a_day_is_planned_from_its_file(tmp_path: Path) -> None:
    answer = run(tmp_path, DAY, "--iterations", "20")
    assert answer.exit_code == 0, answer.output
    said = json.loads(answer.stdout)
    assert said["squads"] == [[0]]
    assert [one["stop"] for one in said["dropped"]] == [1]
    assert said["dropped"][0]["why"]
    problem = read(json.dumps(DAY).encode())
    assert said["objective"] == check(problem, Plan((((0,),),))).objective == 2 * 122 + 9
    assert said["violations"] == []


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("format",), "patrol-day/9", "format"),
        (("stops",), {}, "stops"),
        (("stops", 0, "x"), "east", "stops[0].x"),
        (("stops", 0, "x"), 1e300, "stops[0].x"),
        (("stops", 0, "service_s"), 1.5, "stops[0].service_s"),
        (("stops", 0, "service_s"), None, "stops[0].service_s"),
        (("stops", 0, "window_s"), [5, 1], "stops[0].windows_s[0]"),
        (("stops", 0, "required"), "yes", "stops[0].required"),
        (("stops", 0, "prize"), -1, "stops[0].value_s"),
        (("squads", 0, "depot"), 4, "squads[0].depot"),
        (("squads", 0, "window_s"), [0], "squads[0].window_s"),
        (("depots", 0), [1], "depots[0]"),
    ],
    ids=["format", "list", "text", "far", "half", "none", "window", "bool", "prize", "depot",
         "span", "point"],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_its_field(
    tmp_path: Path, path: tuple[Any, ...], value: Any, field: str
) -> None:
    day = json.loads(json.dumps(DAY))
    inner = day
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    answer = run(tmp_path, day)
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["field"] == field


def test_what_is_no_json_is_refused(tmp_path: Path) -> None:
    answer = run(tmp_path, "{")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["field"] == "file"


def test_the_shared_day_is_read() -> None:
    problem = read(data_file("patrol_day1.json"))
    assert (len(problem.squads), len(problem.stops)) == (21, 450)
    assert sum(one.required for one in problem.stops) == 120
