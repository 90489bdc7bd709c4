"""Let an organ execute its decisions, and keep reconsiderations and lawsuits against them."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BEFORE = (
    "clue", "checking", "filing_review", "filed", "investigation_closed", "proposal_review",
    "noticed", "decision_review", "decided", "served", "closing_review", "closed", "not_filed",
    "no_penalty_review", "demanded", "court_applied", "crime_review", "crime_approved",
    "transferred", "suspended", "terminated", "withdrawn", "archived",
)  # fmt: skip
NEW = ("demolition_review", "enforcing", "execution_suspended", "enforced")
KINDS = ("reconsideration", "simple", "lawsuit")
OUTCOMES = ("upheld", "changed", "revoked", "redo", "illegal", "withdrawn", "rejected")


def among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_case_file_state"), "case_file", type_="check")
    op.create_check_constraint(
        op.f("ck_case_file_state"), "case_file", among("state", BEFORE + NEW)
    )
    op.add_column("case_file", sa.Column("answer_limit", sa.String(), nullable=True))
    op.add_column("case_file", sa.Column("answer_from_on", sa.Date(), nullable=True))
    op.create_table(
        "remedy",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("kind", "organ", "number")),
        sa.Column("filed_on", sa.Date(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("limit_id", sa.String(), nullable=False),
        sa.Column("answer_due_on", sa.Date(), nullable=True),
        sa.Column("replied_on", sa.Date(), nullable=True),
        sa.Column("stayed", sa.Boolean(), server_default="false", nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(among("kind", KINDS), name=op.f("ck_remedy_kind")),
        sa.CheckConstraint(among("outcome", OUTCOMES), name=op.f("ck_remedy_outcome")),
        sa.CheckConstraint("(outcome is null) = (ended_on is null)", name=op.f("ck_remedy_ended")),
        sa.ForeignKeyConstraint(
            ["county_code", "case_id"],
            ["case_file.county_code", "case_file.id"],
            name=op.f("fk_remedy_county_code_case_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_remedy")),
    )
    op.create_index("ix_remedy_case", "remedy", ["county_code", "case_id"])
    op.create_index("ix_remedy_answer", "remedy", ["county_code", "answer_due_on", "id"])
    op.create_index(
        "uq_remedy_running",
        "remedy",
        ["county_code", "case_id"],
        unique=True,
        postgresql_where=sa.text("ended_on is null"),
    )


def downgrade() -> None:
    op.drop_table("remedy")
    op.drop_column("case_file", "answer_from_on")
    op.drop_column("case_file", "answer_limit")
    op.drop_constraint(op.f("ck_case_file_state"), "case_file", type_="check")
    op.create_check_constraint(op.f("ck_case_file_state"), "case_file", among("state", BEFORE))
