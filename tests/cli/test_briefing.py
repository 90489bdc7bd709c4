"""`enforcement briefing`: the map report as figures and as files."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Installation


def test_a_report_is_shown_and_written(cli: Installation, tmp_path: Path) -> None:
    days = ("--first", "2026-02-01", "--last", "2026-02-28")
    told = cli.ok("briefing", "show", *days, "--as", "xiangzhen")
    assert (told["kind"], told["first"], told["last"]) == ("township", "2026-02-01", "2026-02-28")
    assert told["findings"]
    html, pdf, book = (tmp_path / f"report.{kind}" for kind in ("html", "pdf", "xlsx"))
    written = cli.ok("briefing", "file", *days, "--html", html, "--pdf", pdf, "--paper", "a3",
                           "--xlsx", book, "--as", "dadui")["files"]  # fmt: skip
    assert written == {str(one): one.stat().st_size for one in (html, pdf, book)}
    assert (html.read_bytes()[:9], pdf.read_bytes()[:4]) == (b"<!DOCTYPE", b"%PDF")
    assert "error" in cli.refused("briefing", "file", *days, "--as", "dadui")
    cli.refused("briefing", "show", "--as", "zhifa1")
