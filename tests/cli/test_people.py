"""`enforcement unit|person|people|certificate|keys`: the same acts, and words for a refusal."""

from __future__ import annotations

import json
from pathlib import Path

from enforcement.demo.numbers import id_number
from enforcement.people.imports.lists import Kind
from tests.cli.conftest import Installation
from tests.people.test_imports import SOUND, as_csv

AS = ("--as", "xitong")


def test_a_unit_is_opened_renamed_merged_and_closed(cli: Installation) -> None:
    made = cli.ok("unit", "open", "试点大队", "--kind", "brigade", "--parent", "01.01", *AS)
    code = made["code"]
    squad = cli.ok("unit", "open", "试点中队", "--kind", "squad", "--parent", code, *AS)
    assert squad["code"] == f"{code}.01"
    refused = cli.refused("unit", "open", "x", "--kind", "squad", "--parent", "01.02", *AS)
    assert refused["field"] == "parent"
    cli.ok("unit", "rename", squad["code"], "机动中队", "--reason", "批复", *AS)
    words = ("unit", "close", code, "--on", "2026-03-03", "--reason", "撤销", *AS)
    assert "机动中队" in cli.refused(*words)["error"]
    seen = cli.ok("unit", "merge", code, "01.01.06", "--on", "2026-03-03", *AS)
    assert (seen["applied"], len(seen["units"])) == (False, 2)
    assert cli.value("select count(*) from unit where valid_to is not null") == 0
    merge = ("unit", "merge", code, "01.01.06", "--on", "2026-03-03", "--reason", "合并",
             "--apply", "--digest", seen["digest"], *AS)  # fmt: skip
    assert cli.ok(*merge)["applied"]
    listed = cli.ok("unit", "list", "--which", "closed", "--on", "2026-03-03", "--as", "zhifa1")
    assert [row["code"] for row in listed["units"]] == [code, squad["code"]]
    assert cli.run("unit", "list", "--as", "zhifa1").stdout.startswith("01 ")
    assert cli.refused("unit", "list", "--as", "fujing")["permission"] == "people:read"


def test_a_person_is_added_from_a_file_and_his_posts_follow(
    cli: Installation, tmp_path: Path
) -> None:
    file = tmp_path / "person.json"
    file.write_text(json.dumps({"id_number": id_number(8101), "phone": "13900008101"}))
    words = ("person", "add", "--data", file, "--set", "name=命令人", "--set",
             "employment=civil_servant", "--set", "unit=01.01.01.01", "--set", "role=officer",
             "--set", "valid_from=2026-03-01", *AS)  # fmt: skip
    made = cli.ok(*words)
    assert made["phone"] == "139****8101"
    assert cli.refused(*words)["person_id"] == made["id"]
    open_number = ("person", "add", "--set", f"id_number={id_number(8102)}", *AS)
    assert "命令行" in cli.refused(*open_number)["error"]
    shown = cli.ok("person", "show", "命令人", "--as", "zhifa1")
    assert (shown["id"], shown["posts"][0]["unit"]) == (made["id"], "01.01.01.01")
    assert id_number(8101) not in cli.run("person", "show", made["id"], "--as", "zhifa1").output
    cli.ok("person", "post", "命令人", "--unit", "01.01.01.02", "--role", "officer",
           "--from", "2026-03-02", *AS)  # fmt: skip
    both = ("person", "end-post", "命令人", "--on", "2026-03-02", "--reason", "轮岗", *AS)
    assert cli.refused(*both)["field"] == "unit"
    cli.ok(*both, "--unit", "01.01.01.01")
    assert cli.refused("person", "show", "无此人", *AS)["asked"] == "无此人"
    number = ("certificate", "add", "命令人", "0799008101", "--organ", "01.01", "--from",
              "2026-01-01", "--until", "2026-03-05", *AS)  # fmt: skip
    assert cli.ok(*number)["state"] == "valid"
    alarms = cli.ok("certificate", "alarms")["certificates"]
    [mine] = [row for row in alarms if row["number"] == "0799008101"]
    assert (mine["level"], mine["days_left"], mine["county"]) == ("alarm", 3, "220322")
    assert len(cli.ok("certificate", "alarms", "--as", "zhifa1")["certificates"]) == len(alarms)
    assert cli.refused("certificate", "alarms", "--county", "999999")["county"] == "999999"
    cli.ok("certificate", "renew", "0799008101", "--until", "2031-01-01", *AS)
    cli.ok("certificate", "suspend", "0799008101", "--reason", "考核", *AS)
    cli.ok("certificate", "restore", "0799008101", "--reason", "合格", *AS)
    cli.ok("certificate", "revoke", "0799008101", "--reason", "调离", *AS)
    again = ("certificate", "restore", "0799008101", "--reason", "x", *AS)
    assert "不能改为" in cli.refused(*again)["error"]
    assert cli.refused("certificate", "suspend", "nothing", "--reason", "x", *AS)["asked"]


