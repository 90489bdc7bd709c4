"""Pages for signing by hand, for whatever a paper belongs to: a case, a penalty, an inspection."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from enforcement.actor import Actor
from enforcement.config import Config
from enforcement.db import transaction
from enforcement.document import handsigning, handwriting, sealing, strokes
from enforcement.document.handsigning import Refused, Signed, Taken
from enforcement.document.models import Document
from enforcement.document.render import pictures
from enforcement.errors import DomainError, InvalidInputError, NotFoundError, status_of
from enforcement.i18n import _
from enforcement.law.paperwork import PAPERS
from enforcement.permissions import Permission, requires
from enforcement.sign_in import current_actor

Find = Callable[[Session, Actor, uuid.UUID, uuid.UUID, bool], Document]
"""Return a paper of an owner that the actor sees; with True, only if he may take signatures."""
PIXELS_PER_INCH: Final = 72


def register(bp: Blueprint, rule: str, owner: str, find: Find) -> None:
    """Add the pages to a blueprint: rule "/cases/<uuid:case_id>", owner "case_id"."""
    pages = _Pages(owner, find)
    base = f"{rule}/documents/<uuid:document_id>"
    read, work = requires(Permission.DOCUMENT_READ), requires(Permission.CASE_WORK)
    for path, name, methods, guard, view in (
        ("signatures", "signatures", ["GET"], read, pages.overview),
        ("sign", "sign_paper", ["GET", "POST"], work, pages.sign),
        ("refuse", "refuse_to_sign", ["POST"], work, pages.refuse),
        ("written", "finish_signing", ["POST"], work, pages.finish),
    ):
        bp.add_url_rule(f"{base}/{path}", name, guard(_named(name, view)), methods=methods)


def _named(name: str, view: Callable[..., ResponseReturnValue]) -> Any:
    def shown(**ids: uuid.UUID) -> ResponseReturnValue:
        return view(ids)

    shown.__name__, shown.__doc__ = name, view.__doc__
    return shown


class _Pages:
    """The pages of one kind of owner."""

    def __init__(self, owner: str, find: Find) -> None:
        self.owner, self.find = owner, find

    def _found(self, session: Session, ids: Mapping[str, Any], write: bool) -> Document:
        return self.find(session, current_actor(), ids[self.owner], ids["document_id"], write)

    def overview(
        self, ids: Mapping[str, Any], error: Exception | None = None
    ) -> ResponseReturnValue:
        """Show who has signed a paper, who is still to, and whether all is whole."""
        with transaction() as session:
            document = self._found(session, ids, False)
            page = render_template(
                "document/signatures.html", document=document, paper=PAPERS[document.code],
                places=handwriting.places(session, document), owner=self.owner,
                copies=sealing.copies_of(session, document), ids=ids, error=error,
                problems=handwriting.problems(session, document), may=self._may(session, ids),
                key=str(uuid.uuid4()),
            )  # fmt: skip
        return page, status_of(error) if error else 200

    def _may(self, session: Session, ids: Mapping[str, Any]) -> bool:
        try:
            with session.begin_nested():
                self._found(session, ids, True)
        except DomainError:
            return False
        return True

    def sign(self, ids: Mapping[str, Any]) -> ResponseReturnValue:
        """Show the pages of a paper, each with a field to sign in; keep what was signed."""
        error: DomainError | None = None
        with transaction() as session:
            document = self._found(session, ids, True)
            place = _place(session, document)
            if request.method == "POST":
                try:
                    said = Signed(place.role, place.n, request.form.get("name", ""),
                                  _strokes(), _taken())  # fmt: skip
                    handsigning.sign(session, current_actor(), document, said, key=_key())
                    flash(_("签名已保存。"), "success")
                    return redirect(url_for(".signatures", **ids))
                except DomainError as refused:
                    error = refused
            page = render_template(
                "document/sign.html", document=document, paper=PAPERS[document.code], place=place,
                pages=_pictures(session, document), ids=ids, error=error, key=str(uuid.uuid4()),
                box=(strokes.WIDTH, strokes.HEIGHT),
                todo=[one for one in place.pages if one not in place.signed_pages],
            )  # fmt: skip
        return page, status_of(error) if error else 200

    def refuse(self, ids: Mapping[str, Any]) -> ResponseReturnValue:
        """Note that the party refuses to sign."""
        said = Refused(
            reason=request.form.get("reason", ""),
            witness_name=request.form.get("witness_name", ""),
            recording=request.form.get("recording", ""),
            taken=_taken(),
        )
        act = handsigning.refuse
        return self._act(ids, lambda *on: act(on[0], current_actor(), on[1], said, key=_key()),
                         _("已注明拒绝签名。"))  # fmt: skip

    def finish(self, ids: Mapping[str, Any]) -> ResponseReturnValue:
        """Make the signed file of a paper."""
        act = handsigning.finish
        return self._act(ids, lambda *on: act(on[0], current_actor(), on[1], key=_key()),
                         _("已生成带手写签名的文书。"))  # fmt: skip

    def _act(
        self,
        ids: Mapping[str, Any],
        act: Callable[[Session, Document], object],
        done: str,
    ) -> ResponseReturnValue:
        try:
            with transaction() as session:
                act(session, self._found(session, ids, True))
        except NotFoundError:
            raise
        except DomainError as error:
            return self.overview(ids, error)
        flash(done, "success")
        return redirect(url_for(".signatures", **ids))


def _place(session: Session, document: Document) -> handwriting.Place:
    """Return the place that ?role=&n= names; raises NotFoundError."""
    wanted = (request.values.get("role"), request.values.get("n", "1"))
    found = handwriting.places(session, document)
    place = next((one for one in found if (str(one.role), str(one.n)) == wanted), None)
    if place is None:
        raise NotFoundError(_("该文书没有这个签名处。"))
    return place


def _pictures(session: Session, document: Document) -> list[str]:
    config: Config = current_app.extensions["enforcement.config"]
    made = pictures(
        document.code, handwriting.with_handwriting(session, document), number=document.number,
        issued_at=document.issued_at, font_dirs=config.font_dirs,
        root=handwriting.template_of(document), pixels_per_inch=PIXELS_PER_INCH,
    )  # fmt: skip
    return [f"data:image/png;base64,{base64.b64encode(one).decode()}" for one in made]


def _strokes() -> dict[int, Any]:
    """Return the strokes that the form sends, by page; raises InvalidInputError."""
    try:
        said = json.loads(request.form.get("strokes") or "{}")
        return {int(page): lines for page, lines in said.items()}
    except (ValueError, AttributeError, RecursionError) as error:
        raise InvalidInputError("strokes", _("签名数据有误，请清除后重新书写。")) from error


def _taken() -> Taken:
    """Return where and by what the form says it was taken; what cannot be read is left out."""
    form = request.form
    try:
        signed_at = datetime.fromisoformat(form.get("signed_at", ""))
    except ValueError:
        signed_at = None
    lon, lat = _degrees(form.get("lon"), 180), _degrees(form.get("lat"), 90)
    both = lon is not None and lat is not None
    return Taken(
        device=form.get("device") or request.headers.get("User-Agent", ""),
        signed_at=signed_at if signed_at and signed_at.tzinfo else None,
        place=form.get("place"), lon=lon if both else None, lat=lat if both else None,
        accuracy_m=_degrees(form.get("accuracy_m"), 100_000) if both else None,
    )  # fmt: skip


def _degrees(text: str | None, most: float) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if abs(value) <= most else None


def _key() -> str | None:
    return request.form.get("key") or None
