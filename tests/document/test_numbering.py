"""Numbers under pressure: many at once, some of them rolled back; none twice, none missing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import text

from enforcement.document import numbering
from enforcement.document.models import Document
from tests.document import issuing

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


def test_processes_killed_at_random_leave_no_gap_and_no_number_twice(live_app: Flask) -> None:
    config = live_app.extensions["enforcement.config"]
    done = issuing.in_a_process_of_its_own(config, processes=3, papers=24, seed=1)
    assert done["crashed"] == 0
    assert done["kills"] > 0
    with live_app.app_context(), live_app.extensions["enforcement.sessions"]() as session:
        papers = session.query(Document).filter_by(code=issuing.CODE).all()
        numbers = [paper.number for paper in papers]
        series = [one for one, _last in numbering.all_series(session, papers[0].county_code)
                  if one.word == "调证"]  # fmt: skip
        rows = [
            row
            for one in series
            for row in numbering.register(session, papers[0].county_code, one, limit=10**6)
        ]
    assert len(numbers) == len(set(numbers)) == len(rows) >= 24
    assert {row.fate for row in rows} == {"paper"}
