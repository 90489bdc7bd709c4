"""`enforcement retention`: what is due, a proposal another person decides on, holds."""

from __future__ import annotations

from sqlalchemy import text

from tests.cli.conftest import Installation

OLD = text(
    "insert into signed_in (county_code, id, account_id, began_at, seen_at, expires_at, address,"
    " device, second_factor, ended_at, ended_why) select county_code, gen_random_uuid(), id,"
    " '2025-01-31 09:00+08', '2025-01-31 09:00+08', '2025-01-31 21:00+08', '192.0.2.7', '',"
    " false, '2025-01-31 18:00+08', 'signed_out' from account where username = 'zhifa1'"
)


def due(cli: Installation) -> tuple[int, int]:
    """Return how many sessions are due, and how many are held."""
    kinds = cli.ok("retention", "preview", "--as", "shenji")["kinds"]
    [one] = [one for one in kinds if one["kind"] == "session"]
    return one["count"], one["held"]


def test_what_is_due_is_proposed_held_and_refused(cli: Installation) -> None:
    with cli.engine.begin() as connection:
        connection.execute(OLD)
    assert due(cli) == (1, 0)
    why = ("--reason", "调查")
    held = cli.ok("retention", "hold", "person", "zhifa1", *why, "--as", "fazhi")
    assert due(cli) == (0, 1)
    refused = cli.refused("retention", "propose", "session", *why, "--as", "xitong")
    assert "没有到期" in refused["error"]
    cli.ok("retention", "release", held["id"], *why, "--as", "juzhang")
    made = cli.ok("retention", "propose", "session", *why, "--as", "xitong")
    assert made["count"] == 1
    told = cli.ok("retention", "decide", made["id"], "--refuse", *why, "--as", "juzhang")
    assert told["state"] == "refused"
    assert cli.ok("retention", "list", "--as", "juzhang")["destructions"][0]["id"] == made["id"]
    assert cli.ok("retention", "certificates", "--as", "juzhang")["certificates"] == []
    with cli.engine.begin() as connection:
        connection.execute(text("delete from signed_in where address = '192.0.2.7'"))
