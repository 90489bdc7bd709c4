"""Keep the roads of a county between their junctions, and where places lie on them."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0056"
down_revision = "0051"
branch_labels = None
depends_on = None

KINDS = (
    "motorway", "trunk", "primary", "secondary", "tertiary", "village", "street", "track", "other",
)  # fmt: skip


def key() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def files() -> None:
    op.create_table(
        "road_file", *key(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("driver", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("roads", sa.Integer(), nullable=False),
        sa.Column("edges", sa.Integer(), nullable=False),
        sa.Column("nodes", sa.Integer(), nullable=False),
        sa.Column("km", sa.REAL(), nullable=False),
        sa.Column("pieces", sa.Integer(), nullable=False),
        sa.Column("main_pct", sa.REAL(), nullable=False),
        sa.Column("skipped", postgresql.JSONB(), nullable=False),
        sa.Column("taken_by", sa.UUID(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("off_road", sa.Integer(), nullable=True),
        sa.Column("unreached", sa.Integer(), nullable=True),
        sa.Column("times_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_road_file")),
        sa.ForeignKeyConstraint(
            ["county_code", "taken_by"], ["account.county_code", "account.id"],
            name=op.f("fk_road_file_county_code_taken_by"),
        ),
    )  # fmt: skip
    op.create_index(
        "uq_road_file_in_use", "road_file", ["county_code"], unique=True,
        postgresql_where=sa.text("replaced_at is null"),
    )  # fmt: skip


def roads() -> None:
    kinds = ", ".join(f"'{one}'" for one in KINDS)
    op.create_table(
        "road", *key(),
        sa.Column("file_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("geom", Geometry("LINESTRING", srid=4490, spatial_index=False), nullable=False),
        sa.Column("length_m", sa.REAL(), nullable=False),
        sa.Column("forward_s", sa.REAL(), nullable=True),
        sa.Column("backward_s", sa.REAL(), nullable=True),
        sa.Column("from_node", sa.Integer(), nullable=False),
        sa.Column("to_node", sa.Integer(), nullable=False),
        sa.Column("piece", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_road")),
        sa.CheckConstraint(f"kind in ({kinds})", name=op.f("ck_road_kind")),
        sa.CheckConstraint(
            "length_m >= 0 and forward_s >= 0 and backward_s >= 0", name=op.f("ck_road_measures")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "file_id"], ["road_file.county_code", "road_file.id"],
            name=op.f("fk_road_county_code_file_id"),
        ),
    )  # fmt: skip
    op.create_index("ix_road_geom", "road", ["geom"], postgresql_using="gist")


def places() -> None:
    op.create_table(
        "road_place", *key(),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("off_m", sa.REAL(), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_road_place")),
        sa.UniqueConstraint(
            "county_code", "place", name=op.f("uq_road_place_county_code_place")
        ),
        sa.CheckConstraint("off_m >= 0", name=op.f("ck_road_place_off")),
    )  # fmt: skip


def upgrade() -> None:
    files()
    roads()
    places()


def downgrade() -> None:
    for table in ("road_place", "road", "road_file"):
        op.drop_table(table)
