"""My tasks: what waits for the unit, acts with the moment they were done, both versions told."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement.demo.photo import draw_photo
from enforcement.incident import queries
from enforcement.incident.models import Incident, IncidentEntry
from tests.asking import Pages
from tests.case.making import reported
from tests.mobile.test_sending import name_of, piece


def act(incident: Incident, event: str, **change: Any) -> dict[str, Any]:
    plain = {"key": str(uuid.uuid4()), "incident_id": str(incident.id), "event": event}
    when = {"version": incident.version, "occurred_at": "2026-03-02T09:40:00+08:00"}
    return plain | when | change


def last_entry(county: Session, incident: Incident) -> IncidentEntry:
    county.refresh(incident)
    query = select(IncidentEntry).where(
        IncidentEntry.county_code == incident.county_code,
        IncidentEntry.incident_id == incident.id,
        IncidentEntry.seq == incident.version,
    )
    return county.scalars(query).one()


def test_what_was_sent_to_the_squad_waits_for_its_officers(county: Session, page: Pages) -> None:
    incident = reported(county)
    shown = page("zhifa1").get("/m/tasks").text
    assert incident.description in shown
    assert str(incident.id) in shown
    assert "待办事件" in page("fujing").get("/m/tasks").text
    assert str(incident.id) not in page("fujing").get("/m/tasks").text
    assert "接单" in page("zhifa1").get(f"/m/tasks/{incident.id}").text
    assert "接单" not in page("fujing").get(f"/m/tasks/{incident.id}").text


def test_an_act_of_the_queue_is_done_once_and_keeps_its_moment(
    county: Session, page: Pages
) -> None:
    incident, browser = reported(county), page("zhifa1")
    body = act(incident, "accept")
    for _twice in range(2):
        assert browser.post("/m/send/act", json=body).status_code == 201
    entry = last_entry(county, incident)
    assert (incident.state, entry.event) == ("handling", "accept")
    assert entry.detail["said_at"] == "2026-03-02T09:40:00+08:00"
    assert "手机记录时间 2026-03-02 09:40" in " ".join(
        browser.get(f"/incidents/{incident.id}").text.split()
    )


def test_a_result_comes_with_words_and_photos(county: Session, page: Pages) -> None:
    incident, browser, data = reported(county), page("zhifa1"), draw_photo(41)
    assert browser.post("/m/send/act", json=act(incident, "accept")).status_code == 201
    county.refresh(incident)
    assert piece(browser, data, 0, len(data)).status_code == 204
    wordless = browser.post("/m/send/act", json=act(incident, "report_result"))
    assert (wordless.status_code, incident.state) == (422, "handling")
    lacking = act(incident, "report_result", note="已清理。", photos=["0" * 64])
    assert browser.post("/m/send/act", json=lacking).status_code == 422
    county.refresh(incident)
    assert incident.state == "handling"
    done = act(incident, "report_result", note="已清理。", photos=[name_of(data)])
    assert browser.post("/m/send/act", json=done).status_code == 201
    county.refresh(incident)
    kept = queries.photos(county, incident.county_code, incident.id)
    assert [(row.sha256.hex(), row.of_result) for row in kept] == [(name_of(data), True)]
    assert incident.state == "feedback"


def test_a_stale_act_is_refused_and_tells_both_versions(county: Session, page: Pages) -> None:
    incident = reported(county)
    old = act(incident, "accept")
    assert page("zhifa2").post("/m/send/act", json=act(incident, "accept")).status_code == 201
    county.refresh(incident)
    before = incident.version
    answer = page("zhifa1").post("/m/send/act", json=old)
    assert answer.status_code == 409
    told = answer.get_json()
    assert told["your_version"] == old["version"]
    assert told["current"] == {"version": before, "state": "handling"}
    county.refresh(incident)
    assert incident.version == before


@pytest.mark.parametrize(
    ("change", "status"),
    [({"event": "pass_check"}, 422), ({"event": "reject"}, 422), ({"version": None}, 422),
     ({"incident_id": str(uuid.uuid4())}, 404), ({"occurred_at": "2026"}, 422)],
)  # fmt: skip
def test_an_act_that_cannot_be_changes_nothing(
    county: Session, page: Pages, change: dict[str, Any], status: int
) -> None:
    incident = reported(county)
    before = incident.version
    answer = page("zhifa1").post("/m/send/act", json=act(incident, "accept") | change)
    assert answer.status_code == status, answer.text
    county.refresh(incident)
    assert incident.version == before


def test_who_may_not_handle_is_refused(county: Session, page: Pages) -> None:
    incident = reported(county)
    answer = page("fujing").post("/m/send/act", json=act(incident, "accept"))
    assert answer.status_code == 403
    county.refresh(incident)
    assert incident.state == "dispatched"


def test_the_plain_form_acts_too_and_keeps_the_words_of_a_refusal(
    county: Session, page: Pages
) -> None:
    incident, browser = reported(county), page("zhifa1")
    path = f"/m/tasks/{incident.id}"
    version = str(incident.version)
    said = {"version": version, "key": "a"}
    assert browser.post(path, data=said | {"event": "accept"}).status_code == 302
    stale = browser.post(path, data={"version": version, "key": "b", "note": "已到",
                                     "event": "report_result"})  # fmt: skip
    assert stale.status_code == 409
    assert "已到" in stale.text
    assert browser.post(path, data={"event": "x"}).status_code == 404
