"""The export page of the operations map: what it offers, what it writes, what it refuses."""

from __future__ import annotations

from pathlib import Path

import pyogrio
import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from enforcement.incident import queries as incidents
from enforcement.incident.models import Incident
from tests.asking import Pages, actor_of

FILE = "/map/export/file?collection="


def test_the_page_offers_what_the_person_may_read(page: Pages) -> None:
    html = page("juzhang").get("/map/export?bbox=124,43,125,44").text
    for name in ("jurisdictions", "villages", "incidents", "cases", "patrols"):
        assert f'value="{name}"' in html
    assert 'value="124,43,125,44" checked' in html
    leader = page("xiangzhen").get("/map/export").text
    assert 'value="cases"' not in leader
    assert 'name="bbox"' not in leader


def test_the_file_holds_the_days_and_the_part_of_the_map(
    county: Session, page: Pages, tmp_path: Path
) -> None:
    where = (incidents.visible(actor_of(county, "juzhang")), Incident.point.is_not(None))
    row = county.scalars(select(Incident).where(*where).limit(1)).one()
    box = f"{row.lon - 1e-5},{row.lat - 1e-5},{row.lon + 1e-5},{row.lat + 1e-5}"
    day = county.scalar(
        text("select to_char(received_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') from incident"
             " where id = :id"), {"id": row.id})  # fmt: skip
    browser = page("juzhang")
    asked = f"{FILE}incidents&form=gpkg&bbox={box}&first={day}&last={day}"
    file = tmp_path / "some.gpkg"
    file.write_bytes(browser.get(asked).data)
    numbers = pyogrio.raw.read(file, columns=["number"])[3][0]
    assert row.number in set(numbers)
    all_of_it = pyogrio.read_info(_whole(browser, tmp_path))["features"]
    assert 1 <= len(numbers) < all_of_it


def _whole(browser: object, folder: Path) -> Path:
    file = folder / "all.gpkg"
    file.write_bytes(browser.get(f"{FILE}incidents&form=gpkg").data)  # type: ignore[attr-defined]
    return file


@pytest.mark.parametrize(
    ("asked", "status"),
    [("cases&form=exe", 422), ("cases&form=gpkg&first=x", 422), ("nothing&form=gpkg", 404),
     ("incidents&form=shp-gbk&bbox=1,2", 422)],
)  # fmt: skip
def test_what_cannot_be_written_is_refused(page: Pages, asked: str, status: int) -> None:
    assert page("juzhang").get(FILE + asked).status_code == status
