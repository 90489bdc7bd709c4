"""Keep grants of break-glass access with every look, and one administrator's post for a person."""

import sqlalchemy as sa
from alembic import op

revision = "0093"
down_revision = "0092"
branch_labels = None
depends_on = None

ADMINISTRATORS = "role in ('system_admin', 'security_admin', 'audit_admin')"
FIXED = ("account_id", "person_id", "kind", "case_id", "incident_id", "number", "reason",
         "asked_at", "until")  # fmt: skip


def _grants() -> None:
    text, moment = sa.String(), sa.DateTime(timezone=True)
    op.create_table(
        "glass_grant",
        sa.Column("account_id", sa.UUID(), nullable=False),
        sa.Column("person_id", sa.UUID(), nullable=False),
        sa.Column("name", text, nullable=False),
        sa.Column("role", text, nullable=False),
        sa.Column("unit_name", text, nullable=False),
        sa.Column("kind", text, nullable=False),
        sa.Column("case_id", sa.UUID(), nullable=True),
        sa.Column("incident_id", sa.UUID(), nullable=True),
        sa.Column("number", text, nullable=False),
        sa.Column("reason", text, nullable=False),
        sa.Column("asked_at", moment, nullable=False),
        sa.Column("until", moment, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("decided_by_person", sa.UUID(), nullable=True),
        sa.Column("decided_name", text, nullable=True),
        sa.Column("decided_at", moment, nullable=True),
        sa.Column("decided_why", text, nullable=True),
        sa.Column("first_used_at", moment, nullable=True),
        sa.Column("ended_at", moment, nullable=True),
        sa.Column("ended_name", text, nullable=True),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_glass_grant")),
        sa.CheckConstraint(
            "state in ('asked', 'agreed', 'refused', 'ended', 'lapsed')",
            name=op.f("ck_glass_grant_state"),
        ),
        sa.CheckConstraint("kind in ('case', 'incident')", name=op.f("ck_glass_grant_kind")),
        sa.CheckConstraint(
            "num_nonnulls(case_id, incident_id) = 1", name=op.f("ck_glass_grant_object")
        ),
        sa.CheckConstraint(
            "(kind = 'case') = (case_id is not null)", name=op.f("ck_glass_grant_object_kind")
        ),
        sa.CheckConstraint("until > asked_at", name=op.f("ck_glass_grant_period")),
        sa.CheckConstraint("decided_by_person <> person_id", name=op.f("ck_glass_grant_two_people")),
        sa.CheckConstraint(
            "state not in ('agreed', 'refused', 'ended')"
            " or num_nulls(decided_by_person, decided_name, decided_at, decided_why) = 0",
            name=op.f("ck_glass_grant_decided"),
        ),
        sa.CheckConstraint(
            "first_used_at is null or decided_at is not null", name=op.f("ck_glass_grant_used")
        ),
        *(
            sa.ForeignKeyConstraint(
                ["county_code", column], [f"{table}.county_code", f"{table}.id"],
                name=op.f(f"fk_glass_grant_county_code_{column}"),
            )
            for column, table in (("account_id", "account"), ("person_id", "person"),
                                  ("decided_by_person", "person"), ("case_id", "case_file"),
                                  ("incident_id", "incident"))
        ),
    )  # fmt: skip
    op.create_index(
        "ix_glass_grant_account", "glass_grant", ["county_code", "account_id", "asked_at", "id"]
    )
    op.create_index("ix_glass_grant_asked", "glass_grant", ["county_code", "asked_at", "id"])
    op.create_index(
        "ix_glass_grant_standing", "glass_grant", ["county_code", "account_id", "until"],
        postgresql_where="state = 'agreed'",
    )  # fmt: skip
    op.create_index(
        "ix_glass_grant_waiting", "glass_grant", ["county_code", "asked_at"],
        postgresql_where="state = 'asked'",
    )  # fmt: skip
    changed = " or ".join(f"new.{one} is distinct from old.{one}" for one in FIXED)
    op.execute(
        "create function glass_grant_keeps() returns trigger language plpgsql as $$ begin "
        f"if tg_op = 'DELETE' or {changed} or old.state in ('refused', 'ended', 'lapsed') then "
        "raise exception 'what a grant opens, to whom and until when is never changed' "
        "using errcode = 'integrity_constraint_violation'; end if; return new; end $$"
    )
    op.execute(
        "create trigger glass_grant_keeps before update or delete on glass_grant "
        "for each row execute function glass_grant_keeps()"
    )


def _looks() -> None:
    op.create_table(
        "glass_look",
        sa.Column("grant_id", sa.UUID(), nullable=False),
        sa.Column(
            "at", sa.DateTime(timezone=True), server_default=sa.text("app_now()"), nullable=False
        ),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("county_code", sa.CHAR(6), nullable=False),
        sa.Column("id", sa.UUID(), nullable=False),
        sa.PrimaryKeyConstraint("county_code", "id", name=op.f("pk_glass_look")),
        sa.ForeignKeyConstraint(
            ["county_code", "grant_id"], ["glass_grant.county_code", "glass_grant.id"],
            name=op.f("fk_glass_look_county_code_grant_id"),
        ),
    )  # fmt: skip
    op.create_index("ix_glass_look_grant", "glass_look", ["county_code", "grant_id", "at", "id"])
    op.execute(
        "create trigger glass_look_only_grows before update or delete on glass_look "
        "for each row execute function refuse_change('glass_look')"
    )


def upgrade() -> None:
    op.execute(
        "alter table post add constraint ex_post_administrator exclude using gist "
        "(county_code with =, person_id with =, daterange(valid_from, valid_to) with &&) "
        f"where ({ADMINISTRATORS})"
    )
    _grants()
    _looks()


def downgrade() -> None:
    op.drop_table("glass_look")
    op.drop_table("glass_grant")
    op.execute("drop function glass_grant_keeps()")
    op.drop_constraint("ex_post_administrator", "post")
