"""Raise alarms that stay until they are mended; name the agent of an ask."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("ask", sa.Column("agent_id", sa.UUID(), nullable=True))
    op.create_foreign_key(
        op.f("fk_ask_county_code_agent_id"),
        "ask",
        "person",
        ["county_code", "agent_id"],
        ["county_code", "id"],
    )
    op.create_index("ix_ask_village", "ask", ["county_code", "village_code", "received_at", "id"])
    op.create_index("ix_ask_agent", "ask", ["county_code", "agent_id", "received_at", "id"])
    op.create_table(
        "alarm",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("why", postgresql.JSONB(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.UUID(), nullable=True),
        sa.Column("closed_by_name", sa.String(), nullable=True),
        sa.Column("note", sa.String(), nullable=True),
        sa.CheckConstraint("kind in ('rule', 'calendar')", name=op.f("ck_alarm_kind")),
        sa.CheckConstraint(
            "closed_at is not null or num_nonnulls(closed_by, closed_by_name, note) = 0",
            name=op.f("ck_alarm_closed"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code"], ["county.county_code"], name=op.f("fk_alarm_county_code")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "closed_by"],
            ["account.county_code", "account.id"],
            name=op.f("fk_alarm_county_code_closed_by"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_alarm")),
    )
    op.create_index("ix_alarm_raised", "alarm", ["county_code", "raised_at", "id"])
    op.create_index(
        "uq_alarm_open",
        "alarm",
        ["county_code", "kind", "subject_id"],
        unique=True,
        postgresql_where=sa.text("closed_at is null"),
    )


def downgrade() -> None:
    op.drop_table("alarm")
    op.drop_index("ix_ask_agent", "ask")
    op.drop_index("ix_ask_village", "ask")
    op.drop_constraint(op.f("fk_ask_county_code_agent_id"), "ask", type_="foreignkey")
    op.drop_column("ask", "agent_id")
