"""The demonstration county shows one patrol that was walked, at whatever hour it is loaded."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.demo import proofs
from enforcement.overview import patrols
from enforcement.overview.patrols_by import By
from enforcement.proof.result_models import PatrolCoverage, ProofFlag
from tests.asking import actor_of, set_clock
from tests.proof.making import COUNTY


@pytest.mark.parametrize("moment", ["2026-03-12 00:05", "2026-03-12 23:50"])
def test_a_walked_patrol_is_shown_once_and_counted(county: Session, moment: str) -> None:
    set_clock(county, moment)
    assert [proofs.load(county, COUNTY) for _n in range(2)] == [6, 0]
    assert clock.now(county).isoformat()[:10] in ("2026-03-11", "2026-03-12")
    row = county.query(PatrolCoverage).one()
    assert (row.points, row.points_seen, row.area_of) == (5, 4, "beats")
    assert county.query(ProofFlag).count() == 0
    report = patrols.make(county, actor_of(county, "dadui"), By.SQUAD)
    [squad] = [one for one in report.rows if one.points_seen]
    assert (squad.points_seen >= 4, squad.km > 3, squad.road_pct) == (True, True, None)
