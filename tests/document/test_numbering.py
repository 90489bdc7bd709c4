"""Numbers under pressure: many at once, some of them rolled back; none twice, none missing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import text

from enforcement.document import numbering

EACH, THREADS = 25, 8


def test_numbers_are_unique_and_without_gaps(app: Flask) -> None:
    sessions = app.extensions["enforcement.sessions"]

    def worker(thread: int) -> list[int]:
        taken = []
        for n in range(EACH):
            with sessions() as session:
                number = numbering.take(session, "220322", "试", "决", 2026)
                if (thread + n) % 5 == 0:
                    session.rollback()  # the act failed: its number goes to the next one
                else:
                    session.commit()
                    taken.append(number)
        return taken

    with ThreadPoolExecutor(THREADS) as pool:
        taken = [number for found in pool.map(worker, range(THREADS)) for number in found]
    with sessions.begin() as session:
        session.execute(text("delete from number_counter where organ = '试'"))
    assert sorted(taken) == list(range(1, len(taken) + 1))


def test_years_and_words_count_apart(app: Flask) -> None:
    with app.extensions["enforcement.sessions"]() as session:
        assert numbering.take(session, "220322", "试", "告", 2026) == 1
        assert numbering.take(session, "220322", "试", "告", 2026) == 2
        assert numbering.take(session, "220322", "试", "告", 2027) == 1
        assert numbering.take(session, "361025", "试", "告", 2026) == 1
        session.rollback()
