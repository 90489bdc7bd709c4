"""The demonstration county's units, people and who answers for which township."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.demo import DEMO_WORD, USERS
from enforcement.demo.names import name_of
from enforcement.ids import uuid7
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction import services as responsibility
from enforcement.jurisdiction.models import Area, Division
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import Role, UnitKind
from enforcement.people import services
from enforcement.people.models import Organ, Person, Post, Unit

SINCE: Final = date(2024, 1, 1)
CERTIFIED_UNTIL: Final = date(2029, 12, 31)
BRIGADES: Final = (
    "第一执法大队",
    "第二执法大队",
    "第三执法大队",
    "第四执法大队",
    "第五执法大队",
    "第六执法大队",
    "孤家子分局",
)
SQUADS_EACH: Final = 3
SUB_BUREAU_TOWN: Final = "220322103"  # 孤家子镇, where the sub-bureau sits


def load(session: Session, county_code: str) -> dict[str, Any]:
    """Create units, people and responsibilities; return how many."""
    townships = _by_longitude(session, county_code)
    tree = _units(session, county_code, townships)
    _organ(session, county_code, tree["bureau"])
    staff = _staff(session, tree)
    villages = jurisdiction.list_divisions(session, county_code, Level.VILLAGE)
    _auxiliaries(session, county_code, villages, tree)
    _accounts(session, staff, tree, villages)
    return {
        "units": session.query(Unit).filter_by(county_code=county_code).count(),
        "people": session.query(Person).filter_by(county_code=county_code).count(),
    }


def _by_longitude(session: Session, county_code: str) -> list[Division]:
    """Return the townships from west to east, so that a brigade's squads lie side by side."""
    edition = jurisdiction.find_edition(session, county_code, clock.today(session))
    lons = {
        area.code: area.label_lon
        for area in session.query(Area).filter_by(
            county_code=county_code,
            edition_id=edition.id if edition else None,
            level=Level.TOWNSHIP,
        )
    }
    found = jurisdiction.list_divisions(session, county_code, Level.TOWNSHIP)
    return sorted(found, key=lambda division: lons[division.code])


def _units(session: Session, county_code: str, townships: list[Division]) -> dict[str, Any]:
    def add(
        code: str, name: str, kind: UnitKind, parent: Unit | None = None, home: str | None = None
    ) -> Unit:
        return services.add_unit(
            session, county_code, code, name, kind, parent=parent, home_code=home, valid_from=SINCE
        )

    county = add("01", "梨树县", UnitKind.COUNTY)
    bureau = add("01.01", "梨树县综合行政执法局", UnitKind.BUREAU, county)
    tree: dict[str, Any] = {
        "county": county,
        "bureau": bureau,
        "brigades": [],
        "squads": [],
        "command": add("01.02", "梨树县指挥中心", UnitKind.COMMAND_CENTRE, county),
        "police": add("01.03", "梨树县公安局", UnitKind.DEPARTMENT, county),
        "governments": {},
        "stations": {},
    }
    for n, township in enumerate(sorted(townships, key=lambda row: row.code), 1):
        tree["governments"][township.code] = add(
            f"01.{n + 10}",
            f"{township.name}{_office(township)}",
            UnitKind.TOWNSHIP_GOVERNMENT,
            county,
            township.code,
        )
        tree["stations"][township.code] = add(
            f"01.03.{n:02d}",
            f"{_short(township)}派出所",
            UnitKind.POLICE_STATION,
            tree["police"],
            township.code,
        )
    _brigades(session, tree, townships, add)
    return tree


def _office(township: Division) -> str:
    return "办事处" if township.name.endswith("街道") else "人民政府"


def _short(township: Division) -> str:
    return township.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")


