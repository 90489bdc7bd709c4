"""Watch over who works alone: a timer, its warning, its alarm."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0075"
down_revision = "0074"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "alone_watch",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("unit_code", sa.Text(collation="C"), nullable=False),
        sa.Column("township_code", sa.Text(collation="C"), nullable=True),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ask_at", MOMENT, nullable=False),
        sa.Column("alarmed_at", MOMENT, nullable=True),
        sa.Column("answered_at", MOMENT, nullable=True),
        sa.Column("answered_by_name", sa.String(), nullable=True),
        sa.Column("escalated_at", MOMENT, nullable=True),
        sa.Column("incident_id", sa.UUID(), nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_alone_watch")),
        sa.ForeignKeyConstraint(
            ["county_code", "person_id"], ["person.county_code", "person.id"],
            name=op.f("fk_alone_watch_county_code_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "account_id"], ["account.county_code", "account.id"],
            name=op.f("fk_alone_watch_county_code_account_id"),
        ),
        sa.CheckConstraint("state in ('open', 'ended')", name=op.f("ck_alone_watch_state")),
        sa.CheckConstraint("minutes between 1 and 480", name=op.f("ck_alone_watch_minutes")),
    )  # fmt: skip
    op.create_index(
        "uq_alone_watch_open", "alone_watch", ["county_code", "person_id"], unique=True,
        postgresql_where=sa.text("state = 'open'"),
    )  # fmt: skip
    op.create_index("ix_alone_watch_began", "alone_watch", ["county_code", "began_at"])
    op.create_table(
        "alone_entry",
        sa.Column("watch_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_alone_entry")),
        sa.UniqueConstraint(
            "county_code", "watch_id", "seq", name=op.f("uq_alone_entry_county_code_watch_id_seq")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "watch_id"], ["alone_watch.county_code", "alone_watch.id"],
            name=op.f("fk_alone_entry_county_code_watch_id"),
        ),
    )  # fmt: skip
    op.execute(
        "create trigger alone_entry_only_grows before update or delete on alone_entry "
        "for each row execute function refuse_change('alone_entry')"
    )


def downgrade() -> None:
    op.drop_table("alone_entry")
    op.drop_table("alone_watch")
