"""Which function does what falls due; slices name their tasks here, imported when first needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from enforcement.due import DueStep

Handler = Callable[[Session, DueStep], None]

HANDLERS: Final = {
    "incident:escalate": "enforcement.incident.escalation:fire",
    "briefing:weekly": "enforcement.briefing.weekly:work",
    "briefing:mail": "enforcement.briefing.weekly:mail",
    "map:fold": "enforcement.atlas.folding:work",
    "indicators:count": "enforcement.indicators.services:work",
    "patrol:plan": "enforcement.patrol.runs:work",
    "patrol:roads": "enforcement.patrol.road_times:work",
    "patrol:watch": "enforcement.followup.services:watch",
    "points:silent": "enforcement.points.silence:look",
    "dossier:print": "enforcement.dossier.batch:work",
    "proof:look": "enforcement.proof.watching:work",
    "proof:doubt": "enforcement.proof.watching:doubt",
    "search:backfill": "enforcement.incident.backfill:fill",
    "positions:track": "enforcement.positions.tracking:work",
    "positions:keep": "enforcement.positions.keeping:work",
    "positions:sos": "enforcement.positions.calling:call",
    "safety:posts": "enforcement.safety.posts:work",
    "safety:alone": "enforcement.safety.ringing:work",
    "measure:limit": "enforcement.measure.watching:act",
    "spot:remind": "enforcement.spot.reminders:remind",
    "ledger:remind": "enforcement.ledger.reminders:remind",
    "ledger:watch": "enforcement.ledger.watching:look",
    "publication:watch": "enforcement.publication.watching:watch",
    "rules:watch": "enforcement.rules.watching:look",
    "timing:remind": "enforcement.timing.reminders:remind",
    "backup:watch": "enforcement.backup.watching:work",
    "audit:checkpoint": "enforcement.trail.checkpoints:work",
    "retention:run": "enforcement.retention.services:work",
    "glass:end": "enforcement.glass.services:lapse",
    "yearly:remind": "enforcement.yearly.reminding:work",
    "timing:recount": "enforcement.todo.recounting:after_import",
    "timing:watch": "enforcement.case.watching:watch",
    "drills:close": "enforcement.drills.services:close",
    "drills:monthly": "enforcement.drills.monthly:run",
    "events:prune": "enforcement.worker.housekeeping:prune_events",
    "uploads:prune": "enforcement.worker.housekeeping:prune_uploads",
}
"""Task -> module:function(session, step); it acts within the transaction it is given."""


def handler(task: str) -> Handler:
    """Return the function of a task; raises KeyError for an unknown one."""
    module, _colon, name = HANDLERS[task].partition(":")
    found: Handler = getattr(importlib.import_module(module), name)
    return found
