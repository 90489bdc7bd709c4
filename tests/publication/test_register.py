"""What anybody reads of officers, powers, procedures; the cards that villagers check."""

from __future__ import annotations

import re
from datetime import date

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from enforcement.errors import InvalidInputError, NotFoundError
from enforcement.law import public_guide
from enforcement.law.articles import cited
from enforcement.law.staff import Standing, standing
from enforcement.law.terms import CertificateStatus
from enforcement.law.time_limits import limit
from enforcement.people import acts
from enforcement.people.models import Certificate
from enforcement.publication import cards, public_base, register
from tests.asking import Browser, Calls, Pages, actor_of, set_clock
from tests.document.reading import poppler, squeezed_text
from tests.people.making import COUNTY, unit


@pytest.fixture
def visitor(demo_app: Flask, county: Session) -> Browser:
    return Browser(demo_app, demo_app.response_class)


def certificate(session: Session, username: str = "zhifa1") -> Certificate:
    person = actor_of(session, username).person_id
    return session.query(Certificate).filter_by(person_id=person).one()


def suspend(session: Session, row: Certificate, on: date) -> None:
    said = {"on": on, "reason": "核查中", "version": row.version}
    acts.set_status(session, actor_of(session, "xitong"), row.id, "suspend", said)
    session.commit()


def test_the_register_lists_who_is_certified_today_with_his_unit(
    county: Session, visitor: Browser
) -> None:
    row = certificate(county)
    name = actor_of(county, "zhifa1").name
    shown = register.officers(county, COUNTY, date(2026, 3, 2))
    assert all(one.standing is Standing.VALID for one in shown)
    assert [one.number for one in shown] == sorted(one.number for one in shown)
    found = register.officer(county, COUNTY, row.number, date(2026, 3, 2))
    assert found is not None
    assert (found.name, found.unit) == (name, actor_of(county, "zhifa1").unit_name)
    county.commit()
    answer = visitor.get(f"/public/officers?number={row.number}")
    assert answer.status_code == 302
    told = visitor.get(answer.location).text
    assert name in told
    assert "证件有效" in told
    assert "data:image/svg+xml" in told


def test_who_is_no_longer_certified_is_not_listed_and_his_page_says_so_by_the_day(
    county: Session, visitor: Browser
) -> None:
    set_clock(county, "2026-03-10 09:30")
    row = certificate(county)
    suspend(county, row, date(2026, 3, 9))
    numbers = [one["number"] for one in visitor.get("/public/officers.json").get_json()["officers"]]
    assert row.number not in numbers
    now = visitor.get(f"/public/officer?number={row.number}").text
    assert "证件已暂扣，不得执法" in now
    assert "核查中" not in now
    then = visitor.get(f"/public/officer?number={row.number}&on=2026-03-06").text
    assert "证件有效" in then
    told = visitor.get(f"/public/officers.json?number={row.number}").get_json()["officer"]
    assert (told["standing"], told["valid"]) == ("suspended", False)
    set_clock(county, "2099-01-01 09:30")
    county.commit()
    answer = visitor.get(f"/public/officers.json?number={row.number}&on=2098-01-01")
    assert not answer.get_json()["officer"]["valid"]
    absent = visitor.get("/public/officer?number=000")
    assert absent.status_code == 404
    assert "没有这个执法证号" in absent.text


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    status=st.sampled_from(CertificateStatus), on=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)), days=st.integers(0, 2000),
)  # fmt: skip
def test_a_certificate_is_valid_on_exactly_the_days_between_its_dates(
    status: CertificateStatus, on: date, start: date, days: int
) -> None:
    end = date.fromordinal(start.toordinal() + days)
    valid = status == CertificateStatus.VALID and start <= on <= end
    assert (standing(status, start, end, on) is Standing.VALID) == valid


def test_looks_at_one_officer_are_counted(
    county: Session, visitor: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_base, "LOOKS", 3)
    answers = [visitor.get("/public/officer?number=1").status_code for _n in range(5)]
    assert answers == [404, 404, 404, 429, 429]