def test_a_list_is_previewed_applied_and_exported(cli: Installation, tmp_path: Path) -> None:
    file, kind = tmp_path / "人员.csv", ("--kind", "people")
    file.write_bytes(as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE]))
    before = cli.value("select count(*) from person")
    seen = cli.ok("people", "import", file, *kind, *AS)
    assert (len(seen["added"]), cli.value("select count(*) from person")) == (1, before)
    done = cli.ok("people", "import", file, *kind, "--apply", "--digest", seen["digest"], *AS)
    assert (done["applied"], cli.value("select count(*) from person")) == (True, before + 1)
    bad = tmp_path / "bad.csv"
    bad.write_bytes(as_csv(Kind.PEOPLE, SOUND[Kind.PEOPLE] | {"单位代码": "01.99"}))
    refused = cli.refused("people", "import", bad, *kind, "--apply", *AS)
    assert [(one["row"], one["column"]) for one in refused["problems"]] == [(2, "单位代码")]
    out = tmp_path / "out.xlsx"
    held = ("--kind", "certificates")
    cli.ok("people", "export", out, *held, "--as", "zhifa1")
    assert cli.ok("people", "import", out, *held, *AS)["same"] > 60
    assert "文件" in cli.refused("people", "export", tmp_path / "x.pdf", *kind, *AS)["error"]
    blank = tmp_path / "template.xlsx"
    cli.ok("people", "template", blank, "--kind", "units")
    assert cli.ok("people", "import", blank, "--kind", "units", *AS)["rows"] == 0
    large = tmp_path / "large.csv"
    with large.open("wb") as sparse:
        sparse.truncate(300 * 1024 * 1024)
    assert "太大" in cli.refused("people", "import", large, *kind, *AS)["error"]


def test_an_account_is_closed_reopened_and_given_a_password(cli: Installation) -> None:
    cli.ok("account", "close", "zhifa2", "--reason", "离岗")
    assert cli.refused("account", "token", "zhifa2")
    assert "早已停用" in cli.refused("account", "close", "zhifa2", "--reason", "x")["error"]
    cli.ok("account", "reopen", "zhifa2")
    word = {"ENFORCEMENT_NEW_PASSWORD": "Lishu-2026"}
    cli.ok("account", "password", "zhifa2", env=word)
    assert cli.refused("account", "move", "zhifa2", "--unit", "01.01")["field"] == "unit"
    assert cli.refused("account", "reopen", "nobody")["username"] == "nobody"


def test_keys_are_rotated_in_batches_and_the_old_key_may_go(cli: Installation) -> None:
    key_file = Path(cli.env["ENFORCEMENT_VAR"]) / "secrets" / "field.key"
    old = key_file.read_text()
    number = cli.value("select count(*) from person where id_number_hash is not null")
    key_file.write_text(f"a-new-key,{old}")
    done = cli.ok("keys", "rotate", "--batch", "100")["tables"]
    assert done["person"]["changed"] >= number
    assert cli.ok("keys", "rotate")["tables"]["person"]["changed"] == 0
    key_file.write_text("a-new-key")
    someone = cli.value("select id from person where id_number_hash is not null limit 1")
    shown = cli.ok("person", "show", someone, "--as", "zhifa1")
    assert shown["id_number"].startswith("220322")
    key_file.write_text(f"{old},a-new-key")
    cli.ok("keys", "rotate")
    key_file.write_text(old)
