"""Table: the secret code with which a citizen asks how his report stands."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import ForeignKeyConstraint, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from enforcement.db import Base, CountyRow


class FollowUp(CountyRow, Base):
    """The code of one report: encrypted, so that the same answer can be given again."""

    __tablename__ = "follow_up"
    incident_id: Mapped[uuid.UUID]
    code_encrypted: Mapped[bytes]
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    created_at: Mapped[datetime]
    __table_args__ = (
        UniqueConstraint("county_code", "incident_id"),
        ForeignKeyConstraint(
            ["county_code", "incident_id"], ["incident.county_code", "incident.id"]
        ),
    )
