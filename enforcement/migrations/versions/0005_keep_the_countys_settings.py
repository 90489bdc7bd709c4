"""Keep the county's settings: a row for each change."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setting_entry",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column(
            "at",
            sa.DateTime(timezone=True),
            server_default=sa.text("app_now()"),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["county_code"],
            ["county.county_code"],
            name=op.f("fk_setting_entry_county_code"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_setting_entry")),
    )
    op.create_index("ix_setting_entry_key", "setting_entry", ["county_code", "key", "id"])
    op.execute(
        "create trigger only_grows before update or delete on setting_entry "
        "for each row execute function refuse_change('setting_entry')"
    )


def downgrade() -> None:
    op.drop_table("setting_entry")
