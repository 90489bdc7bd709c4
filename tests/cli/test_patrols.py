"""`enforcement beat`, `patrol`, `import roads`, `roster fair`: mornings without a browser."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Installation
from tests.patrol import road_files

DAY = "2026-03-03"


@pytest.fixture(scope="module")
def squad(installed: Installation) -> str:
    """The squad of the demonstration officer."""
    installed.set_clock("2026-03-02 09:00")
    return str(installed.value(
        "select u.code from account a join post p on p.id = a.post_id join unit u on"
        " u.id = p.unit_id where a.username = 'zhifa1'"))  # fmt: skip


def beat(cli: Installation, squad: str, name: str, lon: float = 124.33) -> str:
    made = cli.ok("beat", "add", "point", name, "--unit", squad, "--geometry",
                  f"POINT ({lon} 43.31)", "--per", "day", "--as", "dadui")  # fmt: skip
    return str(made["id"])


def test_a_beat_is_added_listed_imported_and_printed(
    cli: Installation, squad: str, tmp_path: Path
) -> None:
    ident = beat(cli, squad, "命令点位")
    listed = cli.ok("beat", "list", "--kind", "point", "--as", "dadui")["beats"]
    assert next(row["name"] for row in listed if row["id"] == ident) == "命令点位"
    file = tmp_path / "beats.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"name": "文件点位"},
         "geometry": {"type": "Point", "coordinates": [124.334, 43.311]}}]}))  # fmt: skip
    words = ("beat", "import", file, "--unit", squad, "--as", "dadui")
    assert cli.ok(*words)["made"] == []
    assert len(cli.ok(*words, "--apply")["made"]) == 1
    sheet = tmp_path / "codes.pdf"
    assert cli.ok("beat", "codes", sheet, "--as", "dadui")["points"] >= 2
    assert sheet.read_bytes().startswith(b"%PDF-")
    assert set(cli.ok("beat", "proposals", "--as", "dadui")) == {"hot_spots", "unvisited"}


@pytest.mark.parametrize(
    ("words", "field"),
    [
        (("--geometry", "POINT (1 1)"), "geometry"),
        (("--geometry", "POINT (124.33 43.31)", "--radius", "1"), "radius_m"),
        (("--geometry", "LINESTRING (124.33 43.31, 124.34 43.31)"), "geometry"),
    ],
    ids=["far", "radius", "shape"],
)
def test_a_beat_that_cannot_be_is_refused(
    cli: Installation, squad: str, words: tuple[str, ...], field: str
) -> None:
    count = "select count(*) from beat"
    before = cli.value(count)
    found = cli.refused("beat", "add", "point", "错", "--unit", squad, *words, "--as", "dadui")
    assert found.get("field", field) == field
    cli.refused("beat", "add", "point", "无权", "--unit", squad, "--geometry",
                "POINT (124.33 43.31)", "--as", "fujing")  # fmt: skip
    assert cli.value(count) == before


def walker(cli: Installation, squad: str) -> None:
    """Open an account for an officer of the squad."""
    env = {"ENFORCEMENT_NEW_PASSWORD": "Neu-Wort-2026"}
    words = ("--county", "220322", "--person", "巡逻员", "--role", "officer", "--unit", squad)
    cli.ok("account", "create", "xunluo", *words, env=env)


def test_a_morning_is_prepared_planned_published_and_walked(cli: Installation, squad: str) -> None:
    beat(cli, squad, "早晨点位", 124.331)
    cli.ok("patrol", "prepare", "--on", DAY, "--as", "dadui")
    run = cli.ok("patrol", "plan", "--on", DAY, "--as", "dadui")
    assert run["state"] == "applied"
    assert {"travel", "by_road", "legs"} <= set(run)
    board = cli.ok("patrol", "day", "--on", DAY, "--as", "dadui")
    lane = next(one for one in board["lanes"] if one["stops"])  # whom the plan chose
    walks = lane["squad"]
    walker(cli, walks)
    [number] = cli.ok("patrol", "publish", walks, "--on", DAY, "--as", "dadui")["published"]
    assert cli.ok("patrol", "publish", walks, "--on", DAY, "--as", "dadui")["published"] == []
    cli.set_clock(f"{DAY} 09:00")
    assert cli.ok("patrol", "start", number, "--as", "xunluo")["state"] == "started"
    seen = cli.ok("patrol", "visit", number, "1", "--outcome", "正常", "--as", "xunluo")
    assert seen["outcome"] == "正常"
    cli.refused("patrol", "visit", number, "1", "--outcome", "再来", "--as", "xunluo")
    assert cli.ok("patrol", "finish", number, "--as", "xunluo")["state"] == "finished"
    report = cli.ok("patrol", "report", "--by", "squad", "--first", DAY, "--last", DAY, "--as",
                    "dadui")  # fmt: skip
    row = next(one for one in report["rows"] if one["key"] == walks)
    assert row["visited"] == 1
    assert row["planned"] == len(lane["stops"])


def test_days_that_are_over_and_squads_of_others_are_refused(cli: Installation, squad: str) -> None:
    cli.refused("patrol", "plan", "--on", "2026-03-01", "--as", "dadui")
    cli.refused("patrol", "day", "--on", "yesterday", "--as", "dadui")
    cli.refused("patrol", "publish", "99.99", "--on", DAY, "--as", "dadui")
    cli.refused("patrol", "plan", "--kind", "county", "--on", DAY, "--as", "dadui")


def test_a_report_is_written_to_files(cli: Installation, tmp_path: Path) -> None:
    names = [tmp_path / f"report.{suffix}" for suffix in ("xlsx", "pdf", "html")]
    made = cli.ok("patrol", "report", "--by", "township", "--xlsx", names[0], "--pdf", names[1],
                  "--map", names[2], "--as", "juzhang")  # fmt: skip
    assert made["by"] == "township"
    assert [one.read_bytes()[:4] for one in names] == [b"PK\x03\x04", b"%PDF", b"<!DO"]
    cli.refused("patrol", "report", "--by", "person", "--as", "xiangzhen")
    cli.refused("patrol", "report", "--as", "zhifa1")


def test_roads_are_imported_and_times_computed(cli: Installation, tmp_path: Path) -> None:
    file = tmp_path / "county.osm.pbf"
    file.write_bytes(road_files.pbf())
    made = cli.ok("import", "roads", file, "--source", "OSM", "--dated", "2026-01-01")
    assert (made["roads"], made["pieces"], made["in_use"]) == (3, 2, True)
    assert made["places"] > 0
    assert cli.value("select count(*) from road_time") > 0
    assert cli.ok("import", "roads", file)["again"] is True
    bad = tmp_path / "bad.osm"
    bad.write_text("<osm>")
    assert cli.refused("import", "roads", bad)["field"] == "file"
    cli.refused("import", "roads", file, "--county", "999999")
    cli.refused("import", "roads", file, "--dated", "2027-01-01")


def test_open_shifts_are_shared_out(cli: Installation) -> None:
    unit = cli.value("select u.code from account a join post p on p.id = a.post_id join unit u on"
                     " u.id = p.unit_id where a.username = 'dadui'")  # fmt: skip
    shown = cli.ok("roster", "fair", unit, "--day", "2026-03-09", "--as", "dadui")
    assert shown["people"]
    cli.refused("roster", "fair", unit, "--day", "2026-03-09", "--weeks", "9", "--as", "dadui")
    cli.refused("roster", "fair", unit, "--day", "2026-03-09", "--as", "zhifa1")
