"""Search incidents by pairs of characters and of pinyin initials."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BACKFILL = """
insert into due_step (county_code, id, task, subject_id, rule, due_at, next_at, data)
select county_code, gen_random_uuid(), 'search:backfill', gen_random_uuid(), 'first', app_now(),
  app_now(), '{}' from county
"""


def upgrade() -> None:
    op.create_table(
        "incident_text",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("initials", sa.String(), nullable=False),
        sa.Column("grams", sa.ARRAY(sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "incident_id"],
            ["incident.county_code", "incident.id"],
            name=op.f("fk_incident_text_county_code_incident_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "incident_id", name=op.f("pk_incident_text")),
    )
    op.create_index("ix_incident_text_grams", "incident_text", ["grams"], postgresql_using="gin")
    op.create_index(
        "ix_incident_text_received",
        "incident_text",
        ["county_code", "received_at", "incident_id"],
    )
    op.execute(BACKFILL)


def downgrade() -> None:
    op.execute("delete from due_step where task = 'search:backfill'")
    op.drop_table("incident_text")
