"""Keep the ledger of what villagers ask for."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

KINDS = ("visit", "caller", "call", "help", "proxy")
NATURES = ("ordinary", "petition", "mediation")
STATES = ("open", "done", "closed", "passed", "withdrawn")


def among(column: str, words: tuple[str, ...]) -> str:
    return f"{column} in ({', '.join(repr(word) for word in words)})"


def moment(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null)


def code(name: str, *, null: bool = True) -> sa.Column:
    return sa.Column(name, sa.Text(collation="C"), nullable=null)


def upgrade() -> None:
    op.create_table(
        "ask",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("nature", sa.String(), nullable=False),
        sa.Column("visitor_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("phone_encrypted", sa.LargeBinary(), nullable=True),
        sa.Column("phone_hash", sa.LargeBinary(), nullable=True),
        code("village_code"),
        code("township_code"),
        sa.Column("matter", sa.String(), nullable=False),
        sa.Column("promise", sa.String(), nullable=True),
        sa.Column("asked_on", sa.Date(), nullable=False),
        moment("received_at", null=False),
        sa.Column("written_by", sa.UUID(), nullable=False),
        code("unit_code", null=False),
        sa.Column("handler_id", sa.UUID(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("extended", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("result", sa.String(), nullable=True),
        moment("done_at"),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("incident_id", sa.UUID(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(among("kind", KINDS), name=op.f("ck_ask_kind")),
        sa.CheckConstraint(among("nature", NATURES), name=op.f("ck_ask_nature")),
        sa.CheckConstraint(among("state", STATES), name=op.f("ck_ask_state")),
        sa.CheckConstraint("score between 1 and 5", name=op.f("ck_ask_score")),
        sa.ForeignKeyConstraint(
            ["county_code", "handler_id"],
            ["person.county_code", "person.id"],
            name=op.f("fk_ask_county_code_handler_id"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "written_by"],
            ["account.county_code", "account.id"],
            name=op.f("fk_ask_county_code_written_by"),
        ),
        sa.ForeignKeyConstraint(
            ["county_code", "incident_id"],
            ["incident.county_code", "incident.id"],
            name=op.f("fk_ask_county_code_incident_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_ask")),
        sa.UniqueConstraint("county_code", "number", name=op.f("uq_ask_county_code_number")),
    )
    op.create_index("ix_ask_received", "ask", ["county_code", "received_at", "id"])
    op.create_index("ix_ask_township", "ask", ["county_code", "township_code", "received_at", "id"])
    op.create_index("ix_ask_handler", "ask", ["county_code", "handler_id", "received_at", "id"])
    op.create_index(
        "ix_ask_due",
        "ask",
        ["county_code", "township_code", "due_on"],
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "ask_entry",
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.Column("ask_id", sa.UUID(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by", sa.UUID(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        moment("at", null=False),
        sa.Column("detail", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["county_code", "ask_id"],
            ["ask.county_code", "ask.id"],
            name=op.f("fk_ask_entry_county_code_ask_id"),
        ),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_ask_entry")),
        sa.UniqueConstraint(
            "county_code", "ask_id", "seq", name=op.f("uq_ask_entry_county_code_ask_id_seq")
        ),
    )
    op.execute(
        "create trigger ask_entry_only_grows before update or delete on ask_entry "
        "for each row execute function refuse_change('ask_entry')"
    )


def downgrade() -> None:
    op.drop_table("ask_entry")
    op.drop_table("ask")
