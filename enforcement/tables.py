"""All tables in one place, so that metadata is whole wherever it is asked for."""

from enforcement.alarms import Alarm
from enforcement.atlas import models as atlas
from enforcement.audit import AuditLog
from enforcement.briefing import models as briefing
from enforcement.case import models as case
from enforcement.case import money_models as money
from enforcement.citizen import models as citizen
from enforcement.db import Base
from enforcement.delegation import models as delegation
from enforcement.discretion import models as discretion
from enforcement.document import copies as document_copies
from enforcement.document import models as document
from enforcement.dossier import models as dossier
from enforcement.drills import models as drills
from enforcement.due import DueStep
from enforcement.events import Event
from enforcement.evidence import models as evidence
from enforcement.files import StoredFile
from enforcement.glass import models as glass
from enforcement.goods import models as goods
from enforcement.incident import models as incident
from enforcement.indicators import models as indicators
from enforcement.inspection import models as inspection
from enforcement.jurisdiction import models as jurisdiction
from enforcement.jurisdiction import plan_models as duty_plans
from enforcement.ledger import models as ledger
from enforcement.limiting import RateCount
from enforcement.measure import models as measure
from enforcement.notices import Notice
from enforcement.once import AcceptedKey
from enforcement.open311 import models as open311
from enforcement.patrol import beat_models as beats
from enforcement.patrol import models as patrol
from enforcement.patrol import plan_models as patrol_plans
from enforcement.patrol import road_models as roads
from enforcement.people import models as people
from enforcement.points import models as points
from enforcement.positions import models as positions
from enforcement.positions import track_models as tracks
from enforcement.power import models as power
from enforcement.proof import models as proof
from enforcement.proof import result_models as proof_results
from enforcement.publication import models as publication
from enforcement.rehoming import models as rehoming
from enforcement.retention import models as retention
from enforcement.roster import models as roster
from enforcement.rules import models as rules
from enforcement.safety import models as safety
from enforcement.settings import models as settings
from enforcement.spot import models as spot
from enforcement.taxonomy import models as taxonomy
from enforcement.timing import models as timing
from enforcement.trail import models as trail
from enforcement.uploads import Upload
from enforcement.yearly import models as yearly

metadata = Base.metadata

__all__ = [
    "AcceptedKey",
    "Alarm",
    "AuditLog",
    "DueStep",
    "Event",
    "Notice",
    "RateCount",
    "StoredFile",
    "Upload",
    "atlas",
    "beats",
    "briefing",
    "case",
    "citizen",
    "delegation",
    "discretion",
    "document",
    "document_copies",
    "dossier",
    "drills",
    "duty_plans",
    "evidence",
    "glass",
    "goods",
    "incident",
    "indicators",
    "inspection",
    "jurisdiction",
    "ledger",
    "measure",
    "metadata",
    "money",
    "open311",
    "patrol",
    "patrol_plans",
    "people",
    "points",
    "positions",
    "power",
    "proof",
    "proof_results",
    "publication",
    "rehoming",
    "retention",
    "roads",
    "roster",
    "rules",
    "safety",
    "settings",
    "spot",
    "taxonomy",
    "timing",
    "tracks",
    "trail",
    "yearly",
]
