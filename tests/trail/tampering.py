"""One random change past the triggers, by somebody who owns the database, and what names it.

Used by the test (few trials) and by `scripts/bench tamper` (a hundred). All chance comes from a
seed. A touch that the table itself refuses (a check, a unique key) is drawn anew.
"""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from enforcement import audit, wall
from enforcement.people.models import Person
from enforcement.trail import checkpoints
from enforcement.trail.chain import Found

MOST_DRAWS: Final = 200
OWNER: Final = "enforcement"
LETTERS: Final = string.ascii_letters + string.digits
HEX: Final = "0123456789abcdef"
COLUMNS: Final = text("""
select a.attname as name, t.typname as kind from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = cast(:name as regclass) and a.attnum > 0 and not a.attisdropped
  and a.attgenerated = ''
""")


class AgainError(Exception):
    """This draw changed nothing, or the table refused it."""


@dataclass(frozen=True)
class Log:
    """The tables of one chain."""

    log: str
    link: str
    key: str
    head: str
    last: str


ACTS: Final = Log("audit_log", "audit_link", "audit_id", "audit_head", "seq")
ROWS: Final = Log("row_change", "row_link", "change_id", "row_head", "rows_seq")


@dataclass(frozen=True)
class Touch:
    """What was changed, and what a fault must say to name it: its key or its number in the chain.

    keys, seqs -- any of them will do; both empty: a fault of any place of the chain will
    """

    what: str
    keys: frozenset[str] = frozenset()
    seqs: frozenset[int] = frozenset()

    def is_named(self, found: Sequence[Found]) -> bool:
        """Tell whether a fault names the place."""
        if not self.keys and not self.seqs:
            return bool(found)
        return any(one.audit_id in self.keys or one.seq in self.seqs for one in found)


@dataclass
class Hand:
    """Who tampers: a session of the superuser whose transaction is undone, and dice."""

    session: Session
    dice: random.Random

    def do(self, sql: str, **said: Any) -> int:
        """Run a statement; return how many rows it changed."""
        return self.session.execute(text(sql), said).rowcount  # type: ignore[attr-defined, no-any-return]

    def one(self, sql: str, **said: Any) -> Any:
        """Return a random row of a query; raises AgainError without any."""
        rows = self.session.execute(text(sql), said).all()
        if not rows:
            raise AgainError
        return self.dice.choice(rows)

    def log(self) -> Log:
        """Return one of the two chains."""
        return self.dice.choice((ACTS, ROWS))


def byte_of(hand: Hand, table: str, leave: Sequence[str] = ()) -> tuple[str, str]:
    """Change a byte of one column of one row of a table; return the column and where (a tid)."""
    columns = hand.session.execute(COLUMNS, {"name": table}).all()
    column = hand.dice.choice([one for one in columns if one.name not in leave])
    row = hand.one(f'select ctid::text as at, "{column.name}"::text as said from "{table}" '
                   f'where "{column.name}" is not null order by ctid limit 5000')  # fmt: skip
    said = changed(hand.dice, row.said, column.kind)
    kind = column.kind.lstrip("_") + ("[]" if column.kind.startswith("_") else "")
    at = hand.session.execute(
        text(f'update "{table}" set "{column.name}" = cast(:said as {kind}) where ctid = '
             f'cast(:at as tid) and "{column.name}" is distinct from cast(:said as {kind}) '
             "returning ctid::text"), {"said": said, "at": row.at},
    ).scalar()  # fmt: skip
    if at is None:
        raise AgainError
    return column.name, at


def changed(dice: random.Random, said: str, kind: str) -> str:
    """Return a value of a type, as text, with one of its characters changed."""
    if kind == "bool":
        return "false" if said == "true" else "true"
    places, others = _places(said, kind)
    if not places:
        raise AgainError
    at = dice.choice(places)
    made = said[:at] + dice.choice([one for one in others if one != said[at]]) + said[at + 1 :]
    if kind == "jsonb" and json.loads(made, parse_float=Decimal) == json.loads(
        said, parse_float=Decimal
    ):
        raise AgainError
    return made


