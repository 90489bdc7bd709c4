"""Bind accounts to who their owners are at the office's OpenID Connect provider."""

import sqlalchemy as sa
from alembic import op

revision = "0091"
down_revision = "0090"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account_identity",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column(
            "bound_at", sa.DateTime(timezone=True), server_default=sa.text("clock_timestamp()"),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("county_code", "account_id", name=op.f("pk_account_identity")),
        sa.UniqueConstraint(
            "county_code", "issuer", "subject",
            name=op.f("uq_account_identity_county_code_issuer_subject"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "account_id"], ["account.county_code", "account.id"],
            name=op.f("fk_account_identity_county_code_account_id"),
        ),
    )  # fmt: skip
    op.create_index("ix_account_identity_subject", "account_identity", ["issuer", "subject"])


def downgrade() -> None:
    op.drop_table("account_identity")
