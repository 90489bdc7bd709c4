"""Say which act upon a measure an item of evidence shows."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence_item", sa.Column("measure_entry_id", sa.UUID(), nullable=True))
    op.create_foreign_key(
        op.f("fk_evidence_item_county_code_measure_entry_id"),
        "evidence_item",
        "measure_entry",
        ["county_code", "measure_entry_id"],
        ["county_code", "id"],
    )
    op.create_check_constraint(
        op.f("ck_evidence_item_one_act"),
        "evidence_item",
        "num_nonnulls(of_seq, measure_entry_id) < 2",
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_evidence_item_one_act"), "evidence_item", type_="check")
    op.drop_constraint(
        op.f("fk_evidence_item_county_code_measure_entry_id"), "evidence_item", type_="foreignkey"
    )
    op.drop_column("evidence_item", "measure_entry_id")
