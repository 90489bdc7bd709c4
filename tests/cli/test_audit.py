"""`enforcement audit`: many commits at once make one chain, and a touched row ends it with 1."""

from __future__ import annotations

import threading
import uuid

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.cli.conftest import Installation

ADD = text(
    "insert into audit_log (county_code, id, act, subject_kind, subject, detail) "
    "values ('220322', :id, 'probe:add', 'setting', :subject, '{}')"
)
CHANGE = text("update unit set version = version + 1 where code = :code")
WAITING = text("select exists (select from pg_locks where not granted)")


def add(installed: Installation, name: str, count: int) -> None:
    """Commit rows one after another, three in every transaction."""
    for n in range(count):
        with installed.engine.begin() as connection:
            for row in range(3):
                connection.execute(ADD, {"id": uuid.uuid4(), "subject": f"{name}.{n}.{row}"})


def touch(installed: Installation, act: str) -> None:
    """Change a row as the owner of the table can."""
    with installed.engine.begin() as connection:
        connection.execute(text("alter table audit_log disable trigger only_grows"))
        connection.execute(text("update audit_log set act = :act where subject = 'w0.3.1'"),
                           {"act": act})  # fmt: skip
        connection.execute(text("alter table audit_log enable trigger only_grows"))


def test_rows_of_many_transactions_at_once_stand_in_one_chain(installed: Installation) -> None:
    before = installed.ok("audit", "verify")["counties"]["220322"]["last"]
    writers = [threading.Thread(target=add, args=(installed, f"w{n}", 10)) for n in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    told = installed.ok("audit", "verify")
    assert (told["well"], told["counties"]["220322"]["last"]) == (True, before + 120)
    rows = installed.ok(
        "audit", "list", "--county", "220322", "--kind", "setting", "--limit", "500"
    )
    assert len([one for one in rows["rows"] if one["act"] == "probe:add"]) == 120


def test_who_logged_first_and_who_changed_first_take_turns(installed: Installation) -> None:
    """Links of both chains are made in one turn; else each would wait for the other's end."""
    linked, waits = text("set constraints all immediate"), threading.Event()
    failed: list[BaseException] = []

    def other() -> None:
        try:
            with installed.engine.begin() as connection:
                connection.execute(CHANGE, {"code": "01.01"})
                waits.set()
                connection.execute(linked)
                connection.execute(ADD, {"id": uuid.uuid4(), "subject": "turn"})
        except DBAPIError as error:
            failed.append(error)

    thread = threading.Thread(target=other)
    with installed.engine.begin() as connection:
        connection.execute(ADD, {"id": uuid.uuid4(), "subject": "turn"})
        connection.execute(linked)
        thread.start()
        assert waits.wait(10)
        while not connection.scalar(WAITING):
            assert thread.is_alive()
        connection.execute(CHANGE, {"code": "01"})
    thread.join()
    assert failed == []
    assert installed.ok("audit", "verify")["well"]


def test_a_touched_row_is_named_and_the_command_ends_with_1(installed: Installation) -> None:
    add(installed, "w0", 4)
    [signed] = installed.ok("audit", "checkpoint")["checkpoints"]
    key = installed.ok("audit", "key")["public_key"]
    assert signed["public_key"] == key
    assert installed.ok("audit", "verify", "--public-key", key)["well"]
    touch(installed, "probe:other")
    result = installed.run("audit", "verify")
    assert result.exit_code == 1
    assert "内容被改" in result.stdout
    touch(installed, "probe:add")
    assert installed.ok("audit", "verify")["well"]
    assert "公钥" in installed.refused("audit", "verify", "--public-key", "zz")["error"]
