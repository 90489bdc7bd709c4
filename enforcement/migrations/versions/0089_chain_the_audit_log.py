"""Chain the rows of the audit log by hashes, county by county, with signed checkpoints."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from enforcement.migrations import r0089

revision = "0089"
down_revision = "0088"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit_head",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "audit_link",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("audit_id", sa.UUID(), nullable=False),
        sa.Column("row_hash", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "seq", name=op.f("pk_audit_link")),
        sa.UniqueConstraint(
            "county_code", "audit_id", name=op.f("uq_audit_link_county_code_audit_id")
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "audit_id"], ["audit_log.county_code", "audit_log.id"],
            name=op.f("fk_audit_link_county_code_audit_id"),
        ),
    )  # fmt: skip
    op.create_table(
        "audit_checkpoint",
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("problems", postgresql.JSONB(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False
        ),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_audit_checkpoint")),
        sa.UniqueConstraint(
            "county_code", "on_day", name=op.f("uq_audit_checkpoint_county_code_on_day")
        ),
    )
    for statement in r0089.up():
        op.execute(statement)


def downgrade() -> None:
    for statement in r0089.down():
        op.execute(statement)
    for name in ("audit_checkpoint", "audit_link", "audit_head"):
        op.drop_table(name)
