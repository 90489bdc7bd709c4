"""Keep orders to print a day's papers of a unit."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "print_job",
        sa.Column("unit_code", sa.Text(collation="C"), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("papers", postgresql.JSONB(), nullable=False),
        sa.Column("done", sa.Integer(), server_default="0", nullable=False),
        sa.Column("pieces", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=True),
        sa.Column("asked_by", sa.UUID(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_print_job")),
        sa.CheckConstraint(
            "state in ('working', 'done', 'cancelled')", name=op.f("ck_print_job_state")
        ),
        sa.CheckConstraint(
            "(sha256 is not null) = (state = 'done')", name=op.f("ck_print_job_whole")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "asked_by"],
            ["account.county_code", "account.id"],
            name=op.f("fk_print_job_county_code_asked_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "sha256"],
            ["stored_file.county_code", "stored_file.sha256"],
            name=op.f("fk_print_job_county_code_sha256"),
        ),
    )
    op.create_index("ix_print_job_asked", "print_job", ["county_code", "asked_by", "asked_at"])


def downgrade() -> None:
    op.drop_table("print_job")
