"""Keep units, people and certificates by the day, with their histories."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

KINDS = (
    "county", "bureau", "brigade", "sub_bureau", "squad", "township_government", "service_hall",
    "village_point", "police_station", "department", "command_centre",
)  # fmt: skip
NEW_KINDS = (
    "county", "bureau", "brigade", "sub_bureau", "squad", "township_government",
    "township_office", "township_centre", "service_hall", "village_point", "police_station",
    "department", "command_centre",
)  # fmt: skip
EMPLOYMENT = (
    "civil_servant", "institution", "purchased", "dispatch", "contract", "temporary",
    "public_welfare", "police_auxiliary",
)  # fmt: skip
STATES = ("valid", "suspended", "revoked")
HISTORIES = {"unit_entry": "unit", "person_entry": "person", "certificate_entry": "certificate"}
CODE = sa.Text(collation="C")


def one_of(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(map(repr, words))})"


def references(table: str, column: str, other: str) -> None:
    op.create_foreign_key(
        op.f(f"fk_{table}_county_code_{column}"),
        table, other, ["county_code", column], ["county_code", "id"],
    )  # fmt: skip


def upgrade() -> None:
    _units()
    _people()
    _certificates()
    for table, of in HISTORIES.items():
        _history(table, of)
    op.create_table(
        "import_upload",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _moment(),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_import_upload")),
    )
    references("import_upload", "account_id", "account")
    op.create_index("ix_import_upload_account", "import_upload", ["county_code", "account_id"])


def _moment() -> sa.Column:
    return sa.Column(
        "at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False
    )


def _version(table: str) -> None:
    op.add_column(table, sa.Column("version", sa.Integer(), server_default="1", nullable=False))


def _units() -> None:
    op.add_column("unit", sa.Column("uscc", sa.String(), nullable=True))
    op.add_column("unit", sa.Column("merged_into_id", sa.UUID(), nullable=True))
    op.add_column("unit", sa.Column("closed_by_decree", sa.String(), nullable=True))
    op.add_column("unit", sa.Column("closed_reason", sa.String(), nullable=True))
    op.add_column("unit", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
    _version("unit")
    op.drop_constraint(op.f("ck_unit_kind"), "unit", type_="check")
    op.create_check_constraint(op.f("ck_unit_kind"), "unit", one_of("kind", NEW_KINDS))
    op.create_check_constraint(
        op.f("ck_unit_period"), "unit", "valid_to is null or valid_to > valid_from"
    )
    op.create_unique_constraint(op.f("uq_unit_county_code_uscc"), "unit", ["county_code", "uscc"])
    references("unit", "merged_into_id", "unit")


def _people() -> None:
    op.add_column("person", sa.Column("id_number_encrypted", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("id_number_hash", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("employment", sa.String(), nullable=True))
    op.add_column("person", sa.Column("legal_number", sa.String(), nullable=True))
    op.add_column("person", sa.Column("legal_on", sa.Date(), nullable=True))
    _version("person")
    op.create_check_constraint(
        op.f("ck_person_employment"), "person", one_of("employment", EMPLOYMENT)
    )
    op.create_check_constraint(
        op.f("ck_person_legal"), "person", "num_nonnulls(legal_number, legal_on) in (0, 2)"
    )
    op.create_index("ix_person_id_number", "person", ["county_code", "id_number_hash"], unique=True)
    op.create_index("ix_person_phone", "person", ["county_code", "phone_hash"])
    op.create_index("ix_person_name", "person", ["county_code", "name", "id"])
    op.add_column("post", sa.Column("follows_id", sa.UUID(), nullable=True))
    references("post", "follows_id", "post")
    op.create_check_constraint(
        op.f("ck_post_period"), "post", "valid_to is null or valid_to >= valid_from"
    )
    op.create_index("ix_post_follows", "post", ["county_code", "follows_id"])
    op.create_index(
        "ix_post_village",
        "post",
        ["county_code", "village_code"],
        postgresql_where=sa.text("village_code is not null"),
    )


def _certificates() -> None:
    op.add_column("certificate", sa.Column("area_code", CODE, nullable=True))
    op.execute("update certificate set area_code = county_code")
    op.alter_column("certificate", "area_code", nullable=False)
    op.add_column("certificate", sa.Column("status_on", sa.Date(), nullable=True))
    op.add_column("certificate", sa.Column("status_reason", sa.String(), nullable=True))
    _version("certificate")
    op.create_check_constraint(
        op.f("ck_certificate_period"), "certificate", "valid_to >= valid_from"
    )
    op.create_check_constraint(
        op.f("ck_certificate_area_code"), "certificate", "left(area_code, 6) = county_code"
    )
    op.create_index("ix_certificate_ends", "certificate", ["county_code", "valid_to", "id"])


def _history(table: str, of: str) -> None:
    more = []
    if of == "certificate":
        more = [
            sa.Column("status", sa.String(), nullable=False),
            sa.Column("valid_to", sa.Date(), nullable=False),
            sa.CheckConstraint(one_of("status", STATES), name=op.f(f"ck_{table}_status")),
        ]
    op.create_table(
        table,
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column(f"{of}_id", sa.UUID(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=True),
        sa.Column("by", sa.UUID(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        _moment(),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        *more,
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f(f"pk_{table}")),
    )
    references(table, f"{of}_id", of)
    op.create_index(f"ix_{table}_{of}", table, ["county_code", f"{of}_id", "id"])
    op.execute(
        f"create trigger only_grows before update or delete on {table} "
        f"for each row execute function refuse_change('{table}')"
    )


def downgrade() -> None:
    op.drop_table("import_upload")
    for table in HISTORIES:
        op.drop_table(table)
    op.drop_index("ix_certificate_ends", "certificate")
    for name in ("area_code", "period"):
        op.drop_constraint(op.f(f"ck_certificate_{name}"), "certificate", type_="check")
    _drop("certificate", "area_code", "status_on", "status_reason", "version")
    op.drop_index("ix_post_village", "post")
    op.drop_index("ix_post_follows", "post")
    op.drop_constraint(op.f("ck_post_period"), "post", type_="check")
    op.drop_constraint(op.f("fk_post_county_code_follows_id"), "post", type_="foreignkey")
    _drop("post", "follows_id")
    for name in ("name", "phone", "id_number"):
        op.drop_index(f"ix_person_{name}", "person")
    for name in ("legal", "employment"):
        op.drop_constraint(op.f(f"ck_person_{name}"), "person", type_="check")
    _drop("person", "id_number_encrypted", "id_number_hash", "employment", "legal_number",
          "legal_on", "version")  # fmt: skip
    op.drop_constraint(op.f("fk_unit_county_code_merged_into_id"), "unit", type_="foreignkey")
    op.drop_constraint(op.f("uq_unit_county_code_uscc"), "unit", type_="unique")
    for name in ("period", "kind"):
        op.drop_constraint(op.f(f"ck_unit_{name}"), "unit", type_="check")
    # an older version does not know these kinds
    op.execute(
        "update unit set kind = 'department' where kind in ('township_office', 'township_centre')"
    )
    op.create_check_constraint(op.f("ck_unit_kind"), "unit", one_of("kind", KINDS))
    _drop("unit", "uscc", "merged_into_id", "closed_by_decree", "closed_reason", "ended_at",
          "version")  # fmt: skip


def _drop(table: str, *columns: str) -> None:
    for column in columns:
        op.drop_column(table, column)