def _places(said: str, kind: str) -> tuple[list[int], str]:
    """Return where a character may be changed and into what."""
    everywhere = range(len(said))
    if kind in ("uuid", "bytea"):
        return [n for n in everywhere if said[n] in HEX and (kind == "uuid" or n > 1)], HEX
    if kind == "geometry":
        return list(range(18, len(said))), HEX.upper()
    if kind in ("text", "bpchar", "varchar"):
        return list(everywhere), LETTERS
    if kind in ("jsonb", "_text"):
        return [n for n in everywhere if said[n] not in '{}[],:"'], LETTERS
    return [n for n in everywhere if said[n].isdigit()], string.digits


def _seq(hand: Hand, log: Log) -> int:
    """Return the number of a random link that the last checkpoint vouches for."""
    return int(hand.one(f"select seq from {log.link} order by seq").seq)


def _key_at(hand: Hand, table: str, names: str, at: str) -> str:
    """Return the key of a row as faults say it."""
    row = hand.one(f"select row_key(to_jsonb(x), string_to_array('{names}', ',')) as key "
                   f'from "{table}" x where ctid = cast(:at as tid)', at=at)  # fmt: skip
    return str(row.key)


def act(hand: Hand, log: Log = ACTS) -> Touch:
    """A byte of a row of the log."""
    column, at = byte_of(hand, log.log, ("county_code", "id"))
    found = hand.one(f"select id from {log.log} where ctid = cast(:at as tid)", at=at)
    return Touch(f"{log.log}.{column}", keys=frozenset({str(found.id)}))


def link(hand: Hand, log: Log = ACTS) -> Touch:
    """A byte of a link."""
    column, at = byte_of(hand, log.link, ("county_code",))
    found = hand.one(f"select seq from {log.link} where ctid = cast(:at as tid)", at=at)
    near = frozenset(range(found.seq, found.seq + 2))
    return Touch(f"{log.link}.{column}", seqs=near if column != "seq" else frozenset())


def head(hand: Hand, log: Log = ACTS) -> Touch:
    """A byte of where the chain ends."""
    last = hand.one(f"select seq from {log.head}").seq
    column, _at = byte_of(hand, log.head, ("county_code",))
    return Touch(f"{log.head}.{column}", seqs=frozenset({last + 1}))


def checkpoint(hand: Hand) -> Touch:
    """A byte of a signed checkpoint."""
    seq = hand.one("select seq from audit_checkpoint").seq
    column, _at = byte_of(hand, "audit_checkpoint", ("county_code", "id"))
    return Touch(f"audit_checkpoint.{column}", seqs=frozenset({seq}) if column != "seq" else
                 frozenset())  # fmt: skip


def entry_deleted(hand: Hand) -> Touch:
    """A row of the log deleted, with or without its link."""
    log = hand.log()
    row = hand.one(f"select seq, {log.key} as id from {log.link} order by seq")
    hand.do(f"delete from {log.log} where id = :id", id=row.id)
    alone = hand.dice.random() < 0.5
    if not alone:
        hand.do(f"delete from {log.link} where seq = :seq", seq=row.seq)
    return Touch(log.log, seqs=frozenset({row.seq, row.seq + 1}))


def entry_inserted(hand: Hand) -> Touch:
    """A copy of a row put into the log, with or without a link at its end."""
    log = hand.log()
    columns = hand.session.execute(COLUMNS, {"name": log.log}).all()
    names = ", ".join(f'"{one.name}"' for one in columns if one.name != "id")
    row = hand.one(f"select id from {log.log} order by id")
    made = str(hand.session.execute(
        text(f"insert into {log.log} (id, {names}) select gen_random_uuid(), {names} from {log.log}"
             " where id = :id returning id"), {"id": row.id}).scalar())  # fmt: skip
    if hand.dice.random() < 0.5:
        return Touch(log.log, keys=frozenset({made}))
    end = hand.one(f"select max(seq) as seq from {log.link}").seq
    hand.do(f"insert into {log.link} select county_code, seq + 1, '{made}', row_hash, hash "
            f"from {log.link} where seq = :seq", seq=end)  # fmt: skip
    return Touch(log.link, seqs=frozenset({end + 1}))