def test_a_units_cards_lead_to_the_pages_of_its_officers(
    county: Session, page: Pages, call: Calls, visitor: Browser
) -> None:
    set_clock(county, "2026-03-02 09:30")
    row, bureau = certificate(county), unit(county, "01.01")
    squad = unit(county, actor_of(county, "zhifa1").unit_code)
    county.commit()
    reader = page("zhifa1")
    assert f"/publications/cards/{squad.id}.pdf" in reader.get(f"/people/units/{squad.id}").text
    answer = reader.get(f"/publications/cards/{squad.id}.pdf")
    assert answer.mimetype == "application/pdf"
    words = squeezed_text(answer.data)
    mine = register.of_unit(county, COUNTY, squad.code, date(2026, 3, 2))
    assert row.number in {one.number for one in mine}
    for one in mine:
        assert one.name in words
        assert one.number in words
    whole = call("zhifa1", "GET", f"/units/{bureau.id}/cards").data
    everybody = register.of_unit(county, COUNTY, bureau.code, date(2026, 3, 2))
    pages = int(re.search(r"Pages:\s+(\d+)", poppler("pdfinfo", whole))[1])  # type: ignore[index]
    assert pages == -(-len(everybody) // 10)


def test_a_unit_without_certified_officers_has_no_cards(county: Session) -> None:
    set_clock(county, "2099-01-01 09:30")
    with pytest.raises(NotFoundError, match="没有持有效证件"):
        cards.sheet(county, actor_of(county, "zhifa1"), unit(county, "01").id)


def test_without_an_address_of_its_own_a_command_prints_no_cards(county: Session) -> None:
    with pytest.raises(InvalidInputError, match="ENFORCEMENT_PUBLIC_URL"):
        cards.sheet(county, actor_of(county, "zhifa1"), unit(county, "01").id)


def test_every_procedure_and_remedy_stands_on_articles_and_limits_of_the_law() -> None:
    for one in public_guide.PROCEDURES:
        assert one.steps
        for step in one.steps:
            assert step.articles, step.act
            assert all(cited(str(article)) == article for article in step.articles)
        for limit_id in one.limits:
            assert limit(limit_id).article.zh
    assert {one.where for one in public_guide.REMEDIES} == set(public_guide.Where)
    for remedy in public_guide.REMEDIES:
        assert limit(remedy.limit_id).days > 0


def test_the_procedures_tell_limits_and_where_to_turn(county: Session, visitor: Browser) -> None:
    shown = visitor.get("/public/procedures").text
    for words in (
        "申请行政复议",
        "《中华人民共和国行政复议法》第二十条",
        "60 日",
        "简易程序",
        "听证",
    ):
        assert words in shown, words
    told = visitor.get("/public/procedures.json").get_json()
    assert told["organs"][0]["court"] in shown
    limits = {one["limit"]["id"]: one["limit"]["days"] for one in told["remedies"]}
    assert (limits["reconsideration"], limits["litigation"]) == (60, 6)
    ordinary = next(one for one in told["procedures"] if one["id"] == "ordinary")
    assert {"id": "decision", "days": 90}.items() <= ordinary["limits"][0].items()


def test_the_power_list_tells_the_provision_and_its_pages_follow_on(
    county: Session, visitor: Browser
) -> None:
    first = visitor.get("/public/powers.json").get_json()
    bases = [one["basis"] for one in first["powers"] if one["basis"]]
    assert bases
    shown = visitor.get("/public/powers").text
    assert all(basis in shown for basis in bases)
    if first["next"]:
        more = visitor.get(f"/public/powers.json?after={first['next']}").get_json()
        assert {one["code"] for one in more["powers"]}.isdisjoint(
            one["code"] for one in first["powers"]
        )


def test_the_public_pages_lead_to_each_other(county: Session, visitor: Browser) -> None:
    paths = ["/public/decisions", "/public/officers", "/public/powers", "/public/procedures",
             "/public/inspections"]  # fmt: skip
    for path in paths:
        text = visitor.get(path).text
        for other in paths:
            assert f'href="{other}?county={COUNTY}"' in text, (path, other)
