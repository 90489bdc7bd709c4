"""Keep orders by which another person approves during leave; find recusals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approval_order",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("for_id", sa.UUID(), nullable=False),
        sa.Column("for_name", sa.String(), nullable=False),
        sa.Column("to_id", sa.UUID(), nullable=False),
        sa.Column("to_name", sa.String(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("approvals", postgresql.ARRAY(sa.String()), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_name", sa.String(), nullable=True),
        sa.Column("revoked_because", sa.String(), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_approval_order_period")),
        sa.CheckConstraint("for_id <> to_id", name=op.f("ck_approval_order_other")),
        sa.CheckConstraint("cardinality(approvals) > 0", name=op.f("ck_approval_order_approvals")),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoked_because is null)",
            name=op.f("ck_approval_order_revoked"),
        ),
        *(
            sa.ForeignKeyConstraint(
                ["county_code", column],
                [f"{table}.county_code", f"{table}.{target}"],
                name=op.f(f"fk_approval_order_county_code_{column}"),
            )
            for column, table, target in (
                ("for_id", "person", "id"),
                ("to_id", "person", "id"),
                ("by", "account", "id"),
                ("sha256", "stored_file", "sha256"),
            )
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_approval_order")),
    )
    op.create_index(
        "ix_approval_order_to",
        "approval_order",
        ["county_code", "to_id", "until_on"],
        postgresql_where=sa.text("revoked_at is null"),
    )
    op.create_index("ix_approval_order_at", "approval_order", ["county_code", "at", "id"])
    op.create_index(
        "ix_case_file_recused",
        "case_file",
        ["county_code", "id"],
        postgresql_where=sa.text("recused_ids <> '{}'::uuid[]"),
    )


def downgrade() -> None:
    op.drop_index("ix_case_file_recused", "case_file")
    op.drop_table("approval_order")
