"""Words that many texts have are found among the newest, and the answer is the same."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import event, text
from sqlalchemy.orm import Session

from enforcement.incident import frequency, grams, searching, services
from tests.asking import actor_of, as_owner, set_clock
from tests.case.making import report_of

WORDS = "喆记小卖部门前摆放货架"
EVERY = (["货架"], ["hj"], ["喆记", "zjx"])


@pytest.fixture
def shelves(county: Session) -> Session:
    """Thirty reports of one thing, known to the statistics."""
    set_clock(county, "2026-11-20 09:30")
    for n in range(30):
        what = report_of(county, description=f"{WORDS}{n}")
        services.report(county, actor_of(county, "fujing"), what)
    with as_owner(county):
        county.execute(text("analyze incident_text"))
    return county


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    """Collect the statements that are carried out."""
    seen: list[str] = []
    connection = session.connection()

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield seen
    event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize("words", EVERY)
def test_statistics_tell_common_words_from_rare_ones(shelves: Session, words: list[str]) -> None:
    assert frequency.is_common(shelves, words, 0.1)
    assert not frequency.is_common(shelves, [*words, "龘靐"], 0.1)
    assert not frequency.is_common(shelves, words, 1.01)


def test_without_statistics_no_word_is_common(session: Session) -> None:
    assert not frequency.is_common(session, ["货架"], 0.01)


@pytest.mark.parametrize("words", EVERY)
def test_both_ways_of_searching_find_the_same(
    shelves: Session, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    actor, answers = actor_of(shelves, "juzhang"), []
    for is_common in (True, False):
        monkeypatch.setattr(frequency, "is_common", lambda *_a, _is=is_common: _is)
        first = searching.search(shelves, actor, " ".join(words), limit=7)
        last = first[-1].incident
        after = (last.received_at, last.id)
        more = searching.search(shelves, actor, " ".join(words), after=after, limit=7)
        answers.append([row.incident.number for row in (*first, *more)])
    assert answers[0] == answers[1]
    assert len(set(answers[0])) == 14


def test_common_words_are_looked_for_in_the_newest_only(shelves: Session) -> None:
    with statements(shelves) as seen:
        searching.search(shelves, actor_of(shelves, "juzhang"), "货架", limit=7)
    asked = [one for one in seen if "strpos" in one]
    assert len(asked) == 1
    assert "@>" not in asked[0]


def test_a_window_that_is_too_short_is_not_the_answer(
    shelves: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "WINDOW", 5)
    monkeypatch.setattr(frequency, "is_common", lambda *_a: True)
    rows = searching.search(shelves, actor_of(shelves, "juzhang"), "货架", limit=20)
    assert len(rows) == 20
    assert grams.wanted("货架")[0] == ["货架"]
