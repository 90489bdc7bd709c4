"""What the commands refuse: with words, the field's name, exit 1, and nothing changed."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest

from enforcement.demo.numbers import id_number
from tests.cli.conftest import Installation

COUNT = "select count(*) from incident"


@pytest.fixture
def cli(installed: Installation) -> Installation:
    """The installation in a year of its own, so that the worked case keeps its numbers."""
    installed.set_clock("2025-06-02 09:00")
    return installed


def report(cli: Installation, *more: Any, **how: Any) -> tuple[Any, ...]:
    lon, lat = how.get("at", cli.home())
    return (
        "incident",
        "report",
        "--as",
        how.get("who", "fujing"),
        "--category",
        "04",
        "--description",
        "占道经营。",
        "--lon",
        lon,
        "--lat",
        lat,
        *more,
    )


def lead(cli: Installation) -> dict[str, Any]:
    """Return a case just registered from an incident of the officers' squad."""
    made = cli.ok(*report(cli))
    squad = cli.value("select responsible_unit_code from incident where id = :id", id=made["id"])
    cli.ok(
        "incident",
        "assign",
        made["number"],
        "--as",
        "juzhang",
        "--squad",
        squad,
        "--on",
        "2025-06-02",
    )
    return cli.ok(
        "case",
        "register",
        made["number"],
        "--as",
        "zhifa1",
        "--set",
        "matter_code=M12",
        "--set",
        "act=占用道路",
        "--set",
        "place=门前",
        "--set",
        "acted_on=2025-06-02",
    )


@pytest.mark.parametrize(
    ("at", "more", "field"),
    [
        ((110.0, 43.2), (), "lon"),
        ((181.0, 43.2), (), "lon"),
        (None, ("--occurred-at", "2025-06-02T09:00:00"), "occurred_at"),
        (None, ("--occurred-at", "2025-06-03T09:00:00+08:00"), "occurred_at"),
    ],
)
def test_a_wrong_report_is_refused_by_its_field_and_nothing_is_stored(
    cli: Installation, at: tuple[float, float] | None, more: tuple[str, ...], field: str
) -> None:
    before = cli.value(COUNT)
    refused = cli.refused(*report(cli, *more, at=at or cli.home()))
    assert refused["field"] == field
    assert cli.value(COUNT) == before


def test_a_photo_that_is_none_is_refused(cli: Installation, tmp_path: Path) -> None:
    before = cli.value(COUNT)
    file = tmp_path / "a.jpg"
    file.write_text("no picture")
    assert cli.refused(*report(cli, "--photo", file))["field"] == "photos"
    assert cli.value(COUNT) == before


def test_the_same_key_gives_the_same_incident_and_other_content_is_refused(
    cli: Installation,
) -> None:
    moment = ("--occurred-at", "2025-06-02T08:00:00+08:00")
    first = cli.ok(*report(cli, "--key", "twice", *moment))
    assert cli.ok(*report(cli, "--key", "twice", *moment))["id"] == first["id"]
    again = cli.refused(*report(cli, "--key", "twice", "--place", "别处", *moment))
    assert "编号" in again["error"]


@pytest.mark.parametrize(
    "words",
    [
        ("incident", "list", "--as", "nobody"),
        ("incident", "show", "SJ19990101-0001", "--as", "dadui"),
        ("incident", "show", str(uuid.uuid4()), "--as", "dadui"),
        ("case", "show", "AJ1999-0001", "--as", "juzhang"),
        ("patrol", "show", "XC1999-0001", "--as", "juzhang"),
        ("report", "--as", "xiangzhen", "--township", "220322100"),
        ("report", "--as", "juzhang", "--township", "220322100", "--month", "2026-13"),
        ("report", "--as", "juzhang", "--township", "220322100", "--month", "2030-01"),
        ("incident", "list", "--as", "dadui", "--after", "nonsense"),
        ("incident", "list", "--as", "dadui", "--limit", "0"),
    ],
)
def test_what_is_absent_or_hidden_or_wrong_is_refused(
    cli: Installation, words: tuple[str, ...]
) -> None:
    assert cli.refused(*words)["error"]


@pytest.mark.parametrize(
    ("words", "permission"),
    [
        (("case", "list", "--as", "fujing"), "case:read"),
        (("incident", "list", "--as", "xitong"), "incident:read"),
        (("report", "--as", "zhifa1"), "report:read"),
        (("patrol", "list", "--as", "xiangzhen"), "patrol:read"),
    ],
)
def test_the_role_decides_as_for_the_api(
    cli: Installation, words: tuple[str, ...], permission: str
) -> None:
    assert cli.refused(*words)["permission"] == permission


