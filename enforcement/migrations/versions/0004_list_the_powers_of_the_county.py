"""List the powers of the county (权责清单); a case pins its item and provision."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ACTS = ("inspection", "penalty", "measure", "execution", "permit", "other")
CHANNELS = (
    "statutory",
    "concentrated",
    "assigned",
    "direct",
    "entrusted",
    "detached",
    "entrusted_permit",
)
STATES = ("in_force", "withdrawn", "suspended")
DATES = "valid_to is null or valid_from <= valid_to"
PINS = {"power_item_id": "power_item", "provision_id": "power_provision"}


def one_of(column: str, words: tuple[str, ...]) -> sa.CheckConstraint:
    values = ", ".join(repr(word) for word in words)
    return sa.CheckConstraint(f"{column} in ({values})", name=op.f(f"ck_power_item_{column}"))


def key() -> list[sa.Column]:
    return [
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "power_item",
        *key(),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("act_type", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("exercising_unit_id", sa.UUID(), nullable=False),
        sa.Column("matter_code", sa.Text(collation="C"), nullable=False),
        sa.Column("territory", postgresql.JSONB(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("status_reason", sa.String(), nullable=True),
        sa.Column("approval_number", sa.String(), nullable=True),
        sa.Column("approval_on", sa.Date(), nullable=True),
        sa.Column("published_url", sa.String(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        one_of("act_type", ACTS),
        one_of("channel", CHANNELS),
        one_of("status", STATES),
        sa.CheckConstraint(DATES, name=op.f("ck_power_item_dates")),
        sa.ForeignKeyConstraint(
            ["county_code", "exercising_unit_id"],
            ["unit.county_code", "unit.id"],
            name=op.f("fk_power_item_county_code_exercising_unit_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_power_item")),
        sa.UniqueConstraint("county_code", "code", name=op.f("uq_power_item_county_code_code")),
    )
    op.create_index("ix_power_item_matter", "power_item", ["county_code", "matter_code"])
    op.create_table(
        "power_provision",
        *key(),
        sa.Column("item_id", sa.UUID(), nullable=False),
        sa.Column("violated", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        *[
            sa.Column(f"{who}_{end}_yuan", sa.Numeric(14, 2), nullable=True)
            for who in ("person", "organisation")
            for end in ("min", "max")
        ],
        sa.Column("other", sa.String(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(DATES, name=op.f("ck_power_provision_dates")),
        sa.ForeignKeyConstraint(
            ["county_code", "item_id"],
            ["power_item.county_code", "power_item.id"],
            name=op.f("fk_power_provision_county_code_item_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_power_provision")),
        sa.UniqueConstraint(
            "county_code",
            "item_id",
            "valid_from",
            name=op.f("uq_power_provision_county_code_item_id_valid_from"),
        ),
    )
    for column, table in PINS.items():
        op.add_column("case_file", sa.Column(column, sa.UUID(), nullable=True))
        op.create_foreign_key(
            op.f(f"fk_case_file_county_code_{column}"),
            "case_file",
            table,
            ["county_code", column],
            ["county_code", "id"],
        )


def downgrade() -> None:
    for column in reversed(PINS):
        op.drop_constraint(
            op.f(f"fk_case_file_county_code_{column}"), "case_file", type_="foreignkey"
        )
        op.drop_column("case_file", column)
    op.drop_table("power_provision")
    op.drop_table("power_item")
