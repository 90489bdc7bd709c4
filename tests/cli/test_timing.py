"""The calendar, the clock of a case and the list of what waits, from the command line."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation
from tests.timing.making import ROWS_2027, SOURCE, notice


def test_a_notice_is_previewed_imported_and_counted_by(cli: Installation, tmp_path: Path) -> None:
    file = tmp_path / "notice.csv"
    file.write_bytes(notice(ROWS_2027[1:]))
    bad = cli.refused("calendar", "import", file, "--as", "xitong", "--apply")
    assert bad["problems"][0]["row"] == 2
    file.write_bytes(notice())
    cli.refused("calendar", "import", file, "--as", "zhifa1")
    assert cli.ok("calendar", "import", file, "--as", "xitong")["applied"] is False
    assert cli.ok("calendar", "show", "--as", "xitong")["editions"] == []
    due = ("law", "due", "service", "--from", "2026-12-29")
    assert "2027" in cli.refused(*due)["error"]
    assert cli.ok("calendar", "import", file, "--as", "xitong", "--apply")["applied"] is True
    shown = cli.ok("calendar", "show", "--as", "xitong")
    assert (shown["known_until"], shown["sources"]["2027"]) == ("2027-12-31", SOURCE)
    assert cli.ok(*due, "--county", "220322")["raw"] == "2027-01-08"


def test_the_clock_of_a_case_is_stopped_started_and_extended(cli: Installation) -> None:
    cli.set_clock("2026-11-24 09:00")
    query = "select number from case_file where state = 'filed' order by number limit 1"
    number = cli.value(query)
    officer = cli.value(
        "select a.username from account a join case_file c on c.officer_a_id = a.person_id"
        " where c.number = :number",
        number=number,
    )
    before = cli.ok("case", "clock", number, "--as", officer)["clock"]
    assert before["excluded_days"] == 0
    day = str(cli.value("select filed_on + 1 from case_file where number = :n", n=number))
    said = ("--set", f"first_on={day}", "--set", "paper=委托书", "--set", "reason=送检")
    stopped = cli.ok(
        "case", "clock", number, "exclude", "--as", officer, "--set", "kind=testing", *said
    )
    assert stopped["clock"]["stopped_on"] == day
    over = ("--set", f"last_on={day}", "--set", "paper=报告")
    again = cli.ok("case", "clock", number, "end", "--as", officer, *over)["clock"]
    assert again["excluded_days"] == 1
    cli.refused("case", "clock", number, "end", "--as", officer, *over)
    more = ("--set", "approval=head", "--set", "reason=复杂", "--set", "days=10")
    cli.refused("case", "clock", number, "extend", "--as", officer, *more)
    longer = cli.ok("case", "clock", number, "extend", "--as", "juzhang", *more)["clock"]
    assert (longer["allowed_days"], longer["excluded_days"]) == (100, 1)


def test_what_waits_is_listed_page_by_page(cli: Installation) -> None:
    whole = cli.ok("todo", "--as", "zhifa1", "--limit", 100)["items"]
    first = cli.ok("todo", "--as", "zhifa1", "--limit", 2)
    second = cli.ok("todo", "--as", "zhifa1", "--limit", 2, "--after", first["next"])
    assert [*first["items"], *second["items"]] == whole[:4]
    assert len(whole) > 4
    cli.refused("todo", "--as", "fujing")
