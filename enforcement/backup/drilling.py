"""The drill: restore a backup beside the running platform, and hold it to what it should be.

Rows of every table against the counts of the manifest, the revision of the tables, the audit
chain of every county with its signed checkpoints, encrypted numbers by the restored keys, and the
bytes of every kept file by their hash.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import psycopg2
from cryptography.fernet import InvalidToken
from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import cluster, create_app, crypto, files, keys
from enforcement.backup import counting, filing, making, restoring
from enforcement.backup.manifest import Manifest
from enforcement.backup.places import Place
from enforcement.backup.recovering import Target
from enforcement.backup.restoring import Restored
from enforcement.backup.sealing import Key
from enforcement.config import Config
from enforcement.db import Base, sessions
from enforcement.errors import DomainError
from enforcement.jurisdiction.models import County
from enforcement.postgres.migrations import revisions
from enforcement.trail import checkpoints

Say = Callable[[str], None]
SAMPLE: Final = 50
"""Encrypted numbers of each column that are opened."""


@dataclass
class Check:
    """One thing that was looked at: how many were right, and what was not, by name."""

    what: str
    looked_at: int = 0
    wrong: list[str] = field(default_factory=list)


@dataclass
class Report:
    """What a drill found; error -- why it could not restore; seconds -- of each part."""

    backup: str
    error: str | None = None
    checks: list[Check] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    exact: bool = True
    bytes: int = 0
    segments: int = 0

    @property
    def well(self) -> bool:
        """Tell whether all was restored and nothing is wrong."""
        return self.error is None and bool(self.checks) and not any(c.wrong for c in self.checks)

    @contextmanager
    def timed(self, part: str) -> Iterator[None]:
        """Keep the seconds of a part."""
        start = time.monotonic()
        try:
            yield
        finally:
            self.seconds[part] = round(time.monotonic() - start, 2)


def drill(
    config: Config, place: Place, key: Key, made: Manifest, say: Say, *, beside: Path | None = None
) -> Report:
    """Restore a backup to its own point in a temporary folder, check it, and remove it.

    beside -- folder in which the temporary one is made; the folder of state without
    """
    report = Report(made.name, exact=made.exact, bytes=made.bytes + made.files.bytes)
    with report.timed("total"), _folder(beside or config.var) as into:
        try:
            target = Target(point=made.moment.point)
            with report.timed("restore"):
                found = restoring.restore(config, place, key, made, into, target, say)
            report.segments = found.segments
            _check(report, made, found)
        except (DomainError, OSError) as error:
            report.error = str(error)
        finally:
            with report.timed("remove"):
                cluster.server(into).remove()
    return report


@contextmanager
def _folder(beside: Path) -> Iterator[Path]:
    beside.mkdir(parents=True, exist_ok=True)
    path = Path(tempfile.mkdtemp(prefix="drill-", dir=beside))
    path.chmod(0o755)  # the server's account passes through
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _check(report: Report, made: Manifest, found: Restored) -> None:
    report.checks.append(_lost(found))
    with report.timed("tables"):
        report.checks += [_tables(made, found.config), _revision(made, found.config)]
    app = create_app(
        replace(found.config, database_url=restoring.as_superuser(found.config)), serves=False
    )
    try:
        with app.app_context(), sessions()() as session:
            for part, look in (("chain", _chain), ("secrets", _secrets), ("documents", _documents)):
                with report.timed(part):
                    report.checks.append(look(session))
    finally:
        app.extensions["enforcement.engine"].dispose()


def _lost(found: Restored) -> Check:
    return Check("files", found.files.count, found.files.lost)


def _tables(made: Manifest, config: Config) -> Check:
    """Compare the rows of each table with the manifest."""
    with closing(psycopg2.connect(**making.dsn(cluster.server(config.var)))) as connection:
        now = counting.counts(connection)
    wanted = made.moment.tables
    check = Check("tables", len(wanted))
    for name in sorted({*now, *wanted}):
        least, most = wanted.get(name, [0, 0])
        if name not in now or name not in wanted or not least <= now[name] <= most:
            span = str(least) if least == most else f"{least}-{most}"
            check.wrong.append(f"{name}: {now.get(name, '—')} ≠ {span}")
    return check


def _revision(made: Manifest, config: Config) -> Check:
    found, _newest = revisions(restoring.as_superuser(config))
    wrong = [] if found == made.moment.revision else [f"{found} ≠ {made.moment.revision}"]
    return Check("revision", 1, wrong)


def _chain(session: Session) -> Check:
    """Check every link of both chains of every county, each watched row, and what was signed."""
    check = Check("chain")
    for code in session.scalars(select(County.county_code).order_by(County.county_code)).all():
        seen = checkpoints.verdicts(session, code, whole=True)
        check.looked_at += seen.acts.last + seen.rows.last
        check.wrong += [
            f"{code} {one.chain} {one.table or ''} {one.seq or one.audit_id}: {one.fault}"
            for one in seen.found
        ]
    return check


def _secrets(session: Session) -> Check:
    """Open some encrypted numbers of each column by the restored key."""
    check = Check("secrets")
    for name, numbers in keys.sealed_tables().items():
        for number in numbers:
            column = Base.metadata.tables[name].c[number + keys.SEALED]
            some = select(column).where(column.is_not(None)).limit(SAMPLE)
            for sealed in session.scalars(some):
                check.looked_at += 1
                if not _opens(sealed):
                    check.wrong.append(f"{name}.{number}")
                    break
    return check


def _opens(sealed: bytes) -> bool:
    try:
        crypto.unseal(sealed)
    except InvalidToken:
        return False
    return True


def _documents(session: Session) -> Check:
    """Read each file that the database names from the restored store."""
    check = Check("documents")
    for county_code, sha256, _size in filing.all_named(session):
        check.looked_at += 1
        try:
            files.read(county_code, sha256)
        except OSError:
            check.wrong.append(files.key_of(county_code, sha256))
    return check
