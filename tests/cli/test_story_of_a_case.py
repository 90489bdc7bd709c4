"""Commands: the diary of a case, whom to give one to, remedies, orders that lend approvals."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation


def test_the_diary_is_told_and_kept_as_a_file(cli: Installation, tmp_path: Path) -> None:
    number = cli.value("select number from case_file where decided_on is not null limit 1")
    told = cli.ok("case", "diary", number, "--as", "juzhang")
    assert [one["no"] for one in told["entries"]] == list(range(1, len(told["entries"]) + 1))
    assert "decide" in {one["event"] for one in told["entries"]}
    kept = tmp_path / "diary.pdf"
    cli.ok("case", "diary", number, "--as", "juzhang", "--pdf", kept)
    assert kept.read_bytes().startswith(b"%PDF-")
    spoken = cli.run("case", "diary", number, "--as", "juzhang").output
    assert "作出决定" in spoken
    assert "《中华人民共和国行政处罚法》" in spoken
    cli.refused("case", "diary", number, "--as", "fujing")


def test_a_suggestion_and_the_list_of_remedies_are_read(cli: Installation) -> None:
    number = cli.value("select number from case_file order by registered_at desc limit 1")
    found = cli.ok("case", "suggest", number, "--as", "dadui")
    assert found["candidates"]
    assert found["pair"] is None or len(found["pair"]) == 2
    cli.refused("case", "suggest", number, "--as", "fazhi")
    assert cli.ok("remedy", "list", "--as", "fazhi") == {"remedies": [], "next": None}
    cli.refused("remedy", "list", "--as", "fujing")


def test_an_order_is_made_listed_and_taken_back(cli: Installation, tmp_path: Path) -> None:
    paper = tmp_path / "order.pdf"
    paper.write_bytes(b"%PDF-1.7 signed")
    today = cli.value("select (app_now() at time zone 'Asia/Shanghai')::date")
    said = ("--from", today, "--until", today, "--approvals", "filing", "--number", "9号",
            "--reason", "外出", "--paper", paper)  # fmt: skip
    cli.refused("delegation", "make", "--as", "dadui", "--to", "juzhang", *said)
    made = cli.ok("delegation", "make", "--as", "juzhang", "--to", "dadui", *said)
    assert (made["approvals"], made["until_on"]) == (["filing"], str(today))
    listed = cli.ok("delegation", "list", "--as", "dadui")["orders"]
    assert made["id"] in {one["id"] for one in listed}
    over = ("--reason", "返岗", "--as", "juzhang")
    assert cli.ok("delegation", "revoke", made["id"], *over)["revoked_because"] == "返岗"
    cli.refused("delegation", "revoke", made["id"], *over)
