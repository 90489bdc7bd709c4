"""Publication by command: what waits, and the cards of a unit's officers."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation


def test_cards_are_printed_where_the_public_address_is_known(
    cli: Installation, tmp_path: Path
) -> None:
    path = tmp_path / "cards.pdf"
    command = ("publication", "cards", "01.01.01", "--as", "zhifa1", "--out", path)
    assert "ENFORCEMENT_PUBLIC_URL" in cli.refused(*command)["error"]
    env = {"ENFORCEMENT_PUBLIC_URL": "https://zf.example.cn"}
    assert cli.ok(*command, env=env)["pdf"] == str(path)
    assert path.read_bytes()[:5] == b"%PDF-"
    unknown = ("publication", "cards", "99", "--as", "zhifa1", "--out", path)
    assert "没有编码为 99" in cli.refused(*unknown, env=env)["error"]


def test_what_waits_for_publication_is_listed(cli: Installation) -> None:
    rows = cli.ok("publication", "list", "--as", "fazhi")["waiting"]
    assert {one["act"] for one in rows} <= {"review", "withdraw"}
    assert all(one["paper"] is None for one in rows)
