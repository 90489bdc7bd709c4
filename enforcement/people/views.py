"""Pages: signing in and out, language, help; the others join from their modules."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from enforcement.access import door
from enforcement.access import services as access
from enforcement.access.door import own
from enforcement.db import transaction
from enforcement.errors import TooManyRequestsError
from enforcement.i18n import LANGUAGES, _
from enforcement.people import (
    account_views,
    certificate_views,
    import_views,
    person_views,
    unit_views,
)
from enforcement.people.blueprint import bp
from enforcement.people.forms import SignInForm
from enforcement.permissions import requires
from enforcement.pictures import HEIGHTS, PICTURES
from enforcement.security import csrf

PAGES = (account_views, certificate_views, import_views, person_views, unit_views)
"""The modules whose pages join the blueprint."""


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(None)
def sign_in() -> ResponseReturnValue:
    """Sign in with name and password."""
    form = SignInForm()
    if not form.validate_on_submit():
        return render_template("people/sign_in.html", form=form)
    try:
        with transaction() as database:
            outcome = access.sign_in(
                database, form.username.data or "", form.password.data or "", door.came()
            )
    except TooManyRequestsError as error:
        flash(str(error), "danger")
        return render_template("people/sign_in.html", form=form), 429
    if outcome.step is access.Step.REFUSED:
        flash(_("用户名或者密码不正确。"), "danger")
        return render_template("people/sign_in.html", form=form), 401
    return door.lead_on(outcome, own(request.args.get("next")))


@bp.post("/sign-out")
@requires(None)
def sign_out() -> ResponseReturnValue:
    """Sign out of this browser."""
    if current_user.is_authenticated and current_user.actor.session_id:
        with transaction() as database:
            access.leave(database, current_user.actor)
    logout_user()
    session.clear()
    return redirect(url_for(".sign_in"))


@bp.post("/language")
@csrf.exempt
@requires(None)
def language() -> ResponseReturnValue:
    """Choose the language of the pages; it changes nothing else, so the form needs no token."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(own(request.form.get("next")) or url_for("overview.home"))


@bp.get("/help")
@requires(None)
def help_page() -> ResponseReturnValue:
    """Explain the platform to those who use it."""
    return render_template("help.html")


@bp.get("/help/pages")
@requires(None)
def help_pictures() -> ResponseReturnValue:
    """Show the main pages as they look on a desk, a tablet and a phone."""
    return render_template("help_pages.html", pictures=PICTURES, widths=HEIGHTS)
