"""Backups of a real cluster, and the ways back: to before a mistake, to the newest, to nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from sqlalchemy import text

from enforcement import cluster, crypto, files
from enforcement.backup import archiving, counting, making, manifest, pruning, watching
from enforcement.backup.places import Place, read_key
from enforcement.backup.sealing import Key
from enforcement.config import Config
from enforcement.db import sessions
from enforcement.due import DueStep
from enforcement.ids import uuid7
from enforcement.people.models import Person
from enforcement.postgres.setup import superuser
from tests.backup.conftest import (
    COUNTY,
    ID_NUMBER,
    PAPERS,
    PEOPLE,
    Town,
    add_paper,
    application,
    away,
    flipped,
)  # fmt: skip

ENTER = (
    "insert into person (county_code, id, name, created_at) values "
    "(%s, gen_random_uuid(), 'x', now())"
)


def key_of(town: Town) -> Key:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENFORCEMENT_VAR", str(town.var))
        return read_key(Config.from_env())


def sealed_paper(place: Place, data: bytes) -> Path:
    return place.files / files.key_of(COUNTY, files.digest(data))


def newest(town: Town) -> manifest.Manifest:
    return manifest.named(town.place, key_of(town), None)


def test_nothing_of_it_can_be_read_without_the_key(town: Town) -> None:
    [made] = town.ok("backup", "list")["backups"]
    assert (made["files"], made["copied"], made["lost"]) == (len(PAPERS), len(PAPERS), [])
    assert made["exact"]
    assert made["rows"] >= 2 * PEOPLE
    held = [path for path in town.place.folder.rglob("*") if path.is_file()]
    told = b"".join(path.read_bytes() for path in held)
    for secret in (b"paper one", (town.var / "secrets/field.key").read_bytes(), b"PG_VERSION"):
        assert secret not in told
    key = (town.var / "secrets" / "backup.key").read_bytes()
    assert key not in told
    assert all(path.stat().st_mode & 0o077 == 0 for path in held)


def test_before_the_mistake_all_rows_are_there(town: Town, folder: Path) -> None:
    with application(town.var) as app, app.app_context(), sessions()() as session:
        later = add_paper(session, b"written after the backup", "later.txt")
        session.commit()
    town.ok("backup", "files")
    moment = town.value("select to_char(clock_timestamp() at time zone 'Asia/Shanghai', "
                        "'YYYY-MM-DD HH24:MI:SS')")  # fmt: skip
    _wait_for_next_second(town)
    town.value("delete from person; update county set name = '错'; select 1")
    at = _shown_later(moment)
    said = town.ok("restore", "--into", folder / "before", "--to", at)
    assert (said["files"], said["lost"]) == (len(PAPERS) + 1, [])
    server = cluster.server(folder / "before")
    assert not server.is_running()
    with application(folder / "before") as app, app.app_context(), sessions()() as session:
        people = session.query(Person).all()
        assert len(people) == PEOPLE
        assert crypto.unseal(people[0].id_number_encrypted) == ID_NUMBER
        assert files.read(COUNTY, files.digest(PAPERS[1])) == PAPERS[1]
        assert files.read(COUNTY, bytes.fromhex(later[7:].replace("/", "")))
        session.execute(text("update county set name = '梨树'"))  # promoted: it can be written
        assert session.scalar(text("select pg_is_in_recovery()")) is False
        told = (cluster.server(folder / "before").data / "postgresql.auto.conf").read_text()
        assert "recovery" not in told
        assert "restore_command" not in told
        acts = session.scalars(text("select act from audit_log where act like 'backup:%'")).all()
        assert "backup:restore" in acts
    verified = town.ok("audit", "verify", var=folder / "before")
    assert verified["well"]
    assert town.value("select count(*) from person") == 0  # what runs was not touched
    newest_said = town.ok("restore", "--into", folder / "now")
    assert newest_said["to"] is None
    with application(folder / "now"):
        assert town.value("select count(*) from person", folder / "now") == 0
        assert town.value("select name from county", folder / "now") == "错"


def _wait_for_next_second(town: Town) -> None:
    town.value("select pg_sleep(1.05)")


def _shown_later(moment: str) -> str:
    """Return the second after: what was committed within the first one is before it."""
    at = time.strptime(moment, "%Y-%m-%d %H:%M:%S")
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(time.mktime(at) + 1))


def test_nothing_is_overwritten(town: Town, folder: Path) -> None:
    full = folder / "full"
    full.mkdir()
    (full / "something").write_text("mine")
    for into in (full, town.var, full / "something"):
        assert "空文件夹" in town.refused("restore", "--into", into)["error"]
    assert [path.name for path in full.iterdir()] == ["something"]
    assert "最早时刻" in town.refused(
        "restore", "--into", folder / "x", "--to", "2020-01-01 00:00")["error"]  # fmt: skip


def test_the_drill_passes_while_others_write_and_leaves_nothing_behind(town: Town) -> None:
    over = threading.Event()

    def write() -> None:
        engine = psycopg2.connect(**making.dsn(cluster.server(town.var)))
        with engine.cursor() as cursor:
            while not over.is_set():
                cursor.execute(ENTER, (COUNTY,))
                engine.commit()
        engine.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        before = {path: path.stat().st_mtime_ns for path in town.place.files.rglob("*")
                  if path.is_file()}  # fmt: skip
        made = town.ok("backup", "make")
    finally:
        over.set()
        thread.join()
    after = {path: path.stat().st_mtime_ns for path in town.place.files.rglob("*")
             if path.is_file()}  # fmt: skip
    assert (made["exact"], made["copied"]) == (True, 0)
    assert before == after
    said = town.ok("backup", "drill")
    looked = {one["what"]: one["looked_at"] for one in said["checks"]}
    assert said["well"]
    assert looked["documents"] == looked["files"] == made["files"]
    assert looked["tables"] == made["tables"]
    assert looked["chain"] >= PEOPLE
    assert said["segments"] >= 1
    assert not list(town.var.glob("drill-*"))
    kept = json.loads(Path(said["report"][0]).read_text())
    assert kept["well"]
    assert "通过 / passed" in Path(said["report"][1]).read_text()


def test_lost_and_changed_attachments_and_other_counts_are_named(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = counting.counts
    monkeypatch.setattr(counting, "counts", lambda seen: counts(seen) | {"public.county": 2})
    gone, touched = sealed_paper(town.place, PAPERS[0]), sealed_paper(town.place, PAPERS[1])
    names = {str(path.relative_to(town.place.files)) for path in (gone, touched)}
    with away(gone), flipped(touched, touched.stat().st_size // 2):
        checked = town.refused("backup", "verify")["backups"][0]
        assert (checked["missing"], checked["bad"]) == (
            [f"files/{gone.relative_to(town.place.files)}"],
            [f"files/{touched.relative_to(town.place.files)}"],
        )
        said = town.refused("backup", "drill")
        wrong = {one["what"]: set(one["wrong"]) for one in said["checks"]}
        assert wrong["documents"] == wrong["files"] == names
        assert wrong["tables"] == {"public.county: 2 ≠ 1"}
        assert wrong["chain"] == wrong["secrets"] == wrong["revision"] == set()
        report = Path(said["report"][1]).read_text()
        assert "没有通过 / failed" in report
        assert all(name in report for name in names)
    assert town.ok("backup", "verify")["backups"][0]["files"] >= len(PAPERS)


@pytest.mark.parametrize("part", manifest.PARTS)
def test_a_flipped_byte_in_an_archive_is_named_and_not_restored(
    town: Town, folder: Path, part: str
) -> None:
    path = town.place.base / newest(town).name / part
    with flipped(path, path.stat().st_size * 2 // 3):
        name = f"base/{path.parent.name}/{part}"
        assert town.refused("backup", "verify")["backups"][0]["bad"] == [name]
        if part != manifest.FILES:  # the list is read for checks only: files come from the rows
            error = town.refused("restore", "--into", folder / "broken")["error"]
            assert f"{path.parent.name}/{part}" in error
            assert list((folder / "broken").iterdir()) == []


def test_a_changed_and_a_missing_segment_are_named_and_nothing_is_restored(
    town: Town, folder: Path
) -> None:
    segment = town.place.segment(newest(town).moment.segment)
    with flipped(segment, segment.stat().st_size // 2):
        assert town.refused("backup", "verify")["backups"][0]["bad"] == [f"wal/{segment.name}"]
        assert segment.name in town.refused("backup", "drill")["error"]
        assert segment.name in town.refused("restore", "--into", folder / "broken")["error"]
    with away(segment):
        assert town.refused("backup", "verify")["backups"][0]["missing"] == [f"wal/{segment.name}"]
        said = town.refused("backup", "drill")
        assert segment.name in said["error"]
        assert "没有恢复成" in Path(said["report"][1]).read_text()
    assert not cluster.server(folder / "broken").folder.exists()


def test_another_key_opens_nothing(town: Town, folder: Path) -> None:
    other = folder / "other.key"
    other.write_text("not the key")
    for words in (("list",), ("verify",), ("drill",), ("make",), ("files",)):
        error = town.refused("backup", *words, ENFORCEMENT_BACKUP_KEY=str(other))["error"]
        assert "另一把密钥" in error
    into = ("restore", "--into", folder / "x")
    assert "另一把密钥" in town.refused(*into, ENFORCEMENT_BACKUP_KEY=str(other))["error"]
    with away(town.place.folder / "key.mark"):  # and without the mark nothing opens either
        said = town.ok("backup", "list", ENFORCEMENT_BACKUP_KEY=str(other))
        assert said["backups"] == []
        assert newest(town).name in said["broken"]
    with away(town.var / "secrets" / "backup.key"):
        assert "backup.key" in town.refused("backup", "verify")["error"]
        assert not (town.var / "secrets" / "backup.key").exists()  # none is made for reading


def test_a_manifest_that_was_touched_is_no_backup(town: Town) -> None:
    path = town.place.base / newest(town).name / manifest.FILE
    said = path.read_text()
    path.write_text(said.replace('"public.county": [', '"public.county_": ['))
    try:
        assert path.read_text() != said
        found = town.ok("backup", "list")
        assert found["broken"] == [path.parent.name]
    finally:
        path.write_text(said)


def test_a_backup_that_is_killed_is_never_listed(town: Town) -> None:
    before = [one["name"] for one in town.ok("backup", "list")["backups"]]
    env = os.environ | {"ENFORCEMENT_VAR": str(town.var), "ENFORCEMENT_DATABASE_URL": ""}
    code = "from enforcement.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "backup", "make"], env=env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while not (halves := list(town.place.base.glob(".*.part"))):
        assert process.poll() is None
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert halves[0].exists()
    assert [one["name"] for one in town.ok("backup", "list")["backups"]] == before


def test_where_somebody_always_writes_rows_are_counted_before_and_after(town: Town) -> None:
    dsn = making.dsn(cluster.server(town.var))
    rows = town.value("select count(*) from person")
    counts = counting.counts

    def and_then_commit(connection: Any) -> dict[str, int]:
        found = counts(connection)
        writer.commit()
        return found

    with (
        closing(psycopg2.connect(**dsn)) as writer, writer.cursor() as cursor,
        pytest.MonkeyPatch.context() as patch,
    ):  # fmt: skip
        cursor.execute(ENTER, (COUNTY,))
        patch.setattr(counting, "counts", and_then_commit)
        with counting.snapshot(dsn, "ranged", tries=2) as seen:
            assert seen.moment.tables["public.person"] == [rows, rows + 1]
            assert seen.moment.tables["public.county"] == [1, 1]


def test_the_worker_seals_the_log_and_a_stuck_log_is_told(town: Town) -> None:
    server = cluster.server(town.var)
    with application(town.var) as app, app.app_context():
        with sessions()() as session, session.begin():
            session.execute(text("update county set short = short"))
        with superuser(server, "postgres") as cursor:
            segment = archiving.switch(cursor)
        while not (waits := [one.name for one in archiving.waiting(server)]):
            time.sleep(0.01)
        assert waits == [segment]
        path = archiving.spool_of(server) / segment
        os.utime(path, (0, 0))
        config: Config = app.extensions["enforcement.config"]
        assert watching.state(config, datetime.now(UTC)).stuck
        with sessions()() as session, session.begin():
            step = DueStep(county_code=COUNTY, id=uuid7(), task="backup:watch", rule="r",
                           subject_id=uuid7())  # fmt: skip
            watching.work(session, step)
        found = watching.state(config, datetime.now(UTC))
        assert (found.waiting, found.stuck, found.late) == (0, False, False)
        assert town.place.segment(segment).exists()


def test_the_worker_makes_a_backup_in_a_process_of_its_own(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("VAR", town.var), ("DATABASE_URL", ""), ("BACKUP_DIR", town.place.folder)):
        monkeypatch.setenv(f"ENFORCEMENT_{name}", str(value))
    before = newest(town).name
    (town.place.folder / "nightly").unlink(missing_ok=True)
    child = watching._start(Config.from_env())
    assert child is not None
    assert watching._start(Config.from_env()) is None  # not twice, whether it fails or not
    assert child.wait(60) == 0
    assert newest(town).name > before
    acts = town.value("select count(*) from audit_log where act = 'backup:make' and subject = "
                      f"'{newest(town).name}'")  # fmt: skip
    assert acts == 1


def test_what_no_backup_needs_is_removed(town: Town) -> None:
    place, key = town.place, key_of(town)
    have = manifest.whole(place, key)
    stray = place.files / COUNTY / "ab" / "cd"
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"x")
    os.utime(stray, (0, 0))
    later = datetime.now(UTC) + timedelta(days=40)
    keep = timedelta(days=30)
    kept = pruning.plan(place, key, later, keep=keep, least=len(have))
    assert len(kept.keep) == len(have)
    planned = pruning.plan(place, key, later, keep=keep, least=1)
    assert planned.keep == (have[0].name,)
    assert stray in planned.files
    look = town.ok("backup", "prune", "--days", 1, "--least", 1)
    assert (look["applied"], look["backups"]) == (False, 0)  # none of them is a day old
    assert stray.exists()
    pruning.carry_out(planned)
    assert [one.name for one in manifest.whole(place, key)] == [have[0].name]
    assert not list(place.base.glob(".*.part"))
    assert town.ok("backup", "verify")["backups"][0]["backup"] == have[0].name


def test_a_segment_is_never_overwritten_by_another(town: Town, tmp_path: Path) -> None:
    server, key = cluster.server(town.var), key_of(town)
    spool = archiving.spool_of(server)
    script = server.folder.resolve() / "archive"
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"1" * 100)
    two.write_bytes(b"2" * 100)
    name = "0000000100000000000000F0"
    for source, code in ((one, 0), (one, 0), (two, 1)):
        assert subprocess.run([script, source, name], check=False).returncode == code
    assert (spool / name).read_bytes() == b"1" * 100
    archiving.ship(town.place, server, key)
    assert subprocess.run([script, one, name], check=False).returncode == 0
    archiving.ship(town.place, server, key)  # the same again is let go
    assert subprocess.run([script, two, name], check=False).returncode == 0
    with pytest.raises(archiving.BackupError, match=name):
        archiving.ship(town.place, server, key)
    (spool / name).unlink()
    town.place.segment(name).unlink()
