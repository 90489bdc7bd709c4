"""The demonstration county's people: posts, employment, certificates, invented numbers.

Certificates of a few squads that take no part in the story end soon, or are over, counted from
the day on which the demonstration is loaded; one officer's is suspended.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import bulk, clock, crypto
from enforcement.demo.names import name_of
from enforcement.demo.numbers import id_number, phone
from enforcement.ids import uuid7
from enforcement.jurisdiction.models import Division
from enforcement.law.terms import CertificateStatus, Employment, Role
from enforcement.people import history
from enforcement.people.certificates import AREA, FIELD
from enforcement.people.models import (
    Certificate,
    CertificateEntry,
    Person,
    PersonEntry,
    Post,
    Unit,
)

SINCE: Final = date(2024, 1, 1)
CERTIFIED_UNTIL: Final = date(2029, 12, 31)
FIRST_AUXILIARY: Final = 1000
ENDING: Final = {  # number of a person -> in how many days his certificate ends
    2: 5, 6: 19, 7: 26, 11: 55, 15: 82, 19: -12,
}  # fmt: skip
SUSPENDED_DAYS: Final = 14  # days ago
EMPLOYED: Final = {
    Role.ASSISTANT: (Employment.PURCHASED, Employment.CONTRACT, Employment.PUBLIC_WELFARE),
    Role.OFFICER: (Employment.CIVIL_SERVANT, Employment.INSTITUTION),
    Role.DISPATCHER: (Employment.INSTITUTION,),
    Role.AUXILIARY: (Employment.POLICE_AUXILIARY,),
}


class _Staff:
    """Collects people with their posts and certificates, to be written at once."""

    def __init__(self, session: Session, county_code: str, organ: Unit) -> None:
        self.session, self.county_code, self.organ = session, county_code, organ
        self.now: datetime = clock.now(session)
        self.people: list[Person] = []
        self.posts: list[Post] = []
        self.certificates: list[Certificate] = []

    def fill(
        self, unit: Unit, role: Role, number: int, *, certified: bool = False,
        village: str | None = None,
    ) -> Post:  # fmt: skip
        """Put a person into a post."""
        person = self._person(role, number)
        post = Post(
            county_code=self.county_code, id=uuid7(), person_id=person.id, unit_id=unit.id,
            role=role, village_code=village, valid_from=SINCE,
        )  # fmt: skip
        self.people.append(person)
        self.posts.append(post)
        if certified:
            self.certificates.append(self._certificate(person, number))
        return post

    def _person(self, role: Role, number: int) -> Person:
        kinds = EMPLOYED.get(role, (Employment.CIVIL_SERVANT,))
        identity, telephone = id_number(number), phone(number)
        reviews = role is Role.LEGAL_REVIEWER
        return Person(
            county_code=self.county_code, id=uuid7(), name=name_of(number),
            id_number_encrypted=crypto.seal(identity), id_number_hash=crypto.search_hash(identity),
            phone_encrypted=crypto.seal(telephone), phone_hash=crypto.search_hash(telephone),
            employment=kinds[number % len(kinds)], created_at=self.now,
            legal_number="示例A20182203220001" if reviews else None,
            legal_on=date(2018, 3, 1) if reviews else None,
        )  # fmt: skip

    def _certificate(self, person: Person, number: int) -> Certificate:
        ends = CERTIFIED_UNTIL
        if number in ENDING:
            ends = clock.local_day(self.now) + timedelta(days=ENDING[number])
        return Certificate(
            county_code=self.county_code, id=uuid7(), person_id=person.id,
            number=f"0703{number:07d}", organ_unit_id=self.organ.id, field=FIELD, area=AREA,
            area_code=self.county_code, valid_from=SINCE, valid_to=ends,
            status=CertificateStatus.VALID,
        )  # fmt: skip

    def write(self) -> None:
        """Write all and the first entries of the histories."""
        for rows in (self.people, self.posts, self.certificates):
            self.session.add_all(rows)
            self.session.flush()
        entered = [history.values(PersonEntry, one, "enter", None, None, person=one.name,
                                  employment=one.employment) for one in self.people]  # fmt: skip
        issued = [history.values(CertificateEntry, one, "issue", None, SINCE, number=one.number,
                                 until=one.valid_to) for one in self.certificates]  # fmt: skip
        bulk.insert_rows(self.session, PersonEntry, entered)
        bulk.insert_rows(self.session, CertificateEntry, issued)


def load(
    session: Session, county_code: str, tree: dict[str, Any], villages: Iterable[Division]
) -> dict[str, list[Post]]:
    """Fill the posts, set-wise; return those of each role.

    Every squad has a leader, two officers with certificates and an assistant; every village one
    auxiliary policeman of its township's police station.
    """
    made = _Staff(session, county_code, tree["bureau"])
    found: dict[str, list[Post]] = {}
    for number, (unit, role, certified) in enumerate(_posts(tree), 1):
        found.setdefault(role, []).append(made.fill(unit, role, number, certified=certified))
    for number, village in enumerate(villages, FIRST_AUXILIARY):
        station = tree["stations"][village.parent_code]
        made.fill(station, Role.AUXILIARY, number, village=village.code)
    made.write()
    _suspend(session, made.certificates[-1], clock.local_day(made.now))
    return found


def _posts(tree: dict[str, Any]) -> Iterable[tuple[Unit, Role, bool]]:
    """Yield unit, role and whether he holds a certificate; the last one's is suspended."""
    for squad in tree["squads"]:
        yield squad, Role.SQUAD_LEADER, True
        yield squad, Role.OFFICER, True
        yield squad, Role.OFFICER, True
        yield squad, Role.ASSISTANT, False
    for brigade in tree["brigades"]:
        yield brigade, Role.BRIGADE_LEADER, True
    for role in (Role.HEAD, Role.LEGAL_REVIEWER, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN,
                 Role.AUDIT_ADMIN):  # fmt: skip
        yield tree["bureau"], role, False
    yield tree["command"], Role.COMMAND_CENTRE, False
    for government in tree["governments"].values():
        yield government, Role.TOWNSHIP_LEADER, False
        yield government, Role.DISPATCHER, False
    yield tree["brigades"][0], Role.OFFICER, True


def _suspend(session: Session, row: Certificate, today: date) -> None:
    row.status, row.status_on = CertificateStatus.SUSPENDED, today - timedelta(days=SUSPENDED_DAYS)
    row.status_reason = "示例：年度考核未完成，暂扣待补考。"
    session.flush()
    history.remember(session, CertificateEntry, row, "suspend", None, on=row.status_on,
                     before=CertificateStatus.VALID, reason=row.status_reason)  # fmt: skip
