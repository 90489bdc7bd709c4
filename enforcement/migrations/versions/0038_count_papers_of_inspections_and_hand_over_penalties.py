"""Count papers of inspections among those of their case; let penalties on the spot change hands."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

EARLIER = """
insert into case_paper (county_code, id, case_id, document_id, at)
select d.county_code, gen_random_uuid(), i.case_id, d.id, d.issued_at
from inspection i
join document d on d.county_code = i.county_code and d.inspection_id = i.id
where i.case_id is not null and i.rechecked = 'failed' and d.code in ('D09', 'D10')
"""


def upgrade() -> None:
    op.create_table(
        "case_paper",
        sa.Column("case_id", sa.UUID(), nullable=False),
        sa.Column("document_id", sa.UUID(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_case_paper")),
        sa.UniqueConstraint(
            "county_code",
            "case_id",
            "document_id",
            name=op.f("uq_case_paper_county_code_case_id_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "case_id"],
            ["case_file.county_code", "case_file.id"],
            name=op.f("fk_case_paper_county_code_case_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "document_id"],
            ["document.county_code", "document.id"],
            name=op.f("fk_case_paper_county_code_document_id"),
        ),
    )
    op.execute(EARLIER)
    op.execute(
        "create trigger case_paper_only_grows before update or delete on case_paper "
        "for each row execute function refuse_change('case_paper')"
    )
    _kinds("kind in ('incident', 'case', 'stop', 'spot')")


def _kinds(allowed: str) -> None:
    """Say what may change hands."""
    op.drop_constraint(op.f("ck_rehoming_item_kind"), "rehoming_item", type_="check")
    op.create_check_constraint(op.f("ck_rehoming_item_kind"), "rehoming_item", allowed)


def downgrade() -> None:
    op.execute("alter table rehoming_item disable trigger user")
    op.execute("delete from rehoming_item where kind = 'spot'")
    op.execute("alter table rehoming_item enable trigger user")
    _kinds("kind in ('incident', 'case', 'stop')")
    op.drop_table("case_paper")
