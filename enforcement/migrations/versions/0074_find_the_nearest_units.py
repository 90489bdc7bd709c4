"""Find the nearest units, and who has a shift now, by indexes."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry

revision = "0074"
down_revision = "0071"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "device_state",
        sa.Column(
            "geom",
            Geometry("POINT", srid=4490, spatial_index=False),
            sa.Computed("ST_SetSRID(ST_MakePoint(lon, lat), 4490)", persisted=True),
            nullable=True,
        ),
    )
    op.create_index("ix_device_state_geom", "device_state", ["geom"], postgresql_using="gist")
    op.create_index("ix_duty_shift_ends", "duty_shift", ["county_code", "ends_at"])


def downgrade() -> None:
    op.drop_index("ix_duty_shift_ends", "duty_shift")
    op.drop_index("ix_device_state_geom", "device_state", postgresql_using="gist")
    op.drop_column("device_state", "geom")
