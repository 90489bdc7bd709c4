"""Keep check-ins at checkpoints and the visits that positions show."""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0065"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)


def key() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def other(table: str, column: str, target: str, theirs: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column], [f"{target}.county_code", f"{target}.{theirs}"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )  # fmt: skip


def check_ins() -> None:
    op.create_table(
        "check_in", *key(),
        sa.Column("beat_id", sa.UUID(), nullable=False),
        sa.Column("stop_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("received_at", MOMENT, nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.REAL(), nullable=True),
        sa.Column("distance_m", sa.REAL(), nullable=True),
        sa.Column("within", sa.Boolean(), nullable=True),
        sa.Column("mock", sa.Boolean(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("key", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_check_in")),
        sa.CheckConstraint("way in ('qr', 'nfc', 'photo')", name=op.f("ck_check_in_way")),
        sa.CheckConstraint(
            "num_nonnulls(lon, lat) <> 1", name=op.f("ck_check_in_whole_position")
        ),
        sa.CheckConstraint(
            "num_nonnulls(lon, distance_m, within) in (0, 3)", name=op.f("ck_check_in_distance")
        ),
        sa.CheckConstraint("way <> 'photo' or sha256 is not null", name=op.f("ck_check_in_photo")),
        sa.UniqueConstraint(
            "county_code", "account_id", "key", name=op.f("uq_check_in_county_code_account_id_key")
        ),
        other("check_in", "beat_id", "beat"),
        other("check_in", "stop_id", "patrol_stop"),
        other("check_in", "person_id", "person"),
        other("check_in", "account_id", "account"),
        other("check_in", "sha256", "stored_file", "sha256"),
    )  # fmt: skip
    op.create_index("ix_check_in_person", "check_in", ["county_code", "person_id", "occurred_at"])
    op.create_index("ix_check_in_beat", "check_in", ["county_code", "beat_id", "occurred_at"])
    op.create_index("ix_check_in_stop", "check_in", ["county_code", "stop_id"])


def visits() -> None:
    op.create_table(
        "beat_visit", *key(),
        sa.Column("beat_id", sa.UUID(), nullable=False),
        sa.Column("carrier_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("arrived_at", MOMENT, nullable=False),
        sa.Column("left_at", MOMENT, nullable=False),
        sa.Column("dwell_s", sa.Integer(), nullable=False),
        sa.Column("min_distance_m", sa.REAL(), nullable=True),
        sa.Column("mocked", sa.Boolean(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_beat_visit")),
        sa.CheckConstraint(
            "way in ('geofence', 'qr', 'nfc', 'photo')", name=op.f("ck_beat_visit_way")
        ),
        sa.CheckConstraint(
            "left_at >= arrived_at and dwell_s >= 0", name=op.f("ck_beat_visit_stay")
        ),
        other("beat_visit", "beat_id", "beat"),
    )  # fmt: skip
    columns = ["county_code", "carrier_id", "beat_id", "left_at"]
    op.create_index("ix_beat_visit_carrier", "beat_visit", columns)
    op.create_index("ix_beat_visit_day", "beat_visit", ["county_code", "on_day", "beat_id"])
    op.create_table(
        "proof_look",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("looked_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("county_code", name=op.f("pk_proof_look")),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.county_code"], name=op.f("fk_proof_look_county_code")
        ),
    )


def upgrade() -> None:
    check_ins()
    visits()
    op.create_index(
        "ix_fix_received", "fix", ["received_at"], postgresql_using="brin",
        postgresql_with={"pages_per_range": 32, "autosummarize": True},
    )  # fmt: skip
    op.add_column("patrol_stop", sa.Column("way", sa.String(), nullable=True))
    op.create_check_constraint(
        op.f("ck_patrol_stop_way"), "patrol_stop", "way in ('geofence', 'qr', 'nfc', 'photo')"
    )
    op.alter_column("patrol_entry", "by", nullable=True)
    op.execute(
        "create trigger check_in_never_changes before update on check_in "
        "for each row execute function refuse_change('check_in')"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_patrol_stop_way"), "patrol_stop")
    op.drop_column("patrol_stop", "way")
    op.drop_index("ix_fix_received", table_name="fix")
    for table in ("proof_look", "beat_visit", "check_in"):
        op.drop_table(table)
    for act in ("alter table patrol_entry disable trigger user",
                "delete from patrol_entry where by is null",
                "alter table patrol_entry enable trigger user"):  # fmt: skip
        op.execute(act)
    op.alter_column("patrol_entry", "by", nullable=False)
