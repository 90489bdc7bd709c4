"""Let the database itself keep rows of cases and of personal data from whom they do not concern."""

from alembic import op

from enforcement.migrations import r0096

revision = "0096"
down_revision = "0095"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_case_file_point", table_name="case_file")
    op.create_index("ix_case_file_place", "case_file", ["county_code", "lon", "lat"])
    for statement in r0096.up(r0096.POLICIES):
        op.execute(statement)


def downgrade() -> None:
    for statement in r0096.down(r0096.POLICIES):
        op.execute(statement)
    op.drop_index("ix_case_file_place", table_name="case_file")
    op.create_index("ix_case_file_point", "case_file", ["point"], postgresql_using="gist")
