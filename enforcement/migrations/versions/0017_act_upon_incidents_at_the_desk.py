"""Act upon incidents at the desk: on hold, more time, arrival, links between incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BEFORE = (
    "received",
    "opened",
    "dispatched",
    "handling",
    "feedback",
    "closed",
    "rejected",
    "to_case",
    "merged",
    "passed_on",
    "void",
)
OUTSIDE = ("110", "119", "120", "department", "petition", "mediation", "other")


def among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


def states(words: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_incident_state"), "incident")
    op.create_check_constraint(op.f("ck_incident_state"), "incident", among("state", words))


def moment(name: str, *, null: bool = True, default: str | None = None) -> sa.Column:
    server_default = sa.text(default) if default else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, server_default=server_default)


def upgrade() -> None:
    states((*BEFORE, "suspended"))
    op.create_check_constraint(
        op.f("ck_incident_passed_to"), "incident", among("passed_to", OUTSIDE)
    )
    op.add_column("incident", moment("arrived_at"))
    op.add_column("incident", moment("extension_until"))
    op.create_table(
        "incident_link",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("one_id", sa.UUID(), nullable=False),
        sa.Column("other_id", sa.UUID(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        moment("at", null=False, default="app_now()"),
        moment("ended_at"),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_incident_link_order")),
        sa.ForeignKeyConstraint(
            ["county_code", "one_id"],
            ["incident.county_code", "incident.id"],
            name=op.f("fk_incident_link_county_code_one_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "other_id"],
            ["incident.county_code", "incident.id"],
            name=op.f("fk_incident_link_county_code_other_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_incident_link")),
    )
    op.create_index(
        "uq_incident_link_open",
        "incident_link",
        ["county_code", "one_id", "other_id"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("ix_incident_link_other", "incident_link", ["county_code", "other_id"])


def downgrade() -> None:
    op.drop_table("incident_link")
    op.drop_column("incident", "extension_until")
    op.drop_column("incident", "arrived_at")
    op.drop_constraint(op.f("ck_incident_passed_to"), "incident")
    op.execute("update incident set state = 'opened' where state = 'suspended'")
    states(BEFORE)
