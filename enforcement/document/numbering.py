"""Numbers from locked counter rows: unique, without gaps, never reused (R20)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from enforcement import audit, clock, db, permissions
from enforcement.actor import Actor
from enforcement.document.models import Document, NumberBlock, NumberCounter, NumberVoid
from enforcement.errors import InvalidInputError, NotFoundError, StepNotAllowedError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.law.paperwork import number_text
from enforcement.people.models import Organ
from enforcement.permissions import Permission

MOST_RESERVED = 200


@dataclass(frozen=True)
class Series:
    """What a counter counts: the papers of an organ with one word (文种字) in one year."""

    organ: str
    word: str
    year: int

    def number(self, n: int) -> str:
        """Return the number as papers bear it: 梨综执罚决字〔2026〕1号."""
        return number_text(self.organ, self.word, self.year, n)


def take(session: Session, county_code: str, organ: str, word: str, year: int) -> int:
    """Return the next number and hold the counter until the transaction ends.

    A rollback gives the number back, so that there is never a gap. Take it as late as can be:
    others that number the same kind wait for the end of this transaction.
    """
    return take_block(session, county_code, organ, word, year, 1)


def take_block(
    session: Session, county_code: str, organ: str, word: str, year: int, count: int
) -> int:
    """Return the first of `count` numbers in a row, under the same rules as `take`."""
    first = insert(NumberCounter).values(
        county_code=county_code, organ=organ, word=word, year=year, last=count
    )
    upsert = first.on_conflict_do_update(
        constraint="pk_number_counter", set_={"last": NumberCounter.last + count}
    )
    return session.execute(upsert.returning(NumberCounter.last)).scalar_one() - count + 1


def reserve(session: Session, actor: Actor, series: Series, count: int, device: str) -> NumberBlock:
    """Set numbers apart for a device that will issue papers offline; they count as given.

    Raises InvalidInputError for a count that is none or too high, NotPermittedError.
    """
    permissions.check(actor, Permission.CASE_WORK)
    if not 1 <= count <= MOST_RESERVED:
        raise InvalidInputError(
            "count", _("一次最多预留%(most)d个文号。", most=MOST_RESERVED), most=MOST_RESERVED
        )
    if not device.strip():
        raise InvalidInputError("device", _("请填写设备名称。"))
    county = actor.county_code
    first = take_block(session, county, series.organ, series.word, series.year, count)
    block = NumberBlock(
        county_code=county, id=uuid7(), organ=series.organ, word=series.word, year=series.year,
        first=first, count=count, device=device.strip(), by=actor.account_id, by_name=actor.name,
        at=clock.now(session),
    )  # fmt: skip
    session.add(block)
    session.flush()
    audit.record(
        session, county, "number:reserve", "number_block", str(block.id), actor=actor,
        first=series.number(first), count=count,
    )  # fmt: skip
    return block


def series_of(block: NumberBlock) -> Series:
    """Return what the numbers of a block count."""
    return Series(block.organ, block.word, block.year)


def check_reserved(session: Session, actor: Actor, series: Series, n: int) -> None:
    """Raise StepNotAllowedError unless the actor reserved this number and it is still free.

    The block is locked until the transaction ends, so that a number is used or given up once.
    """
    block = _block_with(session, actor, series, n)
    if block is None:
        raise StepNotAllowedError(_("该文号不在您预留的号段内。"), n=n)
    if n not in free_numbers(session, block):
        gone = void_of(session, actor.county_code, series, n)
        if gone is not None:
            raise StepNotAllowedError(_("该文号已经作废：%(why)s", why=gone.reason), n=n)
        raise StepNotAllowedError(_("该文号已经使用或者作废。"), n=n)


def _block_with(session: Session, actor: Actor, series: Series, n: int) -> NumberBlock | None:
    query = select(NumberBlock).where(
        NumberBlock.county_code == actor.county_code,
        NumberBlock.by == actor.account_id,
        NumberBlock.organ == series.organ,
        NumberBlock.word == series.word,
        NumberBlock.year == series.year,
        NumberBlock.first <= n,
        NumberBlock.first + NumberBlock.count > n,
    )
    return _held(session, query)


def _held(session: Session, query: Select[NumberBlock]) -> NumberBlock | None:
    """Return the block that is asked for; whoever else uses its numbers waits."""
    block = session.scalars(query).first()
    if block is not None:
        db.take_turn(session, f"number_block:{block.id}")
    return block


def free_numbers(session: Session, block: NumberBlock) -> list[int]:
    """Return the numbers of a block that no paper bears and that are not given up."""
    every = range(block.first, block.first + block.count)
    texts = {series_of(block).number(n): n for n in every}
    borne = session.scalars(
        select(Document.number).where(
            Document.county_code == block.county_code, Document.number.in_(texts)
        )
    )
    void = session.scalars(
        select(NumberVoid.n).where(
            NumberVoid.county_code == block.county_code,
            NumberVoid.organ == block.organ,
            NumberVoid.word == block.word,
            NumberVoid.year == block.year,
            NumberVoid.n.in_(every),
        )
    )
    gone = {texts[number] for number in borne if number} | set(void)
    return [n for n in every if n not in gone]


def void(session: Session, actor: Actor, series: Series, n: int, reason: str) -> bool:
    """Void one number that the actor reserved, with the reason; False where it is not free.

    A number that was void already stays as it is, so that sending twice is harmless.
    Raises StepNotAllowedError for a number outside his blocks, InvalidInputError.
    """
    permissions.check(actor, Permission.CASE_WORK)
    if not reason.strip():
        raise InvalidInputError("reason", _("请填写作废原因。"))
    block = _block_with(session, actor, series, n)
    if block is None:
        raise StepNotAllowedError(_("该文号不在您预留的号段内。"), n=n)
    if n not in free_numbers(session, block):
        return False
    _void(session, actor, block, [n], reason)
    return True


def void_of(session: Session, county_code: str, series: Series, n: int) -> NumberVoid | None:
    """Return that a number is void, None where it is not."""
    query = select(NumberVoid).where(
        NumberVoid.county_code == county_code,
        NumberVoid.organ == series.organ,
        NumberVoid.word == series.word,
        NumberVoid.year == series.year,
        NumberVoid.n == n,
    )
    return session.scalars(query).first()


def blocks_of(session: Session, actor: Actor, word: str, device: str) -> list[NumberBlock]:
    """Return the blocks of a word that the actor reserved for a device, the oldest first."""
    query = select(NumberBlock).where(
        NumberBlock.county_code == actor.county_code,
        NumberBlock.by == actor.account_id,
        NumberBlock.word == word,
        NumberBlock.device == device,
    )
    return list(session.scalars(query.order_by(NumberBlock.at, NumberBlock.id)))


def give_up(session: Session, actor: Actor, block_id: object, reason: str) -> list[int]:
    """Void what is left of a block, each number with the reason; return them.

    They are never given again, so that the series has no gap that nobody can explain.
    """
    permissions.check(actor, Permission.CASE_WORK)
    if not reason.strip():
        raise InvalidInputError("reason", _("请填写作废原因。"))
    query = select(NumberBlock).where(
        NumberBlock.county_code == actor.county_code,
        NumberBlock.id == block_id,
        NumberBlock.by == actor.account_id,
    )
    block = _held(session, query)
    if block is None:
        raise NotFoundError(_("没有找到您预留的这个号段。"))
    left = free_numbers(session, block)
    _void(session, actor, block, left, reason)
    return left


def _void(
    session: Session, actor: Actor, block: NumberBlock, numbers: list[int], reason: str
) -> None:
    at = clock.now(session)
    session.add_all(
        NumberVoid(
            county_code=block.county_code, id=uuid7(), organ=block.organ, word=block.word,
            year=block.year, n=n, reason=reason.strip(), by=actor.account_id, by_name=actor.name,
            at=at,
        )
        for n in numbers
    )  # fmt: skip
    session.flush()
    audit.record(
        session, block.county_code, "number:void", "number_block", str(block.id), actor=actor,
        numbers=numbers,
    )  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One number of the register and what became of it.

    fate -- paper, withdrawn, void, reserved; missing: nothing accounts for it, which must not be
    """

    n: int
    fate: str
    code: str | None
    document_id: object
    case_id: object
    at: object
    reason: str | None
    by_name: str | None


