"""Keep alarms of stops, what patrols covered, and what a person has to judge."""

import sqlalchemy as sa
from alembic import op
from geoalchemy2 import Geometry
from sqlalchemy.dialects import postgresql

revision = "0071"
down_revision = "0070"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)
CODE = sa.Text(collation="C")


def key() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def other(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column], [f"{target}.county_code", f"{target}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )  # fmt: skip


def alarms() -> None:
    op.create_table(
        "stop_alarm", *key(),
        sa.Column("stop_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_stop_alarm")),
        sa.CheckConstraint("kind in ('late', 'missed')", name=op.f("ck_stop_alarm_kind")),
        sa.UniqueConstraint(
            "county_code", "stop_id", "kind", name=op.f("uq_stop_alarm_county_code_stop_id_kind")
        ),
        other("stop_alarm", "stop_id", "patrol_stop"),
    )  # fmt: skip


def coverage() -> None:
    op.create_table(
        "patrol_coverage", *key(),
        sa.Column("patrol_id", sa.UUID(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("since", MOMENT, nullable=False),
        sa.Column("until", MOMENT, nullable=False),
        sa.Column("crew", postgresql.ARRAY(sa.UUID()), nullable=False),
        sa.Column("fixes", sa.Integer(), nullable=False),
        sa.Column("km", sa.REAL(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column(
            "geom", Geometry("MULTILINESTRING", srid=4490, spatial_index=False), nullable=True
        ),
        sa.Column("area_of", sa.String(), nullable=True),
        *(sa.Column(name, sa.Float(), nullable=True)
          for name in ("area_m2", "area_seen_m2", "road_m", "road_seen_m")),
        *(sa.Column(name, sa.Integer(), nullable=False)
          for name in ("points", "points_seen", "villages", "villages_seen")),
        sa.Column("cells", postgresql.JSONB(), nullable=False),
        sa.Column("params", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_patrol_coverage")),
        sa.UniqueConstraint(
            "county_code", "patrol_id", name=op.f("uq_patrol_coverage_county_code_patrol_id")
        ),
        sa.CheckConstraint("area_of in ('beats', 'unit')", name=op.f("ck_patrol_coverage_area_of")),
        other("patrol_coverage", "patrol_id", "patrol"),
    )  # fmt: skip


def flags() -> None:
    op.create_table(
        "proof_flag", *key(),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("unit_code", CODE, nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("figures", postgresql.JSONB(), nullable=False),
        sa.Column("found_at", MOMENT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_proof_flag")),
        sa.CheckConstraint(
            "kind in ('mock', 'jump', 'still', 'shared', 'far')", name=op.f("ck_proof_flag_kind")
        ),
        sa.CheckConstraint(
            "state in ('open', 'explained', 'confirmed')", name=op.f("ck_proof_flag_state")
        ),
        sa.UniqueConstraint(
            "county_code", "on_day", "kind", "carrier_id", "subject_id",
            name=op.f("uq_proof_flag_county_code_on_day_kind_carrier_id_subject_id"),
        ),
        other("proof_flag", "person_id", "person"),
    )  # fmt: skip
    op.create_index("ix_proof_flag_unit", "proof_flag", ["county_code", "unit_code", "on_day"])
    op.create_table(
        "proof_flag_entry", *key(),
        sa.Column("flag_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_proof_flag_entry")),
        sa.UniqueConstraint(
            "county_code", "flag_id", "seq",
            name=op.f("uq_proof_flag_entry_county_code_flag_id_seq"),
        ),
        other("proof_flag_entry", "flag_id", "proof_flag"),
    )  # fmt: skip
    op.execute(
        "create trigger proof_flag_entry_only_grows before update or delete on proof_flag_entry "
        "for each row execute function refuse_change('proof_flag_entry')"
    )


def upgrade() -> None:
    alarms()
    coverage()
    flags()


def downgrade() -> None:
    for table in ("proof_flag_entry", "proof_flag", "patrol_coverage", "stop_alarm"):
        op.drop_table(table)
