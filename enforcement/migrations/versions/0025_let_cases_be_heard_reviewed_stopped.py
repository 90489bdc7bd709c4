"""Let cases be heard, reviewed, stopped, given away, executed and archived."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

PEOPLE = ("officer_a", "officer_b", "chair")
BEFORE = (
    "clue",
    "checking",
    "filing_review",
    "filed",
    "investigation_closed",
    "proposal_review",
    "noticed",
    "decision_review",
    "decided",
    "served",
    "closing_review",
    "closed",
    "not_filed",
)
NEW = (
    "no_penalty_review",
    "demanded",
    "court_applied",
    "crime_review",
    "crime_approved",
    "transferred",
    "suspended",
    "terminated",
    "withdrawn",
    "archived",
)


def states(words: tuple[str, ...]) -> str:
    return f"state in ({', '.join(repr(word) for word in words)})"


def upgrade() -> None:
    op.drop_constraint(op.f("ck_case_file_state"), "case_file", type_="check")
    op.create_check_constraint(op.f("ck_case_file_state"), "case_file", states(BEFORE + NEW))
    op.add_column("case_file", sa.Column("stopped_from", sa.String(), nullable=True))
    op.add_column(
        "case_file",
        sa.Column("recused_ids", postgresql.ARRAY(sa.UUID()), server_default="{}", nullable=False),
    )
    op.add_column("case_file", sa.Column("chair_id", sa.UUID(), nullable=True))
    op.add_column(
        "case_file",
        sa.Column("awaits_review", sa.Boolean(), server_default="false", nullable=False),
    )
    op.create_foreign_key(
        op.f("fk_case_file_county_code_chair_id"),
        "case_file",
        "person",
        ["county_code", "chair_id"],
        ["county_code", "id"],
    )
    op.create_index(
        "ix_case_file_party",
        "case_file",
        ["county_code", "party_id"],
        postgresql_where=sa.text("fine_yuan is not null"),
    )
    op.create_index("ix_case_file_registered", "case_file", ["county_code", "registered_at", "id"])
    for name in PEOPLE:
        op.create_index(
            f"ix_case_file_{name}",
            "case_file",
            ["county_code", f"{name}_id", "registered_at", "id"],
            postgresql_where=sa.text(f"{name}_id is not null"),
        )
    op.create_index("ix_party_id_number", "party", ["county_code", "id_number_hash"])
    op.create_index("ix_party_uscc", "party", ["county_code", "uscc"])


def downgrade() -> None:
    op.drop_index("ix_party_uscc", "party")
    op.drop_index("ix_party_id_number", "party")
    for name in PEOPLE:
        op.drop_index(f"ix_case_file_{name}", "case_file")
    op.drop_index("ix_case_file_registered", "case_file")
    op.drop_index("ix_case_file_party", "case_file")
    for column in ("awaits_review", "chair_id", "recused_ids", "stopped_from"):
        op.drop_column("case_file", column)
    op.drop_constraint(op.f("ck_case_file_state"), "case_file", type_="check")
    op.create_check_constraint(op.f("ck_case_file_state"), "case_file", states(BEFORE))
