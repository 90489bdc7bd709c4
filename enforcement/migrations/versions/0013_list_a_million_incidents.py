"""Index incidents so that every list gives its newest rows in order."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

OLD = {
    "township": "township_code",
    "responsible": "responsible_unit_code",
    "handler": "handler_unit_code",
    "reporter": "reported_by",
}
NEW = OLD | {"village": "village_code", "reporter_unit": "reporter_unit_code"}
OPEN = "state in ('received', 'opened', 'dispatched', 'handling', 'feedback')"


def upgrade() -> None:
    for name in OLD:
        op.drop_index(f"ix_incident_{name}", "incident")
    for name, column in NEW.items():
        op.create_index(
            f"ix_incident_{name}", "incident", ["county_code", column, "received_at", "id"]
        )
    op.create_index(
        "ix_incident_open",
        "incident",
        ["county_code", "township_code", "received_at", "id"],
        postgresql_where=sa.text(OPEN),
        postgresql_include=["lon", "lat", "state", "urgency", "responsible_unit_code"],
    )


def downgrade() -> None:
    op.drop_index("ix_incident_open", "incident")
    for name in NEW:
        op.drop_index(f"ix_incident_{name}", "incident")
    for name, column in OLD.items():
        op.create_index(f"ix_incident_{name}", "incident", ["county_code", column, "received_at"])