def entries_swapped(hand: Hand) -> Touch:
    """Two links change places, or two rows of the log change what they say."""
    log = hand.log()
    one, other = (hand.one(f"select seq, {log.key} as id from {log.link} order by seq")
                  for _n in range(2))  # fmt: skip
    if one.seq == other.seq:
        raise AgainError
    if hand.dice.random() < 0.5:
        for was, now in ((one.seq, -1), (other.seq, one.seq), (-1, other.seq)):
            hand.do(f"update {log.link} set seq = :now where seq = :was", was=was, now=now)
    elif not hand.do(
        f"update {log.log} a set act = b.act, {_rest(log)} from {log.log} b "
        f"where a.id in (:one, :other) and b.id in (:one, :other) and a.id <> b.id "
        f"and (a.act, to_jsonb(b)) is distinct from (b.act, to_jsonb(a)) and "
        f"{_differ(log)}", one=one.id, other=other.id,
    ):  # fmt: skip
        raise AgainError
    return Touch(log.link, seqs=frozenset({one.seq, other.seq}))


def _rest(log: Log) -> str:
    return (
        "subject = b.subject, detail = b.detail" if log is ACTS else "keys = b.keys, rows = b.rows"
    )


def _differ(log: Log) -> str:
    return ("(a.act, a.subject, a.detail) <> (b.act, b.subject, b.detail)" if log is ACTS
            else "(a.act, a.keys, a.rows) <> (b.act, b.keys, b.rows)")  # fmt: skip


def cut_below(hand: Hand) -> Touch:
    """The last entries go, some that a checkpoint vouches for too, and the end is set back."""
    log = hand.log()
    signed = hand.one(f"select max({log.last}) as seq from audit_checkpoint").seq
    keeps = hand.dice.randrange(max(1, signed - 20), signed)
    _cut(hand, log, keeps)
    hand.do(f"update {log.head} set seq = l.seq, hash = l.hash from {log.link} l "
            "where l.seq = :seq", seq=keeps)  # fmt: skip
    return Touch(f"{log.log}, end set back", seqs=frozenset({signed}))


def cut_above(hand: Hand) -> Touch:
    """The last entries after a checkpoint go."""
    log = hand.log()
    signed = hand.one(f"select max({log.last}) as seq from audit_checkpoint").seq
    end = hand.one(f"select max(seq) as seq from {log.link}").seq
    keeps = hand.dice.randrange(signed, end)
    _cut(hand, log, keeps)
    return Touch(log.log, seqs=frozenset({keeps + 1}))


def _cut(hand: Hand, log: Log, keeps: int) -> None:
    hand.do(f"delete from {log.log} where id in (select {log.key} from {log.link} "
            "where seq > :keeps)", keeps=keeps)  # fmt: skip
    hand.do(f"delete from {log.link} where seq > :keeps", keeps=keeps)


def _watched(hand: Hand) -> Any:
    """Return a watched table that has rows, with the names of its key and what is left out."""
    row = hand.one("select table_name, names, dropped from row_watched order by 1")
    if hand.session.scalar(text(f'select not exists (select from "{row.table_name}")')):
        raise AgainError
    return row


def row_changed(hand: Hand) -> Touch:
    """A byte of a column of a business row."""
    table = _watched(hand)
    leave = [*table.dropped.split(","), *table.names.split(","), "county_code"]
    column, at = byte_of(hand, table.table_name, leave)
    key = _key_at(hand, table.table_name, table.names, at)
    return Touch(f"{table.table_name}.{column}", keys=frozenset({key}))


def row_deleted(hand: Hand) -> Touch:
    """A business row deleted."""
    table = _watched(hand)
    row = hand.one(f'select ctid::text as at from "{table.table_name}" order by ctid')
    key = _key_at(hand, table.table_name, table.names, row.at)
    hand.do(f'delete from "{table.table_name}" where ctid = cast(:at as tid)', at=row.at)
    return Touch(table.table_name, keys=frozenset({key}))


