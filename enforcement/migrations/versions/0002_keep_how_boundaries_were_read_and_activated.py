"""Keep how a file of boundaries was read, and who put its edition in force and when."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "edition",
        sa.Column(
            "origin",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'{}'"),
            nullable=False,
        ),
    )
    op.add_column("edition", sa.Column("activated_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("edition", sa.Column("activated_by", sa.String(), nullable=True))
    op.create_geospatial_index(
        "ix_area_village_geom",
        "area",
        ["geom"],
        postgresql_using="gist",
        postgresql_ops={},
        postgresql_where=sa.text("level = 'village'"),
    )


def downgrade() -> None:
    op.drop_geospatial_index(
        "ix_area_village_geom", table_name="area", postgresql_using="gist", column_name="geom"
    )
    op.drop_column("edition", "activated_by")
    op.drop_column("edition", "activated_at")
    op.drop_column("edition", "origin")
