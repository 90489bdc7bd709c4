"""The demonstration county's units, people and who answers for which township."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from enforcement import bulk, clock
from enforcement.demo import DEMO_WORD, USERS, staff
from enforcement.demo.staff import SINCE
from enforcement.demo.townships import parts
from enforcement.ids import uuid7
from enforcement.jurisdiction import queries as jurisdiction
from enforcement.jurisdiction import services as responsibility
from enforcement.jurisdiction.models import Area, Division
from enforcement.jurisdiction.terms import Level
from enforcement.law.terms import Role, UnitKind
from enforcement.people import history, services
from enforcement.people.models import Organ, Person, Post, Unit, UnitEntry
from enforcement.settings.models import SettingEntry

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
EASY: Final = ("second_factor", "password_days")
SUB_BUREAU_TOWN: Final = "220322103"  # 孤家子镇, where the sub-bureau sits


def load(session: Session, county_code: str) -> dict[str, Any]:
    """Create units, people and responsibilities; return how many."""
    townships = _by_longitude(session, county_code)
    villages = jurisdiction.list_divisions(session, county_code, Level.VILLAGE)
    tree = _units(session, county_code, townships, villages)
    _organ(session, county_code, tree["bureau"])
    _duties(session, tree, townships)
    posts = staff.load(session, county_code, tree, villages)
    _accounts(session, posts, tree, villages)
    _easy_to_try(session, county_code)
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


class _Units:
    """Collects units, to be written at once; each stands below one that was added before."""

    def __init__(self, county_code: str) -> None:
        self.county_code = county_code
        self.by_code: dict[str, Unit] = {}

    def add(
        self, code: str, name: str, kind: UnitKind, parent: Unit | None = None,
        home: str | None = None,
    ) -> Unit:  # fmt: skip
        """Add a unit."""
        unit = Unit(
            county_code=self.county_code, id=uuid7(), code=code, name=name, kind=kind,
            parent_id=parent.id if parent else None, home_code=home, valid_from=SINCE,
        )  # fmt: skip
        self.by_code[code] = unit
        return unit

    def write(self, session: Session) -> None:
        """Write the units and the first entry of their histories."""
        units = list(self.by_code.values())
        session.add_all(units)
        session.flush()
        opened = [history.values(UnitEntry, one, "open", None, SINCE, name=one.name)
                  for one in units]  # fmt: skip
        bulk.insert_rows(session, UnitEntry, opened)


def _units(
    session: Session, county_code: str, townships: list[Division], villages: list[Division]
) -> dict[str, Any]:
    made = _Units(county_code)
    county = made.add("01", "梨树县", UnitKind.COUNTY)
    bureau = made.add("01.01", "梨树县综合行政执法局", UnitKind.BUREAU, county)
    tree: dict[str, Any] = {
        "county": county,
        "bureau": bureau,
        "brigades": [],
        "squads": [],
        "command": made.add("01.02", "梨树县指挥中心", UnitKind.COMMAND_CENTRE, county),
        "police": made.add("01.03", "梨树县公安局", UnitKind.DEPARTMENT, county),
        "governments": {},
        "stations": {},
    }
    for n, township in enumerate(sorted(townships, key=lambda row: row.code), 1):
        government = made.add(
            f"01.{n + 10}", f"{township.name}{_office(township)}",
            UnitKind.TOWNSHIP_GOVERNMENT, county, township.code,
        )  # fmt: skip
        tree["governments"][township.code] = government
        tree["stations"][township.code] = made.add(
            f"01.03.{n:02d}", f"{_short(township)}派出所",
            UnitKind.POLICE_STATION, tree["police"], township.code,
        )  # fmt: skip
        own = [village for village in villages if village.parent_code == township.code]
        for code, name, kind, above, home in parts(government, own):
            made.add(code, name, kind, made.by_code[above], home)
    _brigades(tree, made)
    made.write(session)
    return tree


def _office(township: Division) -> str:
    return "办事处" if township.name.endswith("街道") else "人民政府"


def _short(township: Division) -> str:
    return township.name.removesuffix("街道").removesuffix("镇").removesuffix("乡")


def _brigades(tree: dict[str, Any], made: _Units) -> None:
    """Make 7 brigades of 3 squads."""
    for n, name in enumerate(BRIGADES, 1):
        kind = UnitKind.SUB_BUREAU if name.endswith("分局") else UnitKind.BRIGADE
        brigade = made.add(f"01.01.{n:02d}", name, kind, tree["bureau"])
        tree["brigades"].append(brigade)
        for m in range(1, SQUADS_EACH + 1):
            code, squad = f"{brigade.code}.{m:02d}", f"{name}第{'一二三'[m - 1]}中队"
            tree["squads"].append(made.add(code, squad, UnitKind.SQUAD, brigade))


def _duties(session: Session, tree: dict[str, Any], townships: list[Division]) -> None:
    """Let 24 townships and streets fall to the squads from west to east."""
    count = len(BRIGADES) * SQUADS_EACH
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


def _easy_to_try(session: Session, county_code: str) -> None:
    """Let everybody of the demonstration in by a password alone, which does not end."""
    for key in EASY:
        session.add(
            SettingEntry(
                county_code=county_code,
                id=uuid7(),
                key=key,
                value=0,
                reason="演示县的账号供人试用",
                by_name="演示",
            )
        )


def _accounts(
    session: Session, posts: dict[str, list[Post]], tree: dict[str, Any], villages: list[Division]
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
    hashed = services.hasher.hash(DEMO_WORD)  # one for all: hashing is slow on purpose
    for username, role in USERS:
        if role is Role.AUXILIARY:
            post = (
                session.query(Post)
                .filter_by(county_code=squad.county_code, village_code=village.code, role=role)
                .one()
            )
        else:
            post = next(
                row for row in posts[role] if row.unit_id in of_unit and row.id not in taken
            )
        taken.add(post.id)
        services.create_account(session, post, username, DEMO_WORD, hashed=hashed)


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
