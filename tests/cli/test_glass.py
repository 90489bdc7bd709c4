"""`enforcement glass`: ask, agree, list, end."""

from __future__ import annotations

from tests.cli.conftest import Installation


def test_a_grant_from_the_request_to_its_end(cli: Installation) -> None:
    number = cli.value("select number from incident order by id limit 1")
    why = ("--reason", "核对故障", "--as", "xitong")
    refused = cli.refused("glass", "ask", "incident", number, "--hours", "9", *why)
    assert "最多查看4小时" in refused["error"]
    made = cli.ok("glass", "ask", "incident", number, "--hours", "1.5", *why)
    assert cli.ok("glass", "waiting", "--as", "anquan")["grants"][0]["id"] == made["id"]
    decided = cli.ok("glass", "decide", made["id"], "--agree", "--reason", "是", "--as", "anquan")
    assert decided["state"] == "agreed"
    assert cli.ok("glass", "end", made["id"], "--as", "xitong")["state"] == "ended"
    assert cli.ok("glass", "all", "--as", "shenji")["grants"][0]["looks"] == 0
    assert [one["id"] for one in cli.ok("glass", "list", "--as", "xitong")["grants"]] == [
        made["id"]
    ]
