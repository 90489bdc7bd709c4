"""Send notices to people and remember whether they were heard."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def moment(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.UUID(), nullable=False),
        sa.Column("does", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        moment("at", null=False),
        sa.Column("data", postgresql.JSONB(), nullable=False),
        moment("seen_at"),
        moment("heard_at"),
        sa.ForeignKeyConstraint(
            ["county_code", "person_id"],
            ["person.county_code", "person.id"],
            name=op.f("fk_notice_county_code_person_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_person", "notice", ["county_code", "person_id", "at"])
    op.create_index("ix_notice_subject", "notice", ["county_code", "subject_id"])
    op.create_index(
        "ix_notice_unheard",
        "notice",
        ["county_code", "person_id"],
        postgresql_where=sa.text("heard_at is null"),
    )


def downgrade() -> None:
    op.drop_table("notice")
