"""Make tracks of days, the villages and cells that somebody was in."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "track",
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("unit_code", sa.Text(collation="C"), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column(
            "geom",
            Geometry("MULTILINESTRING", srid=4490, spatial_index=False),
            nullable=True,
        ),
        sa.Column("km", sa.REAL(), nullable=False),
        sa.Column("minutes", sa.REAL(), nullable=False),
        sa.Column("fixes", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Integer(), nullable=False),
        sa.Column("mocked", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stops", postgresql.JSONB(), nullable=False),
        sa.Column("area_pct", sa.REAL(), nullable=True),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_track")),
        sa.UniqueConstraint(
            "county_code", "on_day", "carrier_id",
            name=op.f("uq_track_county_code_on_day_carrier_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "person_id"],
            ["person.county_code", "person.id"],
            name=op.f("fk_track_county_code_person_id"),
        ),
    )  # fmt: skip
    op.create_index("ix_track_unit", "track", ["county_code", "unit_code", "on_day"])
    op.create_index("ix_track_geom", "track", ["geom"], postgresql_using="gist")
    op.create_table(
        "track_village",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("track_id", sa.UUID(), nullable=False),
        sa.Column("village_code", sa.Text(collation="C"), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "county_code", "track_id", "village_code", name=op.f("pk_track_village")
        ),
        _track("track_village"),
    )
    op.create_index(
        "ix_track_village_code", "track_village", ["county_code", "village_code", "last_at"]
    )
    op.create_table(
        "presence_cell",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("track_id", sa.UUID(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "track_id", "x", "y", name=op.f("pk_presence_cell")),
        _track("presence_cell"),
    )


def _track(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", "track_id"],
        ["track.county_code", "track.id"],
        name=op.f(f"fk_{table}_county_code_track_id"),
    )


def downgrade() -> None:
    for table in ("presence_cell", "track_village", "track"):
        op.drop_table(table)
