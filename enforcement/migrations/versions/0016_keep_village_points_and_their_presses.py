"""Keep village points with their presses, and decisions taken from a village's name alone."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BEFORE = ("routed", "confirmed", "moved", "rehomed")


def basis(words: tuple[str, ...]) -> str:
    return f"basis in ({', '.join(repr(word) for word in words)})"


def moment(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def upgrade() -> None:
    op.drop_constraint(op.f("ck_routing_decision_basis"), "routing_decision")
    op.create_check_constraint(
        op.f("ck_routing_decision_basis"), "routing_decision", basis((*BEFORE, "named"))
    )
    op.create_table(
        "village_point",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("village_code", sa.Text(collation="C"), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=True),
        sa.Column("owner_id", sa.UUID(), nullable=True),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("secret_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("active", sa.Boolean(), server_default="true", nullable=False),
        moment("created_at", null=False),
        moment("last_seen_at"),
        moment("last_press_at"),
        moment("last_test_at"),
        moment("silent_since"),
        sa.Column("red_incident_id", sa.UUID(), nullable=True),
        moment("red_pressed_at"),
        sa.Column("green_incident_id", sa.UUID(), nullable=True),
        moment("green_pressed_at"),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "village_code"],
            ["division.county_code", "division.code"],
            name=op.f("fk_village_point_county_code_village_code"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "owner_id"],
            ["person.county_code", "person.id"],
            name=op.f("fk_village_point_county_code_owner_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_village_point")),
        sa.UniqueConstraint(
            "county_code",
            "village_code",
            "name",
            name=op.f("uq_village_point_county_code_village_code_name"),
        ),
    )
    op.create_index("ix_village_point_id", "village_point", ["id"])
    op.create_table(
        "point_press",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("point_id", sa.UUID(), nullable=False),
        sa.Column("nonce", sa.String(), nullable=False),
        sa.Column("button", sa.String(), nullable=False),
        sa.Column("test", sa.Boolean(), nullable=False),
        moment("pressed_at"),
        moment("received_at", null=False),
        sa.Column("clock_off", sa.Boolean(), nullable=False),
        sa.Column("incident_id", sa.UUID(), nullable=True),
        sa.Column("answer", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("button in ('red', 'green')", name=op.f("ck_point_press_button")),
        sa.ForeignKeyConstraint(
            ["county_code", "point_id"],
            ["village_point.county_code", "village_point.id"],
            name=op.f("fk_point_press_county_code_point_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_point_press")),
        sa.UniqueConstraint(
            "county_code",
            "point_id",
            "nonce",
            name=op.f("uq_point_press_county_code_point_id_nonce"),
        ),
    )
    op.execute(
        "create trigger point_press_only_grows before update or delete on point_press "
        "for each row execute function refuse_change('point_press')"
    )


def downgrade() -> None:
    op.drop_table("point_press")
    op.drop_table("village_point")
    op.execute("alter table routing_decision disable trigger user")
    op.execute("update routing_decision set basis = 'routed' where basis = 'named'")
    op.execute("alter table routing_decision enable trigger user")
    op.drop_constraint(op.f("ck_routing_decision_basis"), "routing_decision")
    op.create_check_constraint(op.f("ck_routing_decision_basis"), "routing_decision", basis(BEFORE))
