"""`enforcement duties`: list, add, end; plans from start to force; check, balance, proposals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Installation


@pytest.fixture
def ops(tmp_path: Path, cli: Installation) -> Path:
    """A file of operations that hands one village over."""
    code = cli.value("select min(code) from area where level = 'village'")
    file = tmp_path / "ops.json"
    file.write_text(json.dumps([{"op": "assign", "areas": [code], "unit": "01.01.07.03"}]))
    return file


def test_a_plan_goes_from_start_to_check_and_is_given_up(cli: Installation, ops: Path) -> None:
    made = cli.ok("duties", "plan", "命令", "--ops", ops, "--as", "xitong")
    assert (made["status"], made["version"]) == ("draft", 2)
    plan = made["id"]
    seen = cli.ok("duties", "show", plan, "--as", "xitong")
    assert len(seen["difference"]["areas"]) == 1
    assert "1 个村易手" in cli.run("duties", "show", plan, "--as", "xitong").stdout
    assert cli.ok("duties", "check", plan, "--as", "dadui")["clean"]
    assert cli.ok("duties", "change", plan, "--undo", "--as", "xitong")["version"] == 3
    assert cli.ok("duties", "change", plan, "--redo", "--as", "xitong")["version"] == 4
    stale = cli.refused("duties", "change", plan, "--undo", "--version", 1, "--as", "xitong")
    assert stale["your_version"] == 1
    assert "ops" in cli.refused("duties", "change", plan, "--as", "xitong")["field"]
    assert cli.ok("duties", "change", plan, "--discard", "--as", "xitong")["status"] == "discarded"
    again = cli.refused("duties", "activate", plan, "--as", "xitong")
    assert again["status"] == "discarded"


def test_a_plan_is_put_in_force_and_another_takes_it_back(cli: Installation, ops: Path) -> None:
    before = cli.ok("duties", "list", "--on", "2026-03-02", "--as", "zhifa1")["duties"]
    made = cli.ok("duties", "plan", "甲", "--ops", ops, "--as", "xitong")
    back = cli.ok("duties", "plan", "乙", "--as", "xitong")
    done = cli.ok("duties", "activate", made["id"], "--from", "2026-03-09", "--as", "xitong")
    assert (done["added"], done["ended"], done["kept"]) == (1, 0, 24)
    assert len(cli.ok("duties", "list", "--on", "2026-03-09", "--as", "zhifa1")["duties"]) == 25
    words = ("duties", "activate", back["id"], "--from", "2026-03-09")
    assert cli.refused(*words, "--as", "xitong")["drift"]["came"]
    assert cli.ok(*words, "--accept-changes", "--as", "xitong")["ended"] == 1
    after = cli.ok("duties", "list", "--on", "2026-03-09", "--as", "zhifa1")["duties"]
    assert [one["id"] for one in after] == [one["id"] for one in before]
    assert "permission" in cli.refused(*words, "--as", "dadui")


def test_a_duty_is_added_and_ended(cli: Installation, tmp_path: Path) -> None:
    lon, lat = cli.home()
    file = tmp_path / "shape.wkt"
    corners = [(lon, lat), (lon + 0.002, lat), (lon + 0.002, lat + 0.002), (lon, lat)]
    file.write_text(f"POLYGON(({', '.join(f'{x} {y}' for x, y in corners)}))")
    words = ("duties", "add", "01.01.07.03", "--shape", file, "--as", "xitong")
    assert cli.refused(*words)["field"] == "name"
    made = cli.ok(*words, "--name", "市场", "--priority", 3)
    assert cli.value("select priority from responsibility where name = '市场'") == 3
    ended = cli.ok("duties", "end", made["id"], "--as", "xitong")
    assert ended["valid_to"] == "2026-03-02"
    assert cli.value("select count(*) from responsibility where name = '市场'") == 1
    wrong = cli.refused("duties", "add", "01.01.07.03", "--area", "9", "--as", "xitong")
    assert wrong["field"] == "area_code"


def test_duties_are_checked_and_balanced(cli: Installation) -> None:
    assert cli.ok("duties", "check", "--as", "zhifa1")["clean"]
    found = cli.ok("duties", "balance", "--as", "dadui")
    assert len(found["squads"]) == 21
    told = cli.run("duties", "balance", "--as", "dadui").stdout
    assert "变异系数" in told


def test_a_proposal_is_made_and_saved(cli: Installation) -> None:
    words = ("duties", "propose", "--weight", "area=1", "--most", "5", "--as", "xitong")
    found = cli.ok(*words)
    assert 0 < found["moved"] <= 35
    assert found["plan"] is None
    saved = cli.ok(*words, "--save", "命令均衡")
    assert cli.value("select name from duty_plan where id = :id", id=saved["plan"]) == "命令均衡"
    cli.ok("duties", "change", saved["plan"], "--discard", "--as", "xitong")
    wrong = cli.refused("duties", "propose", "--weight", "fines=1", "--as", "xitong")
    assert wrong["field"] == "weights"
    assert cli.refused("duties", "propose", "--weight", "area=x", "--as", "xitong")["field"]
