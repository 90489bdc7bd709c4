"""What a phone keeps of its person: his tasks as they were last, and the outline of his area."""

from __future__ import annotations

from typing import Any

from flask.typing import ResponseReturnValue

from enforcement.actor import Actor
from enforcement.db import transaction
from enforcement.i18n import in_english, label
from enforcement.law import incidents as law
from enforcement.law.terms import IncidentState, Urgency
from enforcement.mobile import tasks
from enforcement.mobile.blueprint import bp
from enforcement.mobile.outline import find_outline
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor
from enforcement.taxonomy import web as taxonomy


@bp.get("/m/keep")
@requires(Permission.INCIDENT_READ)
def keep() -> ResponseReturnValue:
    """Tell the tasks of the signed-in person and the outline of his area, to be kept offline."""
    actor = current_actor()
    with transaction() as session:
        rows = tasks.list_tasks(session, actor)
        outline = find_outline(session, actor)
    answer = {
        "account": str(actor.account_id),
        "tasks": [_shown(actor, row) for row in rows],
        "follow": _follow(actor),
        "outline": outline,
    }
    return answer, 200, {"Cache-Control": "no-store"}


def _shown(actor: Actor, row: tasks.Task) -> dict[str, Any]:
    one, category = row.incident, taxonomy.mine().known[row.incident.category]
    due = one.stage_due_at
    return {
        "id": str(one.id),
        "number": one.number,
        "version": one.version,
        "category": category.en if in_english() else category.zh,
        "icon": category.icon,
        "red": one.urgency == Urgency.RED,
        "state": label(IncidentState(one.state)),
        "words": one.description,
        "where": row.village_name or "",
        "place": one.place or "",
        "due_at": due.isoformat() if due else None,
        "acts": [str(event) for event in tasks.acts_for(actor, one)],
    }


def _follow(actor: Actor) -> dict[str, Any]:
    """Return what each act leads to: the state in words, and the acts that may follow."""
    steps = {step.event: step for step in law.STEPS if step.event in tasks.BUTTONS}
    return {
        str(event): {
            "state": label(step.target),
            "acts": [str(one) for one in tasks.acts_from(actor, step.target)],
        }
        for event, step in steps.items()
        if step.target is not None
    }
