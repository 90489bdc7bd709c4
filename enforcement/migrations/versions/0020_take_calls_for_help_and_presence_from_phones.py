"""Take calls for help and presence from phones; keep what a photo says of its time and place."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def moment(name: str, *, null: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def place() -> list[sa.Column]:
    return [
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("accuracy_m", sa.Float(), nullable=True),
    ]


def key(table: str, column: str, target: str, other: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["county_code", column],
        [f"{target}.county_code", f"{target}.{other}"],
        name=op.f(f"fk_{table}_county_code_{column}"),
    )


def only_grows(table: str) -> None:
    op.execute(
        f"create trigger {table}_only_grows before update or delete on {table} "
        f"for each row execute function refuse_change('{table}')"
    )


def upgrade() -> None:
    op.add_column("stored_file", moment("exif_taken_at", null=True))
    op.add_column("stored_file", sa.Column("exif_lon", sa.Float(), nullable=True))
    op.add_column("stored_file", sa.Column("exif_lat", sa.Float(), nullable=True))
    op.create_table(
        "sos_press",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        moment("occurred_at"),
        moment("received_at"),
        *place(),
        sa.Column("words", sa.String(), nullable=True),
        sa.CheckConstraint("act in ('press', 'withdraw')", name=op.f("ck_sos_press_act")),
        key("sos_press", "account_id", "account"),
        key("sos_press", "incident_id", "incident"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_sos_press")),
    )
    op.create_index(
        "ix_sos_press_account", "sos_press", ["county_code", "account_id", "received_at"]
    )
    only_grows("sos_press")
    op.create_table(
        "duty_presence",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        moment("occurred_at"),
        moment("received_at"),
        *place(),
        sa.Column("shift_id", sa.UUID(), nullable=True),
        key("duty_presence", "person_id", "person"),
        key("duty_presence", "account_id", "account"),
        key("duty_presence", "shift_id", "duty_shift"),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_duty_presence")),
    )
    op.create_index(
        "ix_duty_presence_person", "duty_presence", ["county_code", "person_id", "occurred_at"]
    )
    only_grows("duty_presence")


def downgrade() -> None:
    op.drop_table("duty_presence")
    op.drop_table("sos_press")
    for name in ("exif_lat", "exif_lon", "exif_taken_at"):
        op.drop_column("stored_file", name)