def _brigades(session: Session, tree: dict[str, Any], townships: list[Division], add: Any) -> None:
    """Make 7 brigades of 3 squads; 24 townships and streets fall to them from west to east."""
    count = len(BRIGADES) * SQUADS_EACH
    for n, name in enumerate(BRIGADES, 1):
        kind = UnitKind.SUB_BUREAU if name.endswith("分局") else UnitKind.BRIGADE
        brigade = add(f"01.01.{n:02d}", name, kind, tree["bureau"])
        tree["brigades"].append(brigade)
        for m in range(1, SQUADS_EACH + 1):
            squad = add(
                f"{brigade.code}.{m:02d}", f"{name}第{'一二三'[m - 1]}中队", UnitKind.SQUAD, brigade
            )
            tree["squads"].append(squad)
    for n, township in enumerate(townships):
        squad = tree["squads"][n * count // len(townships)]
        responsibility.assign_responsibility(
            session, squad.county_code, squad.id, area_code=township.code, valid_from=SINCE
        )


def _organ(session: Session, county_code: str, bureau: Unit) -> None:
    session.add(
        Organ(
            county_code=county_code,
            id=bureau.id,
            name=bureau.name,
            short="梨综执",
            reconsideration_organ="梨树县人民政府",
            court="梨树县人民法院",
            address="梨树县示例街1号",
            phone="0434-0000000",
            bank="示例银行梨树县支行",
            account="示例账户 0000 1111 2222 3333",
        )
    )
    session.flush()


def _staff(session: Session, tree: dict[str, Any]) -> dict[str, list[Post]]:
    """Fill the posts: every squad has a leader, two officers with certificates, an assistant."""
    made: dict[str, list[Post]] = {}

    def fill(unit: Unit, role: Role, *, certified: bool = False) -> None:
        number = sum(map(len, made.values())) + 1
        person = services.add_person(session, unit.county_code, name_of(number))
        post = services.add_post(session, person, unit, role, valid_from=SINCE)
        if certified:
            services.add_certificate(
                session,
                person,
                tree["bureau"],
                f"0703{number:07d}",
                valid_from=SINCE,
                valid_to=CERTIFIED_UNTIL,
            )
        made.setdefault(role, []).append(post)

    for squad in tree["squads"]:
        fill(squad, Role.SQUAD_LEADER, certified=True)
        fill(squad, Role.OFFICER, certified=True)
        fill(squad, Role.OFFICER, certified=True)
        fill(squad, Role.ASSISTANT)
    for brigade in tree["brigades"]:
        fill(brigade, Role.BRIGADE_LEADER, certified=True)
    for role in (
        Role.HEAD,
        Role.LEGAL_REVIEWER,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDIT_ADMIN,
    ):
        fill(tree["bureau"], role)
    fill(tree["command"], Role.COMMAND_CENTRE)
    for government in tree["governments"].values():
        fill(government, Role.TOWNSHIP_LEADER)
        fill(government, Role.DISPATCHER)
    return made


def _auxiliaries(
    session: Session, county_code: str, villages: list[Division], tree: dict[str, Any]
) -> None:
    """Give every village one auxiliary policeman of its township's police station, set-wise."""
    now = clock.now(session)
    people, posts = [], []
    for n, village in enumerate(villages):
        person_id = uuid7()
        people.append(
            {
                "county_code": county_code,
                "id": person_id,
                "name": name_of(1000 + n),
                "created_at": now,
            }
        )
        posts.append(
            {
                "county_code": county_code,
                "id": uuid7(),
                "person_id": person_id,
                "unit_id": tree["stations"][village.parent_code].id,
                "role": Role.AUXILIARY,
                "village_code": village.code,
                "valid_from": SINCE,
            }
        )
    session.execute(insert(Person), people)
    session.execute(insert(Post), posts)


def _accounts(
    session: Session, staff: dict[str, list[Post]], tree: dict[str, Any], villages: list[Division]
) -> None:
    """Open one account per role, all around one village so that the story can be played."""
    squad = tree["squads"][len(tree["squads"]) // 2]
    brigade = next(one for one in tree["brigades"] if squad.code.startswith(one.code))
    township = responsible_township(session, squad)
    village = next(row for row in villages if row.parent_code == township)
    of_unit = {
        squad.id,
        brigade.id,
        tree["governments"][township].id,
        tree["bureau"].id,
        tree["command"].id,
    }
    taken: set[Any] = set()
    for username, role in USERS:
        if role is Role.AUXILIARY:
            post = (
                session.query(Post)
                .filter_by(county_code=squad.county_code, village_code=village.code, role=role)
                .one()
            )
        else:
            post = next(
                row for row in staff[role] if row.unit_id in of_unit and row.id not in taken
            )
        taken.add(post.id)
        services.create_account(session, post, username, DEMO_WORD)


def responsible_township(session: Session, squad: Unit) -> str:
    """Return the first township that a squad answers for."""
    from enforcement.jurisdiction.models import Responsibility

    code: str = (
        session.query(Responsibility.area_code)
        .filter_by(county_code=squad.county_code, unit_id=squad.id)
        .order_by(Responsibility.area_code)
        .limit(1)
        .scalar()
    )
    return code
