"""Import a list: what a file would do, and the same carried out, all or nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from enforcement import audit, clock, crypto, permissions
from enforcement.actor import Actor
from enforcement.errors import InvalidInputError, StaleVersionError
from enforcement.i18n import _
from enforcement.ids import uuid7
from enforcement.people import turns
from enforcement.people.imports.certificates import plan_certificates
from enforcement.people.imports.drafts import Draft, Plan, read_drafts
from enforcement.people.imports.lists import TABLES, Kind
from enforcement.people.imports.people import plan_auxiliaries, plan_people
from enforcement.people.imports.units import plan_units
from enforcement.people.imports.writing import write
from enforcement.people.models import ImportUpload
from enforcement.permissions import Permission
from enforcement.sheets.plans import Preview
from enforcement.sheets.reading import read

PLANNERS: Final[dict[Kind, Callable[[Session, Actor, list[Draft], Plan], None]]] = {
    Kind.UNITS: plan_units,
    Kind.PEOPLE: plan_people,
    Kind.CERTIFICATES: plan_certificates,
    Kind.AUXILIARIES: plan_auxiliaries,
}
KEPT: Final = timedelta(days=1)


def preview(session: Session, actor: Actor, kind: Kind, data: bytes, name: str) -> Preview:
    """Return what a file would do; nothing is changed. Raises InvalidInputError("file")."""
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    return _plan(session, actor, kind, data, name).preview


def apply(
    session: Session,
    actor: Actor,
    kind: Kind,
    data: bytes,
    name: str,
    *,
    digest: str | None = None,
) -> Preview:
    """Carry a file out in the caller's transaction; nothing where there is any problem.

    digest -- of the preview that was seen; raises StaleVersionError where the county has changed
    since, StepNotAllowedError where somebody else keeps the turn too long.
    """
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    turns.take(session, actor.county_code)
    plan = _plan(session, actor, kind, data, name)
    if digest is not None and digest != plan.preview.digest:
        raise StaleVersionError(_("登记在预览之后已被他人更改，请重新预览。"))
    if plan.preview.problems:
        return plan.preview
    write(session, actor.county_code, plan)
    plan.preview.applied = True
    audit.record(
        session, actor.county_code, "people:import", str(kind), name, actor=actor,
        added=len(plan.preview.added), changed=len(plan.preview.changed),
        sha256=plan.preview.source,
    )  # fmt: skip
    session.flush()
    return plan.preview


def _plan(session: Session, actor: Actor, kind: Kind, data: bytes, name: str) -> Plan:
    table = TABLES[kind]
    sheet = read(table, data, name)
    drafts, wrong = read_drafts(table, sheet)
    made = Preview(
        len(sheet.rows), problems=[*sheet.problems, *wrong],
        source=hashlib.sha256(data).hexdigest(), examples=sheet.examples,
    )  # fmt: skip
    plan = Plan(table, made)
    PLANNERS[kind](session, actor, drafts, plan)
    made.problems.sort(key=lambda one: one.row)
    return plan


def keep(session: Session, actor: Actor, kind: Kind, data: bytes, name: str) -> uuid.UUID:
    """Keep a file, encrypted, until it is imported; the actor's earlier and all old ones go."""
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    _forget(session, actor)
    row = ImportUpload(
        county_code=actor.county_code, id=uuid7(), account_id=actor.account_id, kind=str(kind),
        name=name[:200], sealed=crypto.seal_bytes(data), at=clock.now(session),
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id


def _forget(session: Session, actor: Actor) -> None:
    old = ImportUpload.at < clock.now(session) - KEPT
    session.execute(
        delete(ImportUpload).where(
            ImportUpload.county_code == actor.county_code,
            or_(ImportUpload.account_id == actor.account_id, old),
        )
    )


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def apply_kept(session: Session, actor: Actor, kind: Kind, upload_id: str, digest: str) -> Preview:
    """Carry out the file that the actor has looked at, and forget it."""
    permissions.check(actor, Permission.PEOPLE_MANAGE)
    row = session.scalar(
        select(ImportUpload).where(
            ImportUpload.county_code == actor.county_code,
            ImportUpload.account_id == actor.account_id,
            ImportUpload.kind == str(kind),
            ImportUpload.id == _uuid(upload_id),
        )
    )
    if row is None:
        raise InvalidInputError("file", _("没有找到上传的文件，请重新上传。"))
    data, name = crypto.unseal_bytes(row.sealed), row.name
    done = apply(session, actor, kind, data, name, digest=digest)
    if done.applied:
        _forget(session, actor)
    return done
