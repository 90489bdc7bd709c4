"""Keep what was signed by hand, and the files that are made with it."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0038"
branch_labels = None
depends_on = None

KINDS = "ck_document_copy_kind"


def upgrade() -> None:
    op.create_table(
        "document_signature",
        sa.Column("document_id", sa.UUID(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=True),
        sa.Column("document_sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
        sa.Column("refusal", sa.String(), nullable=True),
        sa.Column("witness_name", sa.String(), nullable=True),
        sa.Column("recording", sa.String(), nullable=True),
        sa.Column("by", sa.UUID(), nullable=False),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_document_signature")),
        sa.UniqueConstraint(
            "county_code",
            "document_id",
            "role",
            "n",
            "page",
            name=op.f("uq_document_signature_county_code_document_id_role_n_page"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "document_id"],
            ["document.county_code", "document.id"],
            name=op.f("fk_document_signature_county_code_document_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "by"],
            ["account.county_code", "account.id"],
            name=op.f("fk_document_signature_county_code_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "sha256"],
            ["stored_file.county_code", "stored_file.sha256"],
            name=op.f("fk_document_signature_county_code_sha256"),
        ),
        sa.CheckConstraint("n >= 1 and page >= 0", name=op.f("ck_document_signature_counted")),
        sa.CheckConstraint(
            "(sha256 is null) = (refusal is not null)",
            name=op.f("ck_document_signature_written_or_refused"),
        ),
    )
    op.execute(
        "create trigger only_grows before update or delete on document_signature "
        "for each row execute function refuse_change('document_signature')"
    )
    op.drop_constraint(op.f(KINDS), "document_copy", type_="check")
    op.create_check_constraint(
        op.f(KINDS), "document_copy", "kind in ('written', 'sealed', 'signed')"
    )


def downgrade() -> None:
    op.execute("alter table document_copy disable trigger only_grows")
    op.execute("delete from document_copy where kind = 'written'")
    op.execute("alter table document_copy enable trigger only_grows")
    op.drop_constraint(op.f(KINDS), "document_copy", type_="check")
    op.create_check_constraint(op.f(KINDS), "document_copy", "kind in ('sealed', 'signed')")
    op.drop_table("document_signature")
