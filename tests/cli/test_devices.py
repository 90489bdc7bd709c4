"""`enforcement device`: registered, fed by a file, printed, given a key, retired."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation
from tests.positions.test_decoding import track


def test_a_device_is_registered_fed_printed_and_retired(cli: Installation, tmp_path: Path) -> None:
    made = cli.ok("device", "add", "100200300", "--protocol", "jt808", "--vehicle")
    assert len(made["key"]) > 20
    file = tmp_path / "way.gpx"
    file.write_bytes(track((43.3, "2026-03-02T01:02:03Z"), (43.31, "2026-03-02T01:02:13Z")))
    assert cli.ok("device", "gpx", "100200300", file)["stored"] == 2
    assert cli.ok("device", "gpx", "100200300", file) == {
        "stored": 0, "known": 2, "off_duty": 0}  # fmt: skip
    fixes = cli.ok("device", "fixes", "100200300")["fixes"]
    assert [(row["lat"], row["lon"], row["source"]) for row in fixes] == [
        (43.3, 106.7, "gpx"), (43.31, 106.7, "gpx")]  # fmt: skip
    assert fixes[0]["fixed_at"] == "2026-03-02T01:02:03+00:00"
    assert "100200300" in [row["ident"] for row in cli.ok("device", "list")["devices"]]
    assert cli.ok("device", "key", "100200300")["key"] != made["key"]
    cli.ok("device", "retire", "100200300")
    assert "100200300" not in [row["ident"] for row in cli.ok("device", "list")["devices"]]


def test_what_is_wrong_is_refused(cli: Installation, tmp_path: Path) -> None:
    add = ("device", "add", "100200301", "--protocol", "osmand")
    cli.refused(*add, "--person", "查无此人")
    cli.refused(*add, "--person", "查无此人", "--vehicle")
    cli.refused(*add, "--as", "zhifa1")
    cli.refused("device", "fixes", "100200301")
    cli.ok(*add, "--as", "xitong")
    cli.refused(*add)
    file = tmp_path / "no.gpx"
    file.write_text("<kml/>")
    cli.refused("device", "gpx", "100200301", file)
    cli.ok("device", "retire", "100200301")
