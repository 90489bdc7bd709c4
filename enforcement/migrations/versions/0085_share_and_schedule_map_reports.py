"""Share map reports by links, make them each week, find what their figures are counted from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0085"
down_revision = "0084"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_case_file_closed", "case_file", ["county_code", "closed_on"],
        postgresql_where=sa.text("closed_on is not null"),
    )  # fmt: skip
    op.create_index("ix_patrol_stop_day", "patrol_stop", ["county_code", "patrol_on"])
    op.create_table(
        "briefing_share",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"),
            nullable=False,
        ),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True)),
        sa.Column("revoked_by", sa.UUID()),
        sa.Column("opened", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_briefing_share")),
        sa.UniqueConstraint(
            "county_code", "token_hash", name=op.f("uq_briefing_share_county_code_token_hash")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["county_code", name], ["account.county_code", "account.id"],
                name=op.f(f"fk_briefing_share_county_code_{name}"),
            )
            for name in ("made_by", "revoked_by")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"],
            name=op.f("fk_briefing_share_county_code_sha256"),
        ),
    )  # fmt: skip
    op.create_index(
        "ix_briefing_share_made", "briefing_share", ["county_code", "made_by", "made_at"]
    )
    _schedules()


def _schedules() -> None:
    op.create_table(
        "briefing_schedule",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", postgresql.JSONB(), nullable=False),
        sa.Column("weekday", sa.SmallInteger(), nullable=False),
        sa.Column("hour", sa.SmallInteger(), nullable=False),
        sa.Column("formats", postgresql.JSONB(), nullable=False),
        sa.Column("account_ids", postgresql.JSONB(), nullable=False),
        sa.Column("mail_to", postgresql.JSONB(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("made_by", sa.UUID(), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_briefing_schedule")),
        sa.CheckConstraint(
            "weekday between 1 and 7", name=op.f("ck_briefing_schedule_weekday")
        ),
        sa.CheckConstraint("hour between 0 and 23", name=op.f("ck_briefing_schedule_hour")),
        sa.ForeignKeyConstraint(
            ["county_code", "made_by"], ["account.county_code", "account.id"],
            name=op.f("fk_briefing_schedule_county_code_made_by"),
        ),
    )  # fmt: skip
    op.create_index("ix_briefing_schedule_made", "briefing_schedule", ["county_code", "made_at"])
    op.create_table(
        "briefing_filed",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("schedule_id", sa.UUID(), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "made_at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_briefing_filed")),
        sa.UniqueConstraint(
            "county_code", "schedule_id", "week_on", "kind",
            name=op.f("uq_briefing_filed_county_code_schedule_id_week_on_kind"),
        ),
        sa.CheckConstraint(
            "kind in ('html', 'pdf', 'xlsx')", name=op.f("ck_briefing_filed_kind")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "schedule_id"],
            ["briefing_schedule.county_code", "briefing_schedule.id"],
            name=op.f("fk_briefing_filed_county_code_schedule_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"],
            name=op.f("fk_briefing_filed_county_code_sha256"),
        ),
    )  # fmt: skip


def downgrade() -> None:
    op.drop_table("briefing_filed")
    op.drop_table("briefing_schedule")
    op.drop_table("briefing_share")
    op.drop_index("ix_patrol_stop_day", table_name="patrol_stop")
    op.drop_index("ix_case_file_closed", table_name="case_file")
