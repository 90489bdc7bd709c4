"""The application's role owns nothing: what it may do to each table, and what it cannot undo."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import psycopg2
import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Session, sessionmaker

from enforcement import cluster
from enforcement.config import Config, ConfigError
from enforcement.operations import health, queries
from enforcement.positions import keeping
from enforcement.postgres import grants
from enforcement.postgres.account import ClusterError
from enforcement.postgres.migrations import migrate
from enforcement.postgres.setup import superuser
from tests.asking import as_owner
from tests.seed import drop_database, make_database, owner_url

NAME: Final = "enforcement_test_roles"
RIGHTS: Final = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
READ: Final = {
    "alembic_version", "audit_head", "audit_link", "clock_shift", "row_change", "row_head",
    "row_link", "row_watched",
}  # fmt: skip
HELD: Final = text("""
SELECT c.relname, c.relispartition,
  array(SELECT r FROM unnest(CAST(:rights AS text[])) r
    WHERE has_table_privilege(:role, c.oid, r)) AS rights,
  array(SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = c.oid
    AND t.tgfoid = 'refuse_change'::regproc) AS guards
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND c.relname <> 'spatial_ref_sys' ORDER BY 1
""")
DEFINERS: Final = text("""
SELECT p.oid::regprocedure::text, coalesce(p.proconfig, '{}') AS said,
  has_function_privilege(:role, p.oid, 'EXECUTE') AS may
FROM pg_proc p WHERE p.prosecdef AND p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
""")
OWNED: Final = text("""
SELECT (SELECT count(*) FROM pg_class WHERE relowner = r.oid)
  + (SELECT count(*) FROM pg_proc WHERE proowner = r.oid)
  + (SELECT count(*) FROM pg_namespace WHERE nspowner = r.oid)
  + (SELECT count(*) FROM pg_database WHERE datdba = r.oid) AS owns,
  rolcanlogin, rolsuper OR rolbypassrls OR rolcreatedb OR rolcreaterole OR rolreplication AS more,
  EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS belongs
FROM pg_roles r WHERE rolname = :role
""")
STAMP: Final = text("UPDATE alembic_version SET version_num = :revision")


@pytest.fixture(scope="module")
def fresh(base_config: Config) -> Iterator[Config]:
    """Settings of a database that was just migrated, without any row."""
    url = make_database(base_config, NAME)
    config = replace(base_config, database_url=url, owner_url=owner_url(base_config, url))
    migrate(config.owner, config.app_role)
    yield config
    drop_database(base_config, NAME)


@pytest.fixture(scope="module")
def app_engine(fresh: Config) -> Iterator[Engine]:
    """Connections as the application makes them."""
    engine = create_engine(fresh.database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def mine(app_engine: Engine) -> Iterator[Connection]:
    """The application's connection; what it does is undone."""
    with app_engine.connect() as connection:
        yield connection


@pytest.fixture
def owner(fresh: Config) -> Iterator[Connection]:
    """The connection of the tables' owner; what it does is undone."""
    engine = create_engine(fresh.owner)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def test_it_owns_nothing_and_belongs_to_nobody(mine: Connection, fresh: Config) -> None:
    found = mine.execute(OWNED, {"role": fresh.app_role}).one()
    assert tuple(found) == (0, True, False, False)
    assert mine.scalar(text("SELECT current_user")) == cluster.APP_ROLE


def wanted(name: str, partition: bool, guards: list[str]) -> list[str]:
    """Return what the role should have: worked out by the words of the triggers, not their bits."""
    if name in READ or partition:
        return ["SELECT"]
    grows = [one.partition(" ON ")[0] for one in guards if "FOR EACH ROW" in one]
    changes = [act for act in ("UPDATE", "DELETE") if not any(act in one for one in grows)]
    return ["SELECT", "INSERT", *changes]


def test_every_table_has_its_rights_and_no_more(mine: Connection, fresh: Config) -> None:
    rows = mine.execute(HELD, {"role": fresh.app_role, "rights": list(RIGHTS)}).all()
    assert len(rows) > 150
    assert {row.relname for row in rows} >= READ
    found = {row.relname: list(row.rights) for row in rows}
    assert found == {
        row.relname: wanted(row.relname, row.relispartition, row.guards) for row in rows
    }
    assert found["audit_log"] == found["case_entry"] == ["SELECT", "INSERT"]
    assert found["check_in"] == ["SELECT", "INSERT", "DELETE"]
    assert found["case_file"] == ["SELECT", "INSERT", "UPDATE", "DELETE"]


