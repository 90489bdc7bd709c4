"""The law commands: the tables and the days counted by them; no database is touched."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from enforcement.cli import main
from enforcement.law.matters import matters
from enforcement.law.procedure import PROCEDURE
from enforcement.law.time_limits import LIMITS


def run(*words: str) -> Result:
    nowhere = {"ENFORCEMENT_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}
    return CliRunner().invoke(main, ["law", *words], env=nowhere)


# fmt: off
VECTORS = [
    ("hearing_request", "2026-09-28", "2026-10-10", "2026-10-10", "2026-10-09"),
    ("preservation",    "2026-02-12", "2026-02-28", "2026-02-28", "2026-02-27"),
    ("service",         "2026-04-29", "2026-05-12", "2026-05-12", "2026-05-11"),
    ("demand",          "2026-04-27", "2026-05-13", "2026-05-13", "2026-05-12"),
    ("payment",         "2026-09-18", "2026-10-03", "2026-10-08", "2026-09-30"),
    ("payment",         "2026-03-27", "2026-04-11", "2026-04-13", "2026-04-10"),
    ("decision",        "2026-01-05", "2026-04-05", "2026-04-07", "2026-04-03"),
    ("decision",        "2026-03-03", "2026-06-01", "2026-06-01", "2026-05-29"),
    ("reconsideration", "2026-03-27", "2026-05-26", "2026-05-26", "2026-05-25"),
    ("litigation",      "2026-03-27", "2026-09-27", "2026-09-28", "2026-09-24"),
    ("publication",     "2026-03-27", "2026-04-08", "2026-04-08", "2026-04-07"),
]
# fmt: on


@pytest.mark.parametrize(("limit", "start", "raw", "due", "alarm"), VECTORS)
def test_due_days_are_those_of_the_test_vectors(
    limit: str, start: str, raw: str, due: str, alarm: str
) -> None:
    found = json.loads(run("due", limit, "--from", start, "--json").stdout)
    assert (found["raw"], found["due"], found["alarm"]) == (raw, due, alarm)
    assert found["article"].startswith("《中华人民共和国")
    assert found["how"][0] == {"rule": "C6", "text": f"{start}当日不计入，自次日起算。"}


def test_every_limit_is_listed_with_its_article() -> None:
    rows = json.loads(run("limits", "--json").stdout)["limits"]
    assert [row["id"] for row in rows] == [row.id for row in LIMITS]
    assert all(row["article"].startswith("《") and row["name"] for row in rows)
    assert {row["counting"] for row in rows} == {"working", "calendar", "hours", "months"}
    assert all(isinstance(row["days"], int) and row["days"] > 0 for row in rows)
    assert {row["whose"] for row in rows} == {"citizen", "organ", "other"}


def test_only_the_limits_of_a_day_are_listed_when_asked() -> None:
    rows = json.loads(run("limits", "--on", "2021-12-31", "--json").stdout)["limits"]
    [notice] = [row for row in rows if row["id"] == "public_notice"]
    assert (notice["days"], notice["valid_to"]) == (60, "2021-12-31")


def test_hours_are_counted_from_a_moment() -> None:
    found = json.loads(run("due", "measure_report", "--from", "2026-03-02T22:30", "--json").stdout)
    assert (found["raw"], found["at"]) == ("2026-03-03", "2026-03-03T22:30:00+08:00")
    assert found["counting"] == "hours"


def test_a_day_that_cannot_be_moved_is_refused_but_told() -> None:
    result = run("due", "decision", "--from", "2026-11-24", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert "2027" in found["error"]
    assert (found["raw"], found["due"], found["alarm"]) == ("2027-02-22", None, None)


def test_matters_and_procedure_are_listed_whole() -> None:
    listed = json.loads(run("matters", "--json").stdout)["matters"]
    assert {row["code"] for row in listed} == set(matters())
    [m12] = [row for row in listed if row["code"] == "M12"]
    assert (m12["organisation_yuan"], m12["ours"]) == (["0", "20000"], True)
    steps = json.loads(run("procedure", "--json").stdout)["steps"]
    assert len(steps) == len(PROCEDURE)
    assert {"D01", "D41"} - {row["paper"] for row in steps} == {"D01"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("due", "nonsense", "--from", "2026-01-01"), "nonsense"),
        (("due", "service", "--from", "2031-01-01"), "2031"),
        (("due", "service", "--from", "2026-02-30"), "2026-02-30"),
        (("due", "service", "--from", "soon"), "soon"),
        (("due", "decision", "--from", "2020-01-01"), "2020-01-01"),
    ],
)
def test_what_no_rule_or_calendar_knows_is_refused(words: tuple[str, ...], told: str) -> None:
    result = run(*words, "--json")
    assert result.exit_code == 1
    assert told in json.loads(result.stdout)["error"]
    assert told in result.stderr


def test_people_read_the_moved_day() -> None:
    text = run("due", "payment", "--from", "2026-03-27").stdout
    assert text.startswith("缴纳罚款：至 2026-04-13")
