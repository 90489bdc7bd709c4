"""Keep who is signed in, failures at the door, second factors; narrow tokens."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0065"
down_revision = "0056"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)
NOW = sa.text("clock_timestamp()")


def upgrade() -> None:
    op.create_table(
        "sign_in_guard",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("first_failed_at", MOMENT, nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("county_code", "what", name=op.f("pk_sign_in_guard")),
    )
    op.create_table(
        "signed_in",
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("began_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("seen_at", MOMENT, server_default=NOW, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_signed_in")),
        _account("signed_in"),
        sa.CheckConstraint(
            "ended_why IN ('signed_out', 'ended', 'password', 'closed')",
            name=op.f("ck_signed_in_ended_why"),
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_signed_in_ended")
        ),
    )
    op.create_index("ix_signed_in_account", "signed_in", ["county_code", "account_id", "began_at"])
    op.create_table(
        "second_factor",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("last_step", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "account_id", name=op.f("pk_second_factor")),
        _account("second_factor"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint(
            "county_code", "account_id", "code_hash",
            name=op.f("uq_recovery_code_county_code_account_id_code_hash"),
        ),
        _account("recovery_code"),
    )  # fmt: skip
    op.add_column("account", sa.Column("password_at", MOMENT, nullable=True))
    op.add_column("api_token", sa.Column("label", sa.String(), server_default="", nullable=False))
    op.add_column("api_token", sa.Column("scopes", postgresql.JSONB(), nullable=True))
    # passwords from before are as old as today, so that nobody is surprised by their end
    op.execute("UPDATE account SET password_at = app_now()")
    _one_figure_for_reports()


def _one_figure_for_reports() -> None:
    """What a county set for reporting decisions on the spot is the figure of that limit now."""
    op.execute("""
        INSERT INTO setting_entry (county_code, id, key, value, reason, by, by_name, at)
        SELECT county_code, overlay(id::text PLACING
            CASE right(id::text, 1) WHEN '0' THEN '1' ELSE '0' END FROM 36)::uuid,
          'limit_on_spot_report', value, reason, by, by_name, at
        FROM setting_entry WHERE key = 'spot_report_days'
    """)


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", "account_id"],
        ["account.county_code", "account.id"],
        name=op.f(f"fk_{table}_county_code_account_id"),
    )


def downgrade() -> None:
    op.drop_column("api_token", "scopes")
    op.drop_column("api_token", "label")
    op.drop_column("account", "password_at")
    for table in ("recovery_code", "second_factor", "signed_in", "sign_in_guard"):
        op.drop_table(table)
