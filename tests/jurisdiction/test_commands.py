"""The commands: what they print, and when they exit with 1."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from small_county import SMALL, SMALL_DIVISIONS, squares
from sqlalchemy.orm import Session

from enforcement.cli import jurisdiction as commands
from tests.jurisdiction.office_files import shapefile

Run = Callable[..., Result]


@pytest.fixture
def run(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command inside the test's transaction; bytes become a file."""

    @contextmanager
    def scope(*, commit: bool = True) -> Iterator[Session]:
        yield session

    monkeypatch.setattr(commands, "session_scope", scope)

    def call(name: str, *words: Any) -> Result:
        file = tmp_path / "file"
        told = []
        for word in words:
            if isinstance(word, bytes):
                file.write_bytes(word)
            told.append(str(file) if isinstance(word, bytes) else str(word))
        return CliRunner().invoke(commands.COMMANDS[name], told)

    return call


def loaded(run: Run) -> Result:
    assert run("import", "divisions", SMALL_DIVISIONS.encode()).exit_code == 0
    return run("import", "boundaries", squares(), "--level", "village", "--json")


def test_the_first_edition_is_in_force_at_once_and_the_command_says_so(run: Run) -> None:
    result = loaded(run)
    data = json.loads(result.stdout)
    assert (result.exit_code, data["read"], data["accepted"], data["rejected"]) == (0, 4, 4, [])
    assert "首个版本" in result.stderr
    place = json.loads(run("locate", 124.05, 43.05, "--json").stdout)
    assert {key: place[key] for key in ("county", "village", "squad", "brigade", "edition")} == {
        "county": SMALL,
        "village": "990001101200",
        "squad": None,
        "brigade": None,
        "edition": data["edition"],
    }


def test_a_later_edition_waits_and_is_put_in_force_by_hand(run: Run) -> None:
    loaded(run)
    draft = json.loads(run("import", "boundaries", squares(), "--json").stdout)
    assert draft["status"] == "draft"
    done = run("import", "activate", draft["edition"], "--from", "2026-01-01", "--json")
    assert json.loads(done.stdout)["valid_from"] == "2026-01-01"
    place = json.loads(run("locate", 124.05, 43.05, "--on", "2026-01-01", "--json").stdout)
    assert place["edition"] == draft["edition"]


def test_refused_rows_are_listed_and_the_exit_is_1(run: Run) -> None:
    run("import", "divisions", SMALL_DIVISIONS.encode())
    result = run(
        "import", "boundaries", squares().replace(b"990001101200", b"990001101299"), "--json"
    )
    assert result.exit_code == 1
    [rejected] = json.loads(result.stdout)["rejected"]
    assert (rejected["row"], rejected["code"]) == (2, "990001101299")
    assert json.loads(result.stdout)["edition"] is None


def test_an_unclean_edition_is_not_activated_and_the_exit_is_1(run: Run) -> None:
    loaded(run)
    data = squares(leave_out="990001100201")
    result = run("import", "boundaries", data, "--activate", "--json")
    assert (result.exit_code, json.loads(result.stdout)["status"]) == (1, "draft")


@pytest.mark.parametrize(
    "words",
    [
        ("-10.5", "-5", "--json"),
        ("130", "43", "--json"),
        ("43.05", "124.05", "--json"),
        ("124.05", "43.05", "--on", "1900-01-01", "--json"),
    ],
)
def test_no_place_is_a_refusal_with_its_reason_in_json(run: Run, words: tuple[str, ...]) -> None:
    loaded(run)
    result = run("locate", *words)
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"] in result.stderr


def test_people_read_names(run: Run) -> None:
    loaded(run)
    assert run("locate", 124.05, 43.05).stdout.startswith("试验县 西乡 三村\n")


def test_a_check_is_printed_for_people_programs_and_maps(run: Run) -> None:
    loaded(run)
    data = squares(leave_out="990001100201")
    edition = json.loads(run("import", "boundaries", data, "--json").stdout)["edition"]
    assert "问题：1 个区划没有界线：990001100201 二村" in run("import", "check", edition).stdout
    told = json.loads(run("import", "check", edition, "--json").stdout)
    assert (told["clean"], told["change"]["removed"]) == (False, 1)
    shapes = json.loads(run("import", "check", edition, "--geojson").stdout)
    assert {feature["properties"]["kind"] for feature in shapes["features"]} >= {
        "missing", "removed",
    }  # fmt: skip


def test_the_options_of_a_file_are_said_and_told_back(run: Run) -> None:
    run("import", "divisions", SMALL_DIVISIONS.encode())
    data = shapefile(crs="EPSG:4529", without=(".prj", ".cpg"))
    asked = run("import", "boundaries", data, "--json")
    assert (asked.exit_code, json.loads(asked.stdout)["field"]) == (1, "crs")
    assert "--crs" in asked.stderr
    words = ("--crs", "EPSG:4529", "--map", "code=村代码", "--decree", "县政〔2026〕1号")
    told = json.loads(run("import", "boundaries", data, *words, "--json").stdout)
    assert (told["accepted"], told["mapping"]["code"]) == (4, "村代码")
    assert (told["crs"], told["encoding"], told["repairs"]) == ("EPSG:4529", "GB18030", [])


def test_old_answers_can_be_asked_for_again(run: Run) -> None:
    loaded(run)
    first = json.loads(run("locate", 124.11, 43.05, "--on", "2025-12-31", "--json").stdout)
    moved = squares(shift_deg=0.02)
    words = ("--activate", "--from", "2026-01-01", "--json")
    edition = json.loads(run("import", "boundaries", moved, *words).stdout)
    assert edition["status"] == "active"
    again = json.loads(run("locate", 124.11, 43.05, "--on", "2025-12-31", "--json").stdout)
    later = json.loads(run("locate", 124.11, 43.05, "--on", "2026-01-01", "--json").stdout)
    assert again == first
    assert (later["edition"], later["village"]) == (edition["edition"], "990001101200")
