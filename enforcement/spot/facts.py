"""From rows to what the gates of a penalty on the spot look at."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from enforcement import clock
from enforcement.case.models import Party
from enforcement.case.standing import age_of
from enforcement.law.gate_facts import CaseFacts, OfficerFacts
from enforcement.law.gates import Gate
from enforcement.law.matters import Matter, matter
from enforcement.law.power import Answer
from enforcement.law.power_terms import ActType
from enforcement.law.spot import SpotFacts, SpotStep, cap_for, spot_gates, steps_from
from enforcement.law.spot_terms import CollectGround, SpotKind, SpotPlea, SpotState
from enforcement.law.terms import PartyKind
from enforcement.people.models import Person
from enforcement.people.queries import certificate_problem, find_organ_named
from enforcement.power import services as power
from enforcement.settings import queries as settings
from enforcement.spot import queries
from enforcement.spot.models import SpotPenalty


def power_of(session: Session, spot: SpotPenalty) -> Answer:
    """Return what the power list says: may the squad punish this matter here, on this day (R1)."""
    return power.may(
        session, spot.county_code, spot.squad_id, ActType.PENALTY, spot.matter_code,
        spot.place_code, clock.local_day(spot.acted_at),
        decided_on=clock.local_day(spot.decided_at),
        item_id=spot.power_item_id, provision_id=spot.provision_id,
    )  # fmt: skip


def matter_of(spot: SpotPenalty, answer: Answer) -> Matter:
    """Return the matter as the version of the power list that applies to it states it."""
    row, version = matter(spot.matter_code), answer.provision
    if version is None:
        return row
    return Matter(
        row.code, row.name, version.violated, version.basis, version.person, version.organisation,
        version.other, row.organ, row.precondition, version.valid_from, version.valid_to,
    )  # fmt: skip


def officers_of(
    session: Session, spot: SpotPenalty, on: date, organ_id: uuid.UUID | None
) -> tuple[OfficerFacts, ...]:
    """Return the two officers with their certificates, of the organ and for the place (R2)."""
    found = []
    for person_id in (spot.officer_a_id, spot.officer_b_id):
        person = session.get_one(Person, (spot.county_code, person_id))
        number, problem = certificate_problem(
            session, spot.county_code, person_id, on, organ_id=organ_id, area_code=spot.place_code
        )
        found.append(OfficerFacts(person.name, number, problem))
    return tuple(found)


def facts_of(
    session: Session, spot: SpotPenalty, today: date, said: Mapping[str, Any]
) -> SpotFacts:
    """Return the facts of a penalty on a day; said -- what the act under way says."""
    answer = power_of(session, spot)
    organ = find_organ_named(session, spot.county_code, answer.in_name_of or "")
    party = session.get_one(Party, (spot.county_code, spot.party_id))
    kind, acted_on = PartyKind(party.kind), clock.local_day(spot.acted_at)
    ground, plea = said.get("ground") or spot.collect_ground, said.get("plea") or spot.plea
    return SpotFacts(
        case=CaseFacts(
            county_code=spot.county_code,
            today=today,
            act_on=acted_on,
            matter=matter_of(spot, answer),
            party=kind,
            officers=officers_of(session, spot, today, organ.id if organ else None),
            power=answer,
            proposed_yuan=spot.fine_yuan or None,
            party_age=age_of(party, acted_on),
            earlier_fine=queries.earlier_fine(session, spot, party),
            payment_due_on=spot.payment_due_on,
            decided_on=clock.local_day(spot.decided_at),
            fine_yuan=spot.fine_yuan,
            paid_yuan=spot.paid_yuan,
            surcharge_yuan=spot.surcharge_yuan,
            surcharge_paid_yuan=spot.surcharge_paid_yuan,
        ),
        kind=SpotKind(spot.kind),
        cap=cap_of(session, spot.county_code, kind, today),
        certain=bool(said.get("certain")),
        told=bool(said.get("told")),
        plea=SpotPlea(plea) if plea else None,
        plea_text=said.get("plea_text"),
        ground=CollectGround(ground) if ground else None,
        ground_reason=said.get("ground_reason"),
        asked=bool(said.get("asked")),
        collected_on=spot.collected_on,
        handed_in=spot.handed_in_on is not None,
        reported=spot.reported_on is not None,
        paused=queries.running_pause(session, spot) is not None,
    )


def cap_of(session: Session, county_code: str, kind: PartyKind, on: date) -> Decimal:
    """Return the highest fine on the spot for a kind of party, as the county reads 罚51."""
    reading = settings.value(session, county_code, "spot_business_as_organisation") == 1
    return cap_for(kind, on, individual_as_organisation=reading)


@dataclass(frozen=True)
class Following:
    """An act that may follow, with its gates as they stand."""

    step: SpotStep
    gates: tuple[Gate, ...]

    @property
    def open(self) -> bool:
        """Tell whether every gate is open."""
        return all(gate.open for gate in self.gates)


def following(session: Session, spot: SpotPenalty, today: date) -> list[Following]:
    """Return what may follow, each act with its gates."""
    steps = steps_from(SpotState(spot.state))
    if not steps:
        return []
    facts = facts_of(session, spot, today, {})
    return [Following(step, spot_gates(step.gates, facts)) for step in steps]
