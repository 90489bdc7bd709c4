"""Who may be sent: squads that exist on the day, of the leader's own brigade."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.errors import InvalidInputError
from enforcement.incident import services as incidents
from enforcement.patrol import services
from enforcement.patrol.models import Patrol
from enforcement.people.models import Unit
from tests.asking import actor_of, set_clock
from tests.case.making import report_of


@pytest.mark.parametrize(("days", "sent"), [(0, False), (1, True)])
def test_a_squad_that_has_ended_is_not_sent(county: Session, days: int, sent: bool) -> None:
    set_clock(county, "2026-03-02 09:30")
    incident = incidents.report(county, actor_of(county, "fujing"), report_of(county))
    squad = county.get_one(Unit, (incident.county_code, actor_of(county, "zhifa1").unit_id))
    squad.valid_to = clock.today(county) + timedelta(days=days)
    county.flush()
    before = county.query(Patrol).count()

    def send() -> None:
        services.send(
            county, actor_of(county, "juzhang"), incident.id,
            squad_id=squad.id, patrol_on=date(2026, 3, 2),
        )  # fmt: skip

    if sent:
        send()
    else:
        with pytest.raises(InvalidInputError, match="已撤销") as refused, county.begin_nested():
            send()
        assert refused.value.field == "squad_id"
    assert county.query(Patrol).count() == before + sent
