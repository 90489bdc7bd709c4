"""Remember which account brought all bytes of a file that came in pieces."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "upload",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "account_id"],
            ["account.county_code", "account.id"],
            name=op.f("fk_upload_county_code_account_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "sha256"],
            ["stored_file.county_code", "stored_file.sha256"],
            name=op.f("fk_upload_county_code_sha256"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_upload")),
        sa.UniqueConstraint(
            "county_code",
            "account_id",
            "sha256",
            name=op.f("uq_upload_county_code_account_id_sha256"),
        ),
    )


def downgrade() -> None:
    op.drop_table("upload")
