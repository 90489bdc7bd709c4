"""Keep devices, their positions by month, and where each is now."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0050"
down_revision = "0046"
branch_labels = None
depends_on = None

PROTOCOLS = "'osmand', 'owntracks', 'jt808', 'phone', 'gpx'"
REALS = ("accuracy_m", "speed_mps", "course_deg")
MONTHS = [(year, month) for year in (2026, 2027) for month in range(1, 13)]


def _alarms(*kinds: str) -> None:
    """Say which kinds of alarm there are."""
    op.drop_constraint(op.f("ck_alarm_kind"), "alarm")
    allowed = ", ".join(repr(kind) for kind in kinds)
    op.create_check_constraint(op.f("ck_alarm_kind"), "alarm", f"kind in ({allowed})")


def upgrade() -> None:
    _alarms("rule", "calendar", "publication", "positions")
    op.create_table(
        "device",
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("label", sa.String(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("strict", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("key_hash", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_device")),
        sa.CheckConstraint(f"protocol in ({PROTOCOLS})", name=op.f("ck_device_protocol")),
        sa.ForeignKeyConstraint(
            ["county_code", "person_id"],
            ["person.county_code", "person.id"],
            name=op.f("fk_device_county_code_person_id"),
        ),
    )
    op.create_index("ix_device_ident", "device", ["county_code", "ident"])
    op.create_index("ix_device_person", "device", ["county_code", "person_id"])
    op.create_table(
        "device_name",
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("ident", sa.String(), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("protocol", "ident", name=op.f("pk_device_name")),
    )
    op.create_table(
        "fix",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False)
          for name in ("lon", "lat", "raw_lon", "raw_lat")),
        sa.Column("datum", sa.String(), nullable=False),
        *(sa.Column(name, sa.REAL(), nullable=True)
          for name in (*REALS, "altitude_m", "battery_pct")),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("mock", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("alarm", sa.String(), nullable=True),
        sa.Column("marks", postgresql.ARRAY(sa.Text()), nullable=True),
        sa.Column("extra", postgresql.JSONB(), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "device_id", "fixed_at", name=op.f("pk_fix")),
        postgresql_partition_by="RANGE (fixed_at)",
    )  # fmt: skip
    op.create_index("ix_fix_at", "fix", ["fixed_at"], postgresql_using="brin")
    op.execute("CREATE TABLE fix_before PARTITION OF fix FOR VALUES FROM (MINVALUE) TO"
               " ('2026-01-01 00:00+00')")  # fmt: skip
    op.execute("CREATE TABLE fix_far PARTITION OF fix FOR VALUES FROM ('2060-01-01 00:00+00')"
               " TO (MAXVALUE)")  # fmt: skip
    op.execute("CREATE TABLE fix_default PARTITION OF fix DEFAULT")
    for year, month in MONTHS:
        after = f"{year + month // 12}-{month % 12 + 1:02d}-01 00:00+00"
        op.execute(f"CREATE TABLE fix_{year}_{month:02d} PARTITION OF fix FOR VALUES FROM"
                   f" ('{year}-{month:02d}-01 00:00+00') TO ('{after}')")  # fmt: skip
    op.create_table(
        "device_state",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        *(sa.Column(name, sa.REAL(), nullable=True) for name in (*REALS, "battery_pct")),
        sa.Column("mock", sa.Boolean(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.PrimaryKeyConstraint("county_code", "device_id", name=op.f("pk_device_state")),
        sa.ForeignKeyConstraint(
            ["county_code", "device_id"],
            ["device.county_code", "device.id"],
            name=op.f("fk_device_state_county_code_device_id"),
        ),
    )
    op.create_index("ix_device_state_person", "device_state", ["county_code", "person_id"])
    op.create_table(
        "gpx_file",
        sa.Column("device_id", sa.UUID(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("taken_by", sa.UUID(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fixes", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_gpx_file")),
        sa.ForeignKeyConstraint(
            ["county_code", "device_id"],
            ["device.county_code", "device.id"],
            name=op.f("fk_gpx_file_county_code_device_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "taken_by"],
            ["account.county_code", "account.id"],
            name=op.f("fk_gpx_file_county_code_taken_by"),
        ),
    )
    op.create_index("uq_gpx_file", "gpx_file", ["county_code", "device_id", "sha256"], unique=True)


def downgrade() -> None:
    for table in ("gpx_file", "device_state", "fix", "device_name", "device"):
        op.drop_table(table)
    op.execute("delete from alarm where kind = 'positions'")
    _alarms("rule", "calendar", "publication")
