"""One shape for the pages of an act: a form, a refusal beside its field, then a redirect."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from enforcement.errors import DomainError, status_of
from enforcement.fields import Field, form_of, mark, values_of


@dataclass(frozen=True)
class FormPage:
    """What a form's page says besides its fields.

    back -- address and words of the page before; notes -- sentences above the form
    lists -- field -> value and words to choose from while typing; ask -- asked before sending
    """

    title: str
    submit: str
    back: tuple[str, str]
    notes: Sequence[str] = ()
    ask: str = ""
    style: str = "primary"
    icon: str = "check-lg"
    lists: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


def whole(text: object) -> int | None:
    """Return the number that a hidden field carries, None for anything else."""
    return int(str(text)) if text is not None and str(text).isdigit() else None


def made(name: str, fields: Sequence[Field], defaults: Mapping[str, Any]) -> FlaskForm:
    """Return the form of an act with what is known already and a key against double clicks."""
    return form_of(name, fields)(**{"key": str(uuid.uuid4()), **defaults})


def run(
    session: Session,
    fields: Sequence[Field],
    page: FormPage,
    do: Callable[[dict[str, Any]], Any],
    done: Callable[[Any], tuple[str, str]],
    defaults: Mapping[str, Any] | None = None,
) -> ResponseReturnValue:
    """Show a form, or carry out its act and go on.

    do -- the act, given what the form says with `key` and `version`; done -- from its result the
    words to say and the address to go to. A refusal changes nothing and is shown with the form.
    """
    form = made("ActForm", fields, defaults or {})
    if not form.validate_on_submit():
        return show(form, fields, page), 422 if form.is_submitted() else 200
    said = values_of(form, fields)
    said |= {"key": form["key"].data or None, "version": whole(form["version"].data)}
    try:
        with session.begin_nested():
            result = do(said)
    except DomainError as error:
        mark(form, error)
        return show(form, fields, page, str(error)), status_of(error)
    words, address = done(result)
    flash(words, "success")
    return redirect(address)


def show(
    form: FlaskForm, fields: Sequence[Field], page: FormPage, why: str | None = None, **more: Any
) -> str:
    """Return the page of a form; `why` is a refusal that names no field."""
    names = [one.name for one in fields]
    return render_template("people/form.html", form=form, names=names, page_=page, why=why, **more)
