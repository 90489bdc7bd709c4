"""Measures and penalties on the spot by command: read, decide, refused with words."""

from __future__ import annotations

from tests.cli.conftest import Installation


def test_measures_are_listed_shown_and_refused_by_command(cli: Installation) -> None:
    listed = cli.ok("measure", "list", "--as", "zhifa1", "--state", "open")["measures"]
    assert {one["state"] for one in listed} == {"in_force", "lapsed"}
    number = next(one["number"] for one in listed if one["state"] == "in_force")
    shown = cli.ok("measure", "show", number, "--as", "juzhang")
    assert [one["no"] for one in shown["items"]] == [1, 2]
    assert shown["custody"][0]["to_name"].startswith("李示例")
    text = cli.run("measure", "show", number, "--as", "zhifa1").stdout
    assert "→ 延长期限（extend）" in text
    refused = cli.refused("measure", "act", number, "approve", "--as", "juzhang",
                          "--set", "opinion=同意")  # fmt: skip
    assert "第十八条" in refused["error"]
    refused = cli.refused("measure", "act", number, "extend", "--as", "juzhang")
    assert "理由（reason）" in refused["error"]
    case = cli.ok("case", "list", "--as", "zhifa1", "--state", "filed")["cases"][0]["number"]
    refused = cli.refused("measure", "make", case, "propose", "--as", "xitong",
                          "--set", "kind=seize", "--set", "reason=x", "--set", "place=x",
                          "--set", "items=x")  # fmt: skip
    assert refused["permission"] == "case:work"
    assert cli.refused("measure", "show", "CS2026-9999", "--as", "zhifa1")["asked"]
    fields = cli.ok("measure", "fields", "dispose")["fields"]
    assert "return" in next(one for one in fields if one["name"] == "fate")["choices"]


def test_a_penalty_is_decided_and_reported_by_command(cli: Installation) -> None:
    first, second = cli.ok("case", "officers", "--as", "zhifa1")["officers"][:2]
    mine = cli.value("select person_id::text from account where username = 'zhifa1'")
    other = first["id"] if first["id"] != mine else second["id"]
    town = cli.value(
        "select left(p.village_code, 9) from post p join account a on a.post_id = p.id"
        " where a.username = 'fujing'"
    )
    said = {
        "matter_code": "M12", "act": "占道摆摊", "evidence": "照片", "place": "示例东街1号",
        "place_code": town, "acted_at": "2026-03-02T08:50:00+08:00", "party_kind": "person",
        "party_name": "赵示例", "party_id_number": "11010519491231002X",
        "party_address": "示例村", "officer_a": mine, "officer_b": other, "kind": "fine",
        "amount": "150", "certain": "true", "told": "true", "plea": "none",
        "receiver": "赵示例", "no_interest": "true",
    }  # fmt: skip
    pairs = [word for name, value in said.items() for word in ("--set", f"{name}={value}")]
    made = cli.ok("spot", "decide", "--as", "zhifa1", *pairs)
    assert (made["fine_yuan"], made["report_due_on"]) == ("150.00", "2026-03-05")
    refused = cli.refused("spot", "act", made["number"], "collect", "--as", "zhifa1",
                          "--set", "ground=small", "--set", "receipt=1")  # fmt: skip
    assert refused["gates"][0]["rule"] == "R19"
    done = cli.ok("spot", "act", made["number"], "report", "--as", "zhifa1",
                  "--set", "receiver=办公室")  # fmt: skip
    assert done["reported_on"] == "2026-03-02"
    listed = cli.ok("spot", "list", "--as", "zhongdui", "--state", "decided")["penalties"]
    assert made["number"] in {one["number"] for one in listed}
    assert "→ 登记缴款（pay）✓" in cli.run("spot", "show", made["id"], "--as", "zhifa1").stdout
    again = cli.refused("spot", "decide", "--as", "zhifa1", *pairs)
    assert again["gates"][0]["rule"] == "R12"
