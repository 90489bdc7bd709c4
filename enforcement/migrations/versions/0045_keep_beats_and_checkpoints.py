"""Keep areas, routes and checkpoints that are patrolled."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0040"
branch_labels = None
depends_on = None

WORDS = {
    "kind": "'area', 'route', 'point'",
    "place_kind": "'committee', 'market', 'school', 'hot_spot', 'site', 'other'",
    "per": "'day', 'week', 'month'",
    "source": "'map', 'file', 'hot_spot', 'unvisited'",
    "state": "'active', 'retired'",
}
CHECKS = {
    "times": "times between 0 and 50",
    "hours": "0 <= from_minute and from_minute < to_minute and to_minute <= 1440",
    "radius": "radius_m between 5 and 5000",
    "dwell": "dwell_min between 0 and 600",
    "tag": "(kind = 'point') = (tag is not null)",
    "reach": "(kind = 'point') = (radius_m is not null)",
    "place": "(kind = 'point') = (place_kind is not null)",
}


def upgrade() -> None:
    op.create_table(
        "beat",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place_kind", sa.String(), nullable=True),
        sa.Column("unit_code", sa.Text(collation="C"), nullable=False),
        sa.Column("village_code", sa.Text(collation="C"), nullable=True),
        sa.Column("geom", Geometry("GEOMETRY", 4490, spatial_index=False), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("per", sa.String(), nullable=False),
        sa.Column("from_minute", sa.Integer(), nullable=False),
        sa.Column("to_minute", sa.Integer(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        sa.Column("dwell_min", sa.Integer(), nullable=False),
        sa.Column("tag", sa.String(), nullable=True),
        sa.Column("instructions", sa.String(), nullable=True),
        sa.Column("photo", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("last_visited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *[
            sa.CheckConstraint(f"{column} in ({words})", name=op.f(f"ck_beat_{column}"))
            for column, words in WORDS.items()
        ],
        *[sa.CheckConstraint(rule, name=op.f(f"ck_beat_{name}")) for name, rule in CHECKS.items()],
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_beat")),
        sa.UniqueConstraint("county_code", "tag", name=op.f("uq_beat_county_code_tag")),
    )
    op.create_index("ix_beat_unit", "beat", ["county_code", "unit_code", "id"])
    op.create_index("ix_beat_geom", "beat", ["geom"], postgresql_using="gist")
    op.create_table(
        "beat_entry",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("beat_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "beat_id"],
            ["beat.county_code", "beat.id"],
            name=op.f("fk_beat_entry_county_code_beat_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_beat_entry")),
        sa.UniqueConstraint(
            "county_code", "beat_id", "seq", name=op.f("uq_beat_entry_county_code_beat_id_seq")
        ),
    )
    op.execute(
        "create trigger beat_entry_only_grows before update or delete on beat_entry "
        "for each row execute function refuse_change('beat_entry')"
    )


def downgrade() -> None:
    op.drop_table("beat_entry")
    op.drop_table("beat")
