"""`enforcement point`: a point is registered, pressed, given a new key."""

from __future__ import annotations

from tests.cli.conftest import Installation


def test_a_point_is_registered_pressed_and_given_a_new_key(cli: Installation) -> None:
    village = cli.value("select min(code) from division where level = 'village'")
    made = cli.ok("point", "add", village, "命令测试点", "--as", "xitong")
    listed = cli.ok("point", "list", "--as", "xitong")["points"]
    assert made["id"] in [row["id"] for row in listed]
    press = ("point", "press", made["id"], "red", "--test", "--key")
    assert cli.ok(*press, made["key"])["test"] is True
    new = cli.ok("point", "key", made["id"], "--as", "xitong")
    cli.refused(*press, made["key"])
    assert cli.ok(*press, new["key"])["number"] is None


def test_registering_is_for_the_system_administrator(cli: Installation) -> None:
    count = "select count(*) from village_point"
    before = cli.value(count)
    village = cli.value("select min(code) from division where level = 'village'")
    cli.refused("point", "add", village, "无权登记", "--as", "zhifa1")
    cli.refused("point", "add", "220322999999", "没有的村", "--as", "xitong")
    assert cli.value(count) == before
