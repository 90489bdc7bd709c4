"""Take reports from citizens and other systems, place village points, drill who is reached."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def moment(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def county() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    )


def upgrade() -> None:
    op.create_table(
        "rate_count",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("who", sa.LargeBinary(32), nullable=False),
        moment("began_at", null=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "county_code", "what", "who", "began_at", name=op.f("pk_rate_count")
        ),
    )
    _open311()
    _follow_up()
    _points()
    _drills()


def _open311() -> None:
    op.create_table(
        "open311_client",
        *county(),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        sa.Column("sees_description", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("rate_per_minute", sa.Integer(), nullable=False),
        moment("created_at", null=False),
        moment("ended_at"),
        sa.CheckConstraint(
            "rate_per_minute between 1 and 10000", name=op.f("ck_open311_client_rate_per_minute")
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_open311_client")),
    )
    op.create_index(
        "uq_open311_client_name",
        "open311_client",
        ["county_code", "name"],
        unique=True,
        postgresql_where=sa.text("active"),
    )
    op.create_index("ix_open311_client_key", "open311_client", ["key_hash"], unique=True)
    op.create_table(
        "open311_request",
        *county(),
        sa.Column("client_id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("device_id", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_code", "client_id"],
            ["open311_client.county_code", "open311_client.id"],
            name=op.f("fk_open311_request_county_code_client_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "incident_id"],
            ["incident.county_code", "incident.id"],
            name=op.f("fk_open311_request_county_code_incident_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_open311_request")),
        sa.UniqueConstraint(
            "county_code", "incident_id", name=op.f("uq_open311_request_county_code_incident_id")
        ),
    )


def _follow_up() -> None:
    op.create_table(
        "follow_up",
        *county(),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("code_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        moment("created_at", null=False),
        sa.ForeignKeyConstraint(
            ["county_code", "incident_id"],
            ["incident.county_code", "incident.id"],
            name=op.f("fk_follow_up_county_code_incident_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint(
            "county_code", "incident_id", name=op.f("uq_follow_up_county_code_incident_id")
        ),
    )


def _points() -> None:
    op.add_column("village_point", sa.Column("lon", sa.Double(), nullable=True))
    op.add_column("village_point", sa.Column("lat", sa.Double(), nullable=True))
    op.add_column("village_point", sa.Column("owner", sa.String(), nullable=True))
    op.add_column("village_point", moment("test_asked_at"))
    op.create_check_constraint(
        op.f("ck_village_point_whole_position"), "village_point", "num_nonnulls(lon, lat) <> 1"
    )


def _drills() -> None:
    op.create_table(
        "drill",
        *county(),
        moment("started_at", null=False),
        moment("due_at", null=False),
        moment("ended_at"),
        sa.Column("started_by", sa.UUID(), nullable=True),
        sa.Column("started_by_name", sa.String(), nullable=False),
        sa.Column("retest_of", sa.UUID(), nullable=True),
        sa.ForeignKeyConstraint(
            ["county_code", "retest_of"],
            ["drill.county_code", "drill.id"],
            name=op.f("fk_drill_county_code_retest_of"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_drill")),
    )
    op.create_index("ix_drill_started", "drill", ["county_code", "started_at", "id"])
    op.create_index(
        "uq_drill_running",
        "drill",
        ["county_code"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "drill_target",
        *county(),
        sa.Column("drill_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("point_id", sa.UUID(), nullable=True),
        sa.Column("person_id", sa.UUID(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("township_code", sa.Text(collation="C"), nullable=True),
        sa.Column("township_name", sa.String(), nullable=True),
        moment("reached_at"),
        sa.CheckConstraint("kind in ('point', 'phone')", name=op.f("ck_drill_target_kind")),
        sa.CheckConstraint(
            "num_nonnulls(point_id, person_id) = 1", name=op.f("ck_drill_target_one_target")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "drill_id"],
            ["drill.county_code", "drill.id"],
            name=op.f("fk_drill_target_county_code_drill_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "point_id"],
            ["village_point.county_code", "village_point.id"],
            name=op.f("fk_drill_target_county_code_point_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "person_id"],
            ["person.county_code", "person.id"],
            name=op.f("fk_drill_target_county_code_person_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_drill_target")),
        sa.UniqueConstraint(
            "county_code",
            "drill_id",
            "point_id",
            name=op.f("uq_drill_target_county_code_drill_id_point_id"),
        ),
        sa.UniqueConstraint(
            "county_code",
            "drill_id",
            "person_id",
            name=op.f("uq_drill_target_county_code_drill_id_person_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("drill_target")
    op.drop_table("drill")
    op.drop_constraint(op.f("ck_village_point_whole_position"), "village_point")
    for name in ("test_asked_at", "owner", "lat", "lon"):
        op.drop_column("village_point", name)
    op.drop_table("follow_up")
    op.drop_table("open311_request")
    op.drop_table("open311_client")
    op.drop_table("rate_count")
