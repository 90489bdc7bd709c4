"""Say where posts are, and notice who leaves his."""

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"
branch_labels = None
depends_on = None
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "duty_post",
        sa.Column("unit_id", sa.UUID(), nullable=False),
        sa.Column("lon", sa.Float(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=False),
        sa.Column("radius_m", sa.Integer(), nullable=True),
        sa.Column("set_by", sa.UUID(), nullable=False),
        sa.Column("set_at", MOMENT, nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_duty_post")),
        sa.UniqueConstraint(
            "county_code", "unit_id", name=op.f("uq_duty_post_county_code_unit_id")
        ),
        sa.CheckConstraint("radius_m between 50 and 10000", name=op.f("ck_duty_post_radius")),
        _to("duty_post", "unit_id", "unit"),
        _to("duty_post", "set_by", "account"),
    )
    op.create_table(
        "post_away",
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("unit_code", sa.Text(collation="C"), nullable=False),
        sa.Column("left_at", MOMENT, nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("told_at", MOMENT, nullable=True),
        sa.Column("back_at", MOMENT, nullable=True),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_post_away")),
        _to("post_away", "person_id", "person"),
    )
    op.create_index(
        "uq_post_away_open", "post_away", ["county_code", "person_id"], unique=True,
        postgresql_where=sa.text("back_at is null"),
    )  # fmt: skip


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{other}.county_code", f"{other}.id"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def downgrade() -> None:
    op.drop_table("post_away")
    op.drop_table("duty_post")
