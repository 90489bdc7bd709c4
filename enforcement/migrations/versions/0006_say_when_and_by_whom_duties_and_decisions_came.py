"""Say when and by whom duties began and ended, and why a routing decision was taken."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

BASES = ("routed", "confirmed", "moved", "rehomed")


def moment(name: str, *, now: bool = False) -> sa.Column:
    default = sa.text("app_now()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), server_default=default, nullable=not now)


def upgrade() -> None:
    op.add_column("responsibility", sa.Column("name", sa.String(), nullable=True))
    op.add_column("responsibility", moment("created_at", now=True))
    op.add_column(
        "responsibility",
        sa.Column("created_by", sa.String(), server_default="system", nullable=False),
    )
    op.add_column("responsibility", moment("ended_at"))
    op.add_column("edition", moment("ended_at"))
    op.execute(
        "update responsibility set created_at = (valid_from::timestamp at time zone 'Asia/Shanghai')"
    )
    op.execute("update edition set ended_at = app_now() where valid_to is not null")
    op.execute("update responsibility set ended_at = app_now() where valid_to is not null")
    op.add_column(
        "routing_decision",
        sa.Column("basis", sa.String(), server_default="routed", nullable=False),
    )
    op.create_check_constraint(
        op.f("ck_routing_decision_basis"),
        "routing_decision",
        f"basis in ({', '.join(map(repr, BASES))})",
    )
    op.add_column("routing_decision", sa.Column("replaces_id", sa.UUID(), nullable=True))
    op.add_column("routing_decision", sa.Column("decided_by", sa.UUID(), nullable=True))
    op.add_column("routing_decision", sa.Column("reason", sa.String(), nullable=True))


def downgrade() -> None:
    for name in ("reason", "decided_by", "replaces_id"):
        op.drop_column("routing_decision", name)
    op.drop_constraint(op.f("ck_routing_decision_basis"), "routing_decision")
    op.drop_column("routing_decision", "basis")
    op.drop_column("edition", "ended_at")
    for name in ("ended_at", "created_by", "created_at", "name"):
        op.drop_column("responsibility", name)
