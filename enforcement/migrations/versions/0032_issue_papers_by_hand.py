"""Keep which number is reserved or void, which paper replaces which, and codes to verify by."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

ROWS = ("number_block", "number_void", "document_withdrawal")


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def whole(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def who_and_when() -> list[sa.Column]:
    return [
        sa.Column("by", sa.UUID(), nullable=False),
        word("by_name"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    ]


def belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{to}.county_code", f"{to}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}"))


def upgrade() -> None:
    op.add_column("document", word("verify_code", null=True))
    op.add_column("document", sa.Column("replaces_id", sa.UUID(), nullable=True))
    op.create_unique_constraint(
        op.f("uq_document_county_code_verify_code"), "document", ["county_code", "verify_code"]
    )
    op.create_foreign_key(
        op.f("fk_document_county_code_replaces_id"),
        "document",
        "document",
        ["county_code", "replaces_id"],
        ["county_code", "id"],
    )
    op.create_index("ix_document_replaces", "document", ["county_code", "replaces_id"])
    op.create_table(
        "document_withdrawal",
        *key(),
        sa.Column("document_id", sa.UUID(), nullable=False),
        word("reason"),
        *who_and_when(),
        belongs("document_withdrawal", "document_id", "document"),
        belongs("document_withdrawal", "by", "account"),
        sa.UniqueConstraint(
            "county_code",
            "document_id",
            name=op.f("uq_document_withdrawal_county_code_document_id"),
        ),
        primary("document_withdrawal"),
    )
    op.create_table(
        "number_block",
        *key(),
        word("organ"),
        word("word"),
        whole("year"),
        whole("first"),
        whole("count"),
        word("device"),
        *who_and_when(),
        belongs("number_block", "by", "account"),
        sa.UniqueConstraint(
            "county_code",
            "organ",
            "word",
            "year",
            "first",
            name=op.f("uq_number_block_county_code_organ_word_year_first"),
        ),
        sa.CheckConstraint("first >= 1 and count >= 1", name=op.f("ck_number_block_counted")),
        primary("number_block"),
    )
    op.create_table(
        "number_void",
        *key(),
        word("organ"),
        word("word"),
        whole("year"),
        whole("n"),
        word("reason"),
        *who_and_when(),
        belongs("number_void", "by", "account"),
        sa.UniqueConstraint(
            "county_code",
            "organ",
            "word",
            "year",
            "n",
            name=op.f("uq_number_void_county_code_organ_word_year_n"),
        ),
        sa.CheckConstraint("n >= 1", name=op.f("ck_number_void_counted")),
        primary("number_void"),
    )
    for table in ROWS:
        op.execute(
            f"create trigger only_grows before update or delete on {table} "
            f"for each row execute function refuse_change('{table}')"
        )


def downgrade() -> None:
    for table in reversed(ROWS):
        op.drop_table(table)
    op.drop_index("ix_document_replaces", "document")
    op.drop_constraint(op.f("fk_document_county_code_replaces_id"), "document")
    op.drop_constraint(op.f("uq_document_county_code_verify_code"), "document")
    op.drop_column("document", "replaces_id")
    op.drop_column("document", "verify_code")