def row_inserted(hand: Hand) -> Touch:
    """A copy of a business row put in under a key of its own."""
    table = _watched(hand)
    columns = hand.session.execute(COLUMNS, {"name": table.table_name}).all()
    if "uuid" not in {one.kind for one in columns if one.name == table.names}:
        raise AgainError
    names = ", ".join(f'"{one.name}"' for one in columns)
    copied = ", ".join("gen_random_uuid()" if one.name == table.names else f'"{one.name}"'
                       for one in columns)  # fmt: skip
    row = hand.one(f'select ctid::text as at from "{table.table_name}" order by ctid')
    key = hand.session.execute(
        text(f'insert into "{table.table_name}" ({names}) select {copied} '
             f'from "{table.table_name}" where ctid = cast(:at as tid) '
             f'on conflict do nothing returning "{table.names}"'), {"at": row.at},
    ).scalar()  # fmt: skip
    if key is None:
        raise AgainError
    return Touch(table.table_name, keys=frozenset({str(key)}))


KINDS: Final[dict[str, Callable[[Hand], Touch]]] = {
    "byte of an act": act,
    "byte of a link of acts": link,
    "byte of the end of acts": head,
    "byte of a row change": lambda hand: act(hand, ROWS),
    "byte of a link of row changes": lambda hand: link(hand, ROWS),
    "byte of the end of row changes": lambda hand: head(hand, ROWS),
    "byte of a checkpoint": checkpoint,
    "entry deleted": entry_deleted,
    "entry inserted": entry_inserted,
    "two entries swapped": entries_swapped,
    "cut below a checkpoint": cut_below,
    "cut above a checkpoint": cut_above,
    "business row changed": row_changed,
    "business row deleted": row_deleted,
    "business row inserted": row_inserted,
}


@contextmanager
def owner(url: str) -> Iterator[Session]:
    """Give a session of the superuser of the private cluster; what it does is undone."""
    engine = create_engine(make_url(url).set(username="postgres"), poolclass=NullPool)
    with engine.connect() as connection, Session(connection) as session:
        yield session
        session.rollback()


def act_on(session: Session, count: int) -> None:
    """Let some acts happen: each changes a person's row and is written into the log."""
    people = session.scalars(select(Person).order_by(Person.id).limit(20)).all()
    for n in range(count):
        person = people[n % len(people)]
        person.name = f"{person.name[:20]}{n % 10}"
        audit.record(session, person.county_code, "person:rename", "person", str(person.id),
                     name=person.name)  # fmt: skip
        session.flush()


@contextmanager
def flipped(path: Path, dice: random.Random) -> Iterator[None]:
    """Flip one bit of a file, and flip it back."""
    at, bit = dice.randrange(path.stat().st_size), 1 << dice.randrange(8)

    def flip() -> None:
        data = bytearray(path.read_bytes())
        data[at] ^= bit
        path.write_bytes(data)

    flip()
    try:
        yield
    finally:
        flip()


def trial(session: Session, dice: random.Random, kind: str) -> tuple[Touch, list[Found]]:
    """Do one change of a kind, verify as the command does, undo it; return both.

    Raises AssertionError where no draw was to be had.
    """
    for _draw in range(MOST_DRAWS):
        with session.begin_nested() as step:
            try:
                with session.begin_nested():
                    session.execute(text("set local session_replication_role = replica"))
                    touch = KINDS[kind](Hand(session, dice))
            except (AgainError, DBAPIError, ValueError):
                step.rollback()
                continue
            found = verified(session)
            step.rollback()
        return touch, found
    raise AssertionError(f"no draw of {kind}")


def verified(session: Session) -> list[Found]:
    """Return what `enforcement audit verify` finds, by the rights of the application's role."""
    session.execute(text(f"set local role {OWNER}"))
    wall.say(session.connection(), {"reach": wall.ALL})
    session.expire_all()
    found = [one for code in checkpoints.counties(session)
             for one in checkpoints.verdicts(session, code, whole=True).found]  # fmt: skip
    session.execute(text("reset role"))
    return found
