"""`enforcement power`: ask, preview, import, export, withdraw."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation
from tests.power.test_spreadsheet import SOUND, as_csv

ASK = ("power", "may", "01.01.01.01")


def test_the_question_is_answered_with_name_and_article(cli: Installation) -> None:
    found = cli.ok(*ASK, "M12", "220322100", "--on", "2026-03-02", "--as", "zhifa1")
    assert (found["allowed"], found["in_name_of"]) == (True, "梨树县综合行政执法局")
    police = cli.run(*ASK, "X01", "220322100", "--as", "zhifa1")
    assert police.stdout.startswith("不可以：")
    assert "110" in police.stdout
    assert cli.refused(*ASK, "M12", "220322", "--as", "fujing")["permission"] == "power:read"


def test_a_file_is_previewed_then_applied_and_exported(cli: Installation, tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_bytes(as_csv(SOUND | {"编码": "C1"}))
    seen = cli.ok("power", "import", file, "--as", "xitong")
    assert ([one["code"] for one in seen["added"]], seen["applied"]) == (["C1"], False)
    assert cli.value("select count(*) from power_item where code = 'C1'") == 0
    assert cli.ok("power", "import", file, "--apply", "--as", "xitong")["applied"]
    assert cli.value("select count(*) from power_item where code = 'C1'") == 1
    out = tmp_path / "out.xlsx"
    cli.ok("power", "export", out, "--as", "zhifa1")
    assert cli.ok("power", "import", out, "--as", "xitong")["same"] > 60
    cli.ok("power", "status", "C1", "withdrawn", "--reason", "试验结束", "--as", "xitong")
    assert cli.value("select status from power_item where code = 'C1'") == "withdrawn"


def test_a_bad_file_is_told_by_row_and_changes_nothing(cli: Installation, tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_bytes(as_csv(SOUND | {"编码": "C9"}, SOUND | {"编码": "C8", "事项代码": "M99"}))
    refused = cli.refused("power", "import", file, "--apply", "--as", "xitong")
    assert [(one["row"], one["column"]) for one in refused["problems"]] == [(3, "事项代码")]
    assert cli.value("select count(*) from power_item where code = 'C9'") == 0
    assert "文件" in cli.refused("power", "export", tmp_path / "x.pdf", "--as", "zhifa1")["error"]
