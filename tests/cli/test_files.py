"""`enforcement files`: kept files are copied into a bucket, and read back from it."""

from __future__ import annotations

from pathlib import Path

from tests import s3_server
from tests.cli.conftest import Installation


def test_files_move_from_the_folder_into_the_bucket_and_are_checked_there(
    cli: Installation,
) -> None:
    folder = Path(cli.env["ENFORCEMENT_VAR"]) / "files"
    assert "ENFORCEMENT_FILES" in cli.refused("files", "copy", folder)["error"]
    kept = cli.ok("files", "check")["checked"]
    assert kept > 0
    with s3_server.serving() as stand:
        env = {
            "ENFORCEMENT_FILES": stand.url,
            "ENFORCEMENT_FILES_KEY": s3_server.ACCESS,
            "ENFORCEMENT_FILES_SECRET": s3_server.SECRET,
        }
        assert len(cli.refused("files", "check", env=env)["bad"]) == kept
        stand.fails = [503] * 8
        assert "文件存储" in cli.refused("files", "copy", folder, env=env)["error"]
        stand.fails = []
        copied = cli.ok("files", "copy", folder, env=env)["copied"]
        assert copied >= kept
        sent = stand.asked.count("PUT")
        assert cli.ok("files", "copy", folder, env=env)["copied"] == copied
        assert stand.asked.count("PUT") == sent
        assert cli.ok("files", "check", env=env)["checked"] == kept
        one = next(iter(stand.objects))
        stand.objects[one] += b"x"
        found = cli.refused("files", "check", "--county", "220322", env=env)
        assert found["bad"] == [one.removeprefix("kept/")]
