"""Tell screens of events, do what falls due, and let incidents come from outside the staff."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

STATES = (
    "received",
    "opened",
    "dispatched",
    "handling",
    "feedback",
    "closed",
    "rejected",
    "to_case",
)
NEW_STATES = (*STATES, "merged", "passed_on", "void")
SOURCES = ("phone_app", "desk", "patrol", "api", "command")
NEW_SOURCES = (*SOURCES, "button", "citizen", "open311", "hotline", "camera", "file")
DUE = ("waiting", "done", "cancelled", "failed")


def moment(name: str, *, null: bool = True, now: bool = False) -> sa.Column:
    default = sa.text("app_now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=null)


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def words(column: str, values: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(map(repr, values))})"


def replace_check(table: str, column: str, values: tuple[str, ...]) -> None:
    name = op.f(f"ck_{table}_{column}")
    op.drop_constraint(name, table)
    op.create_check_constraint(name, table, words(column, values))


def incident_columns() -> list[sa.Column]:
    return [
        sa.Column("urgency", sa.String(), server_default="normal", nullable=False),
        sa.Column("reporter_name_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("reporter_phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("reporter_phone_hash", sa.LargeBinary(), nullable=True),
        sa.Column("point_id", sa.UUID(), nullable=True),
        sa.Column("merged_into_id", sa.UUID(), nullable=True),
        sa.Column("split_from_id", sa.UUID(), nullable=True),
        moment("answered_at"),
        sa.Column("answered_by", sa.UUID(), nullable=True),
        sa.Column("stage_no", sa.Integer(), server_default="0", nullable=False),
        moment("stage_due_at"),
        sa.Column("extension", sa.String(), nullable=True),
        sa.Column("returns", sa.SmallInteger(), server_default="0", nullable=False),
        sa.Column("passed_to", sa.String(), nullable=True),
        sa.Column("satisfaction", sa.SmallInteger(), nullable=True),
        sa.Column("presses", sa.Integer(), server_default="1", nullable=False),
        moment("closed_at"),
    ]


CHECKS = {
    "urgency": words("urgency", ("red", "green", "normal")),
    "extension": words("extension", ("asked", "granted", "refused")),
    "satisfaction": "satisfaction between 1 and 5",
}


def upgrade() -> None:
    op.execute("create sequence event_seq")
    op.create_table(
        "event",
        *key(),
        sa.Column(
            "seq", sa.BigInteger(), server_default=sa.text("nextval('event_seq')"), nullable=False
        ),
        moment("at", null=False, now=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("unit_codes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("area_codes", sa.ARRAY(sa.Text()), server_default="{}", nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=True),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_event")),
        sa.UniqueConstraint("county_code", "seq", name=op.f("uq_event_county_code_seq")),
    )
    op.create_index("ix_event_at", "event", ["county_code", "at"])
    op.create_table(
        "due_step",
        *key(),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        moment("due_at", null=False),
        moment("next_at", null=False),
        sa.Column("state", sa.String(), server_default="waiting", nullable=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        sa.Column("tries", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        moment("ended_at"),
        sa.CheckConstraint(words("state", DUE), name=op.f("ck_due_step_state")),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_due_step")),
    )
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_due_step_next", "due_step", ["next_at", "id"], postgresql_where=waiting)
    op.create_index("ix_due_step_subject", "due_step", ["county_code", "subject_id"])
    op.create_index(
        "uq_due_step_waiting",
        "due_step",
        ["county_code", "task", "subject_id", "rule"],
        unique=True,
        postgresql_where=waiting,
    )
    for column in incident_columns():
        op.add_column("incident", column)
    for name, rule in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_incident_{name}"), "incident", rule)
    for name in ("merged_into_id", "split_from_id"):
        op.create_foreign_key(
            op.f(f"fk_incident_county_code_{name}"),
            "incident",
            "incident",
            ["county_code", name],
            ["county_code", "id"],
        )
    op.create_index(
        "ix_incident_caller",
        "incident",
        ["county_code", "reporter_phone_hash", "received_at"],
        postgresql_where=sa.text("reporter_phone_hash is not null"),
    )
    op.create_index(
        "ix_incident_merged",
        "incident",
        ["county_code", "merged_into_id"],
        postgresql_where=sa.text("merged_into_id is not null"),
    )
    for name in ("reporter_unit_code", "reported_by"):
        op.alter_column("incident", name, nullable=True)
    replace_check("incident", "state", NEW_STATES)
    replace_check("incident", "source", NEW_SOURCES)


def downgrade() -> None:
    replace_check("incident", "source", SOURCES)
    replace_check("incident", "state", STATES)
    for name in ("reported_by", "reporter_unit_code"):
        op.alter_column("incident", name, nullable=False)
    op.drop_index("ix_incident_merged", "incident")
    op.drop_index("ix_incident_caller", "incident")
    for name in ("split_from_id", "merged_into_id"):
        op.drop_constraint(op.f(f"fk_incident_county_code_{name}"), "incident")
    for name in reversed(CHECKS):
        op.drop_constraint(op.f(f"ck_incident_{name}"), "incident")
    for column in reversed(incident_columns()):
        op.drop_column("incident", column.name)
    op.drop_table("due_step")
    op.drop_table("event")
    op.execute("drop sequence event_seq")
