"""Keep seals (encrypted), and the sealed and signed files of papers beside the frozen ones."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def who_and_when() -> list[sa.Column]:
    return [
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
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
    op.create_table(
        "organ_seal",
        *key(),
        sa.Column("organ_id", sa.UUID(), nullable=False),
        sa.Column("image_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        *who_and_when(),
        belongs("organ_seal", "organ_id", "organ"),
        belongs("organ_seal", "by", "account"),
        primary("organ_seal"),
    )
    op.create_index("ix_organ_seal_organ", "organ_seal", ["county_code", "organ_id", "at"])
    op.create_table(
        "document_copy",
        *key(),
        sa.Column("document_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("seal_id", sa.UUID(), nullable=True),
        *who_and_when(),
        belongs("document_copy", "document_id", "document"),
        belongs("document_copy", "seal_id", "organ_seal"),
        belongs("document_copy", "by", "account"),
        sa.ForeignKeyConstraint(
            ["county_code", "sha256"],
            ["stored_file.county_code", "stored_file.sha256"],
            name=op.f("fk_document_copy_county_code_sha256"),
        ),
        sa.UniqueConstraint(
            "county_code",
            "document_id",
            "kind",
            name=op.f("uq_document_copy_county_code_document_id_kind"),
        ),
        sa.CheckConstraint("kind in ('sealed', 'signed')", name=op.f("ck_document_copy_kind")),
        primary("document_copy"),
    )
    op.execute(
        "create trigger only_grows before update or delete on document_copy "
        "for each row execute function refuse_change('document_copy')"
    )


def downgrade() -> None:
    op.drop_table("document_copy")
    op.drop_index("ix_organ_seal_organ", "organ_seal")
    op.drop_table("organ_seal")