REGISTER = text("""
SELECT s.n,
  CASE WHEN w.id IS NOT NULL THEN 'withdrawn' WHEN d.id IS NOT NULL THEN 'paper'
    WHEN p.id IS NOT NULL THEN 'paper' WHEN v.id IS NOT NULL THEN 'void'
    WHEN b.id IS NOT NULL THEN 'reserved' ELSE 'missing' END AS fate,
  coalesce(d.code, CASE WHEN p.id IS NOT NULL THEN 'D05' END) AS code,
  d.id AS document_id, d.case_id,
  coalesce(d.issued_at, p.decided_at, v.at, b.at) AS at,
  coalesce(w.reason, v.reason, b.device) AS reason,
  coalesce(w.by_name, v.by_name, b.by_name) AS by_name
FROM number_counter c
CROSS JOIN LATERAL generate_series(
  greatest(1, least(c.last, :before - 1) - :limit + 1), least(c.last, :before - 1)) AS s(n)
LEFT JOIN document d ON d.county_code = c.county_code
  AND d.number = c.organ || c.word || '字〔' || c.year || '〕' || s.n || '号'
LEFT JOIN document_withdrawal w ON w.county_code = d.county_code AND w.document_id = d.id
LEFT JOIN spot_penalty p ON p.county_code = c.county_code
  AND p.number = c.organ || c.word || '字〔' || c.year || '〕' || s.n || '号'
LEFT JOIN number_void v ON v.county_code = c.county_code AND v.organ = c.organ
  AND v.word = c.word AND v.year = c.year AND v.n = s.n
LEFT JOIN number_block b ON b.county_code = c.county_code AND b.organ = c.organ
  AND b.word = c.word AND b.year = c.year AND s.n >= b.first AND s.n < b.first + b.count
WHERE c.county_code = :county AND c.organ = :organ AND c.word = :word AND c.year = :year
ORDER BY s.n DESC
""")
NO_LIMIT = 2_000_000_000


def register(
    session: Session,
    county_code: str,
    series: Series,
    *,
    before: int | None = None,
    limit: int = 50,
) -> list[Entry]:
    """Return the last numbers of a series below `before`, the highest first, and their fates."""
    values = {
        "county": county_code, "organ": series.organ, "word": series.word, "year": series.year,
        "before": before or NO_LIMIT, "limit": limit,
    }  # fmt: skip
    return [Entry(*row) for row in session.execute(REGISTER, values)]


def all_series(session: Session, county_code: str) -> Sequence[tuple[Series, int]]:
    """Return the series of papers that were ever numbered and the last number of each."""
    query = (
        select(NumberCounter.organ, NumberCounter.word, NumberCounter.year, NumberCounter.last)
        .where(
            NumberCounter.county_code == county_code,
            NumberCounter.organ.in_(select(Organ.short).where(Organ.county_code == county_code)),
        )
        .order_by(NumberCounter.year.desc(), NumberCounter.organ, NumberCounter.word)
    )
    return [(Series(organ, word, year), last) for organ, word, year, last in session.execute(query)]