def test_a_table_of_a_later_release_gets_its_rights_with_the_upgrade(
    owner: Connection, fresh: Config
) -> None:
    owner.execute(text("CREATE TABLE later (id integer)"))
    owner.execute(text("CREATE TABLE later_entry (id integer)"))
    owner.execute(text("CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON later_entry "
                       "FOR EACH ROW EXECUTE FUNCTION refuse_change('later_entry')"))  # fmt: skip
    owner.execute(text(f"GRANT UPDATE, TRUNCATE ON audit_log TO {fresh.app_role}"))
    lacking = {one.name: one.rights for one in grants.lacking(owner, fresh.app_role)}
    assert lacking == {
        "audit_log": ("SELECT", "INSERT"), "later": ("SELECT", "INSERT", "UPDATE", "DELETE"),
        "later_entry": ("SELECT", "INSERT"),
    }  # fmt: skip
    grants.give(owner, fresh.app_role)
    assert grants.lacking(owner, fresh.app_role) == []


def test_functions_with_the_owners_rights_fix_their_path_and_take_nothing_from_callers(
    mine: Connection, fresh: Config
) -> None:
    rows = mine.execute(DEFINERS, {"role": fresh.app_role}).all()
    assert all("search_path=public, pg_temp" in row.said for row in rows), rows
    assert {row[0]: row.may for row in rows} == {
        "row_watch()": False, "row_link_up()": False, "audit_link_up()": False,
        "fix_make_months()": True,
    }  # fmt: skip


@pytest.mark.parametrize("statement", [
    "ALTER TABLE case_file ADD COLUMN more text",
    "ALTER TABLE audit_log DISABLE TRIGGER ALL",
    "ALTER TABLE case_file DISABLE ROW LEVEL SECURITY",
    "ALTER TABLE case_file NO FORCE ROW LEVEL SECURITY",
    "ALTER POLICY second_wall ON case_file USING (true)",
    "CREATE POLICY mine ON case_file USING (true)",
    "DROP POLICY second_wall ON case_file",
    "DROP TABLE notice",
    "DROP TRIGGER only_grows ON audit_log",
    "CREATE TRIGGER mine AFTER INSERT ON audit_log FOR EACH ROW EXECUTE FUNCTION refuse_change()",
    "CREATE TABLE mine (id integer)",
    "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql "
    "AS 'BEGIN RETURN new; END'",
    "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
    "UPDATE audit_log SET act = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log",
    "UPDATE case_entry SET by_name = 'x'", "DELETE FROM document",
    "INSERT INTO row_change (county_code, table_name, act, keys, rows) "
    "VALUES ('220322', 'person', 'update', '{}', '[]')",
    "DELETE FROM row_link", "UPDATE row_head SET seq = 0", "DELETE FROM audit_link",
    "UPDATE audit_head SET seq = 0", "SELECT row_restate('person')",
    "UPDATE clock_shift SET shift = '1 day'", "UPDATE alembic_version SET version_num = '0001'",
    "SET session_replication_role = replica", "SET ROLE enforcement",
    "SET SESSION AUTHORIZATION enforcement",
    "CREATE DATABASE mine", "CREATE ROLE mine", "ALTER ROLE enforcement_app BYPASSRLS",
    "COPY audit_log TO PROGRAM 'cat'", "SELECT pg_read_file('postgresql.conf')",
])  # fmt: skip
def test_it_cannot_undo_what_holds_it(mine: Connection, statement: str) -> None:
    with pytest.raises(ProgrammingError) as refused:
        mine.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
    assert isinstance(refused.value.orig, psycopg2.errors.InsufficientPrivilege), refused.value


def test_no_row_of_the_chain_is_forged_by_a_table_of_ones_own(mine: Connection) -> None:
    mine.execute(text("CREATE TEMP TABLE person (county_code text, id integer)"))
    with pytest.raises(ProgrammingError, match="row_watch"):
        mine.execute(text("CREATE TRIGGER mine AFTER INSERT ON pg_temp.person REFERENCING NEW TABLE"
                          " AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION"
                          " row_watch('person', 'id', '', '')"))  # fmt: skip


