"""`enforcement live`, `alone`, `map`: who is where, who answers for whom, what the map counts."""

from __future__ import annotations

from tests.cli.conftest import Installation


def test_who_is_near_is_listed(cli: Installation) -> None:
    lon, lat = cli.home()
    made = cli.ok("incident", "report", "--as", "fujing", "--category", "04", "--description",
                  "路口占道", "--lon", lon, "--lat", lat)  # fmt: skip
    units = cli.ok("live", "units", "--as", "zhihui")["units"]
    assert all({"name", "lon", "lat"} <= set(one) for one in units)
    near = cli.ok("live", "nearest", made["number"], "--as", "dadui")["candidates"]
    assert near == sorted(near, key=lambda one: one["travel_s"])
    cli.refused("live", "units", "--as", "fujing")


def test_a_timer_is_begun_listed_and_ended(cli: Installation) -> None:
    say = ("alone", "say", "start", "--place", "北河村砂场", "--minutes", "20", "--as", "zhifa1")
    begun = cli.ok(*say, "--key", "one")
    assert cli.ok(*say, "--key", "one")["id"] == begun["id"]
    listed = cli.ok("alone", "list", "--as", "zhihui")["watches"]
    assert begun["id"] in [one["id"] for one in listed]
    cli.refused("alone", "answer", begun["id"], "平安", "--as", "zhifa1")
    assert cli.ok("alone", "say", "end", "--as", "zhifa1")["state"] == "ended"


def test_a_post_is_placed_and_taken_back(cli: Installation) -> None:
    code = cli.value("select min(code) from unit where kind = 'brigade'")
    assert cli.ok("alone", "post", code, 124.335, 43.308, "--as", "zhihui")["lon"] == 124.335
    assert cli.run("alone", "post", code, "--as", "zhihui").exit_code == 2
    assert cli.ok("alone", "post", code, "--remove", "--as", "zhihui")["lon"] is None
    cli.refused("alone", "post", code, "--remove", "--as", "zhihui")


def test_the_counted_cells_are_right_and_can_be_counted_anew(cli: Installation) -> None:
    assert cli.ok("map", "rebuild")["rows"] > 0
    assert cli.ok("map", "check") == {"wrong": []}