def test_wrong_values_of_an_act_are_named_each(cli: Installation) -> None:
    number = lead(cli)["number"]
    refused = cli.refused(
        "case",
        "act",
        number,
        "propose-filing",
        "--as",
        "zhifa1",
        "--set",
        "party_kind=robot",
        "--set",
        "colour=red",
    )
    assert {"party_kind", "colour", "party_name", "officer_b", "no_interest"} <= set(
        refused["fields"]
    )
    assert "主办执法人员（officer_a）：必填" in refused["error"]
    assert "没有这个字段" in refused["error"]


def test_an_act_out_of_turn_names_the_article(cli: Installation) -> None:
    case = lead(cli)
    refused = cli.refused(
        "case", "act", case["number"], "decide", "--as", "juzhang", "--set", "opinion=同意"
    )
    assert (refused["state"], refused["article"][-5:]) == ("clue", "第五十七条")
    assert cli.ok("case", "show", case["id"], "--as", "juzhang")["version"] == case["version"]


def test_a_closed_gate_is_listed_with_rule_and_article(cli: Installation) -> None:
    number = lead(cli)["number"]
    cli.ok("case", "act", number, "check", "--as", "zhifa1", "--set", "opinion=属实")
    mine = cli.value("select person_id from account where username = 'zhifa1'")
    refused = cli.refused(
        "case",
        "act",
        number,
        "propose-filing",
        "--as",
        "zhifa1",
        "--data",
        "-",
        input=f"""
        {{"party_kind": "person", "party_name": "李示例", "party_address": "示例村",
          "party_id_number": "{id_number(940)}", "officer_a": "{mine}", "officer_b": "{mine}",
          "reason": "涉嫌占道", "no_interest": true}}""",
    )
    assert [gate["rule"] for gate in refused["gates"]] == ["R2"]
    assert "第四十二条" in refused["gates"][0]["article"]
    assert cli.ok("case", "show", number, "--as", "zhifa1")["state"] == "checking"


def test_a_stale_version_is_refused_with_the_present_one(cli: Installation) -> None:
    number = lead(cli)["number"]
    refused = cli.refused(
        "case",
        "act",
        number,
        "check",
        "--as",
        "zhifa1",
        "--set",
        "opinion=属实",
        "--set",
        "version=99",
    )
    assert refused["current"] == {"version": 1, "state": "clue"}


@pytest.mark.parametrize("words", [("--data", "no-such-file"), ("--data", "-"), ("--set", "x")])
def test_values_that_cannot_be_read_are_refused(cli: Installation, words: tuple[str, str]) -> None:
    refused = cli.refused("case", "register", "SJ1", "--as", "zhifa1", *words, input="[1]")
    assert refused["field"] in ("data", "set")


def test_a_paper_that_cannot_be_written_is_refused(cli: Installation, tmp_path: Path) -> None:
    number = lead(cli)["number"]
    out = tmp_path / "no" / "a.pdf"
    assert (
        cli.refused("case", "pdf", number, "D01", "--as", "zhifa1", "--out", out)["field"] == "out"
    )
    assert (
        "D38"
        in cli.refused("case", "pdf", number, "D38", "--as", "zhifa1", "--out", tmp_path / "a.pdf")[
            "error"
        ]
    )


def test_a_patrol_is_cancelled_once_and_only_by_whoever_may(cli: Installation) -> None:
    made = cli.ok(*report(cli))
    squad = cli.value("select responsible_unit_code from incident where id = :id", id=made["id"])
    sent = cli.ok(
        "incident", "assign", made["id"], "--as", "juzhang", "--squad", squad, "--on", "2025-06-09"
    )
    assert (
        cli.refused("patrol", "cancel", sent["number"], "--as", "zhifa1")["permission"]
        == "patrol:assign"
    )
    assert cli.ok("patrol", "cancel", sent["number"], "--as", "juzhang")["state"] == "cancelled"
    assert "已取消" in cli.refused("patrol", "start", sent["number"], "--as", "zhifa1")["error"]


def test_an_unknown_squad_is_refused(cli: Installation) -> None:
    made = cli.ok(*report(cli))
    for code, word in (("99.99", "99.99"), ("01.01", "不是中队")):
        refused = cli.refused(
            "incident",
            "assign",
            made["id"],
            "--as",
            "juzhang",
            "--squad",
            code,
            "--on",
            "2025-06-02",
        )
        assert (refused["field"], word in refused["error"]) == ("squad", True)