def test_without_a_word_for_whom_it_reads_there_are_no_rows(
    demo_app: Flask, demo_config: Config
) -> None:
    engine = create_engine(demo_config.database_url)
    count = text("SELECT count(*) FROM case_file")
    with engine.connect() as connection:
        assert connection.scalar(count) == 0
        connection.execute(text("SET LOCAL app.reach = ''"))
        assert connection.scalar(count) == 0
        connection.execute(text("SET LOCAL row_security = off"))
        with pytest.raises(ProgrammingError, match="row-level security"):
            connection.scalar(count)
    engine.dispose()
    with demo_app.extensions["enforcement.sessions"]() as session:
        assert session.scalar(count) > 0


def test_it_makes_the_months_of_positions_and_no_other_table(mine: Connection) -> None:
    months = text("SELECT count(*) FROM pg_inherits WHERE inhparent = 'fix'::regclass")
    before = mine.scalar(months)
    mine.execute(keeping.MAKE)
    mine.execute(text("SELECT fix_make_months()"))
    assert mine.scalar(months) >= before
    owners = "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relname LIKE 'fix%'"
    assert mine.scalars(text(owners)).all() == [cluster.ROLE]


def test_a_month_that_is_missing_is_made_by_the_application(session: Session) -> None:
    with as_owner(session):
        session.execute(text("DROP TABLE fix_2026_05"))
    session.execute(text("UPDATE clock_shift SET shift = '2026-03-02'::timestamptz - now()"))
    session.execute(keeping.MAKE)
    assert session.scalar(text("SELECT to_regclass('fix_2026_05') IS NOT NULL"))


def test_who_owns_the_tables_is_said(base_config: Config, fresh: Config) -> None:
    for url, owns in ((fresh.database_url, False), (fresh.owner, True)):
        engine = create_engine(url)
        found = health.ready(sessionmaker(engine))
        assert (found.well, found.owns) == (True, owns)
        with Session(engine) as session:
            assert queries.owns_tables(session) is owns
        engine.dispose()


def test_an_upgrade_by_another_role_says_what_to_set(owner: Connection, fresh: Config) -> None:
    newest, before = health.known_revisions()[:2]
    owner.execute(STAMP, {"revision": before})
    owner.commit()
    try:
        with pytest.raises(ClusterError, match="ENFORCEMENT_OWNER_URL"):
            migrate(fresh.database_url)
    finally:
        owner.execute(STAMP, {"revision": newest})
        owner.commit()
    assert migrate(fresh.database_url) == newest, "nothing to do, nothing refused"
    with pytest.raises(ClusterError, match="CREATE ROLE nobody_here"):
        migrate(fresh.owner, "nobody_here")


def test_a_cluster_of_the_release_before_gets_the_role_with_its_next_start(made: Config) -> None:
    with cluster.running(made):
        migrate(made.owner)
        with superuser(cluster.server(made.var), cluster.DATABASE) as cursor:
            cursor.execute(f"DROP OWNED BY {cluster.APP_ROLE}")
            cursor.execute(f"DROP ROLE {cluster.APP_ROLE}")
    with cluster.running(made):
        migrate(made.owner)
        engine = create_engine(made.database_url)
        with engine.connect() as connection:
            assert tuple(connection.execute(OWNED, {"role": made.app_role}).one()) == (
                0, True, False, False)  # fmt: skip
            assert connection.scalar(text("SELECT count(*) FROM audit_log")) == 0
        engine.dispose()


def test_the_owners_url_is_a_setting(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ENFORCEMENT_VAR", str(tmp_path))
    for name in ("DATABASE_URL", "OWNER_URL"):
        monkeypatch.delenv(f"ENFORCEMENT_{name}", raising=False)
    private = Config.from_env()
    assert (private.app_role, make_url(private.owner).username) == (cluster.APP_ROLE, cluster.ROLE)
    assert cluster.is_private(private)
    monkeypatch.setenv("ENFORCEMENT_OWNER_URL", "postgresql://boss@db1/x")
    with pytest.raises(ConfigError, match="ENFORCEMENT_DATABASE_URL"):
        Config.from_env()
    monkeypatch.setenv("ENFORCEMENT_DATABASE_URL", "postgresql://app@db1/x")
    both = Config.from_env()
    assert (both.app_role, both.owner) == ("app", "postgresql+psycopg2://boss@db1/x")
    monkeypatch.delenv("ENFORCEMENT_OWNER_URL")
    assert Config.from_env().owner == Config.from_env().database_url
