"""Keep benchmarks of discretion, parties across cases, evidence and publications."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

GROWING = ("discretion_edition", "discretion_row", "party_entry", "party_consent",
           "evidence_item", "evidence_custody", "publication", "publication_withdrawal")  # fmt: skip
TIERS = ("none", "mitigated", "lighter", "ordinary", "heavier")
MEASURES = ("yuan", "percent", "multiple", "per_m2", "per_m3")
PARTIES = ("person", "organisation", "individual_business")


def among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def word(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.String(), nullable=null)


def whole(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=null)


def day(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.Date(), nullable=null)


def moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def other(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.UUID(), nullable=null)


def figure(name: str) -> sa.Column:
    return sa.Column(name, sa.Numeric(14, 2), nullable=True)


def sha256(name: str = "sha256") -> sa.Column:
    return sa.Column(name, sa.LargeBinary(32), nullable=False)


def primary(table: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}"))


def belongs(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{to}.county_code", f"{to}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def of_county(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code"], ["county.county_code"], name=op.f(f"fk_{table}_county_code")
    )


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    name = op.f(f"uq_{table}_county_code_{'_'.join(columns)}")
    return sa.UniqueConstraint("county_code", *columns, name=name)


def upgrade() -> None:
    discretion()
    parties()
    evidence()
    publication()
    for table in GROWING:
        op.execute(
            f"create trigger only_grows before update or delete on {table} "
            f"for each row execute function refuse_change('{table}')"
        )


def discretion() -> None:
    op.create_table(
        "discretion_edition",
        *key(),
        moment("from_at"),
        word("file_name"),
        sha256(),
        whole("added"),
        whole("changed"),
        whole("dropped"),
        other("by"),
        word("by_name"),
        of_county("discretion_edition"),
        primary("discretion_edition"),
    )
    op.create_index(
        "ix_discretion_edition_from", "discretion_edition", ["county_code", "from_at", "id"]
    )
    op.create_table(
        "discretion_row",
        *key(),
        other("edition_id"),
        whole("seq"),
        word("code"),
        word("matter_code"),
        word("party"),
        word("tier"),
        word("conditions"),
        word("kind"),
        word("measure"),
        figure("low"),
        figure("high"),
        day("valid_from", null=False),
        day("valid_to"),
        word("source"),
        belongs("discretion_row", "edition_id", "discretion_edition"),
        unique("discretion_row", "edition_id", "code"),
        sa.CheckConstraint(among("tier", TIERS), name=op.f("ck_discretion_row_tier")),
        sa.CheckConstraint(among("measure", MEASURES), name=op.f("ck_discretion_row_measure")),
        sa.CheckConstraint(
            f"party = 'any' or {among('party', PARTIES)}", name=op.f("ck_discretion_row_party")
        ),
        sa.CheckConstraint(
            "valid_to is null or valid_to >= valid_from", name=op.f("ck_discretion_row_period")
        ),
        primary("discretion_row"),
    )
    op.add_column("case_file", word("tier", null=True))
    op.create_check_constraint(op.f("ck_case_file_tier"), "case_file", among("tier", TIERS))
    op.create_index(
        "ix_case_file_similar",
        "case_file",
        ["county_code", "matter_code", "tier", "decided_on"],
        postgresql_where=sa.text("fine_yuan is not null"),
    )


def parties() -> None:
    op.add_column("party", other("merged_into_id", null=True))
    op.add_column("party", sa.Column("version", sa.Integer(), server_default="1", nullable=False))
    op.create_foreign_key(
        op.f("fk_party_county_code_merged_into_id"),
        "party",
        "party",
        ["county_code", "merged_into_id"],
        ["county_code", "id"],
    )
    op.create_check_constraint(op.f("ck_party_merged"), "party", "merged_into_id <> id")
    op.create_index("ix_case_file_of_party", "case_file", ["county_code", "party_id", "id"])
    op.create_table(
        "party_entry",
        *key(),
        other("party_id"),
        whole("seq"),
        word("event"),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        other("by"),
        word("by_name"),
        moment("at"),
        belongs("party_entry", "party_id", "party"),
        unique("party_entry", "party_id", "seq"),
        primary("party_entry"),
    )
    op.create_table(
        "party_consent",
        *key(),
        other("party_id"),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("address_encrypted", sa.LargeBinary(), nullable=True),
        day("signed_on", null=False),
        word("paper"),
        other("by"),
        word("by_name"),
        moment("at"),
        belongs("party_consent", "party_id", "party"),
        sa.CheckConstraint(
            "not agreed or address_encrypted is not null", name=op.f("ck_party_consent_address")
        ),
        primary("party_consent"),
    )
    op.create_index("ix_party_consent_party", "party_consent", ["county_code", "party_id", "at"])


def evidence() -> None:
    kinds = ("document", "object", "recording", "digital", "witness", "statement", "expert",
             "scene")  # fmt: skip
    op.create_table(
        "evidence_item",
        *key(),
        other("case_id"),
        whole("no"),
        word("kind"),
        word("name"),
        sa.Column("sha256", sa.LargeBinary(32), nullable=True),
        moment("captured_at"),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("distance_m", sa.Float(), nullable=True),
        word("place", null=True),
        word("device", null=True),
        word("taker"),
        word("source"),
        word("proves", null=True),
        whole("of_seq", null=True),
        sa.Column("from_incident", sa.Boolean(), nullable=False),
        other("replaces_id", null=True),
        word("reason", null=True),
        other("by"),
        word("by_name"),
        moment("at"),
        belongs("evidence_item", "case_id", "case_file"),
        belongs("evidence_item", "replaces_id", "evidence_item"),
        stored("evidence_item"),
        unique("evidence_item", "case_id", "no"),
        unique("evidence_item", "replaces_id"),
        sa.CheckConstraint(among("kind", kinds), name=op.f("ck_evidence_item_kind")),
        sa.CheckConstraint(
            "(replaces_id is null) = (reason is null)", name=op.f("ck_evidence_item_reason")
        ),
        sa.CheckConstraint(
            "sha256 is not null or kind = 'object'", name=op.f("ck_evidence_item_bytes")
        ),
        primary("evidence_item"),
    )
    op.create_table(
        "evidence_custody",
        *key(),
        other("item_id"),
        whole("seq"),
        word("act"),
        word("giver"),
        word("taker"),
        word("place"),
        moment("happened_at"),
        word("note", null=True),
        sa.Column("sha256", sa.LargeBinary(32), nullable=True),
        other("by"),
        word("by_name"),
        moment("at"),
        belongs("evidence_custody", "item_id", "evidence_item"),
        stored("evidence_custody"),
        unique("evidence_custody", "item_id", "seq"),
        sa.CheckConstraint(
            among("act", ("take", "hand_over", "test", "return", "dispose")),
            name=op.f("ck_evidence_custody_act"),
        ),
        primary("evidence_custody"),
    )


def stored(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", "sha256"],
        ["stored_file.county_code", "stored_file.sha256"],
        name=op.f(f"fk_{table}_county_code_sha256"),
    )


def publication() -> None:
    op.create_table(
        "publication",
        *key(),
        other("case_id"),
        other("document_id"),
        word("outcome"),
        word("reason"),
        sa.Column("shown", postgresql.JSONB(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=True),
        day("decided_on", null=False),
        day("due_on"),
        other("by"),
        word("by_name"),
        moment("at"),
        belongs("publication", "case_id", "case_file"),
        belongs("publication", "document_id", "document"),
        stored("publication"),
        sa.CheckConstraint(
            among("outcome", ("publish", "partly", "withhold")),
            name=op.f("ck_publication_outcome"),
        ),
        sa.CheckConstraint(
            "(outcome = 'publish') = (sha256 is not null)", name=op.f("ck_publication_paper")
        ),
        primary("publication"),
    )
    op.create_index("ix_publication_case", "publication", ["county_code", "case_id", "at"])
    op.create_index("ix_publication_shown", "publication", ["county_code", "at", "id"])
    op.create_table(
        "publication_withdrawal",
        *key(),
        other("publication_id"),
        word("reason"),
        other("by"),
        word("by_name"),
        moment("at"),
        belongs("publication_withdrawal", "publication_id", "publication"),
        unique("publication_withdrawal", "publication_id"),
        primary("publication_withdrawal"),
    )


def downgrade() -> None:
    op.drop_table("publication_withdrawal")
    op.drop_table("publication")
    op.drop_table("evidence_custody")
    op.drop_table("evidence_item")
    op.drop_table("party_consent")
    op.drop_table("party_entry")
    op.drop_index("ix_case_file_of_party", "case_file")
    op.drop_constraint(op.f("ck_party_merged"), "party", type_="check")
    op.drop_constraint(op.f("fk_party_county_code_merged_into_id"), "party", type_="foreignkey")
    op.drop_column("party", "version")
    op.drop_column("party", "merged_into_id")
    op.drop_index("ix_case_file_similar", "case_file")
    op.drop_constraint(op.f("ck_case_file_tier"), "case_file", type_="check")
    op.drop_column("case_file", "tier")
    op.drop_table("discretion_row")
    op.drop_table("discretion_edition")
