"""A person's notices: shown, heard, and nobody else's."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from enforcement import notices
from enforcement.incident import services
from enforcement.law.escalation import Does
from enforcement.notices import Notice
from tests.asking import Pages, actor_of, set_clock
from tests.case.making import report_of


@pytest.fixture(autouse=True)
def none_before(county: Session) -> None:
    """Leave the demonstration's own notices out."""
    county.execute(delete(Notice))
    county.commit()


@pytest.fixture
def sent(county: Session) -> Notice:
    """Return a call to the leader of a brigade about a new incident."""
    set_clock(county, "2026-03-02 09:30")
    incident = services.report(county, actor_of(county, "fujing"), report_of(county))
    leader = actor_of(county, "dadui")
    assert leader.person_id is not None
    row = notices.send(
        county, leader.county_code, leader.person_id, "incident", incident.id,
        does=Does.RING, rule="R1", number=incident.number,
    )  # fmt: skip
    county.commit()
    return row


def reread(session: Session, row_id: uuid.UUID) -> Notice:
    session.expire_all()
    return session.scalars(select(Notice).where(Notice.id == row_id)).one()


def test_a_page_without_notices_says_so(county: Session, page: Pages) -> None:
    assert "还没有提醒" in page("zhifa1").get("/notices").text


def test_a_notice_is_shown_seen_and_heard(county: Session, page: Pages, sent: Notice) -> None:
    row_id, number = sent.id, sent.data["number"]
    browser = page("dadui")
    shown = browser.get("/notices").text
    assert number in shown
    assert f"/notices/{row_id}/hear" in shown
    assert reread(county, row_id).seen_at is not None
    assert reread(county, row_id).heard_at is None
    assert [one["subject"] for one in browser.get("/notices/unheard").json] == [str(row_id)]
    assert browser.post(f"/notices/{row_id}/hear").status_code == 302
    assert browser.get("/notices/unheard").json == []
    first = reread(county, row_id).heard_at
    assert first is not None
    assert f"/notices/{row_id}/hear" not in browser.get("/notices").text
    set_clock(county, "2026-03-02 10:30")
    browser.post(f"/notices/{row_id}/hear")
    assert reread(county, row_id).heard_at == first, "the first time stands"


def test_hearing_once_silences_every_call_about_the_same_incident(
    county: Session, page: Pages, sent: Notice
) -> None:
    again = notices.send(
        county, sent.county_code, sent.person_id, "incident", sent.subject_id,
        does=Does.RING, rule="R2", number=sent.data["number"],
    )  # fmt: skip
    county.commit()
    browser = page("dadui")
    assert len(browser.get("/notices/unheard").json) == 2
    browser.post(f"/notices/{again.id}/hear")
    assert browser.get("/notices/unheard").json == []


def test_nobody_sees_or_hears_the_notice_of_another(
    county: Session, page: Pages, sent: Notice
) -> None:
    row_id, number = sent.id, sent.data["number"]
    other = page("zhifa1")
    assert number not in other.get("/notices").text
    assert other.post(f"/notices/{row_id}/hear").status_code == 404
    assert reread(county, row_id).heard_at is None
