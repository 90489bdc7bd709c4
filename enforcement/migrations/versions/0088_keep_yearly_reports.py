"""Keep which figures of a year were reported, to whom and when."""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0085"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "yearly_report",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("submitted_to", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_yearly_report")),
        sa.UniqueConstraint(
            "county_code", "year", "version", name=op.f("uq_yearly_report_county_code_year_version")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_yearly_report_version")),
        sa.ForeignKeyConstraint(
            ["county_code", "sha256"], ["stored_file.county_code", "stored_file.sha256"],
            name=op.f("fk_yearly_report_county_code_sha256"),
        ),
    )  # fmt: skip
    op.execute(
        "create trigger yearly_report_only_grows before update or delete on yearly_report "
        "for each row execute function refuse_change('yearly_report')"
    )


def downgrade() -> None:
    op.drop_table("yearly_report")
