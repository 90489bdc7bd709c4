"""What an act asks for, declared once: the form of the page and the schema of the API read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import marshmallow as ma
import wtforms
from flask_wtf import FlaskForm
from marshmallow import validate
from wtforms import validators

from enforcement.clock import ZONE
from enforcement.i18n import _, _l, label
from enforcement.law.terms import Term

Choices = Callable[[], Sequence[tuple[str, str]]]
SHORT: Final = 200  # characters
LONG: Final = 4000


@dataclass(frozen=True)
class Field:
    """One value: its name in the API, its words on the page, its type and bounds.

    kind -- text, long_text, day, moment, money (yuan), number, count, choice, yes (must be ticked),
    flag (may be ticked)
    only -- (another field, values): what it is asked for; pages hide it otherwise, where scripts
    run ("yes" is a ticked flag)
    """

    name: str
    kind: str
    label: Any
    required: bool = True
    words: type[Term] | None = None
    options: Choices | None = None
    hint: Any = ""
    only: tuple[str, tuple[str, ...]] | None = None

    def choices(self) -> list[tuple[str, str]]:
        """Return value and word of every choice."""
        if self.words is not None:
            return [(str(word), label(word)) for word in self.words]
        return list(self.options()) if self.options else []


def schema_of(name: str, fields: Sequence[Field]) -> type[ma.Schema]:
    """Return the API's schema of an act; unknown keys are refused."""
    made = {field.name: _api_field(field) for field in fields}
    made["key"] = ma.fields.Str(
        metadata={"description": "idempotency key"}, validate=validate.Length(1, 100)
    )
    made["version"] = ma.fields.Int(metadata={"description": "version that was read"})
    return ma.Schema.from_dict(made, name=name)


def _api_field(field: Field) -> ma.fields.Field[Any]:
    common: dict[str, Any] = {
        "required": field.required,
        "allow_none": not field.required,
        "metadata": {"description": str(field.label)},
    }
    if not field.required:
        common["load_default"] = None
    if field.kind == "choice":
        if field.words is not None:
            return ma.fields.Str(validate=validate.OneOf([str(w) for w in field.words]), **common)
        return ma.fields.Str(validate=validate.Length(1, SHORT), **common)
    makers: dict[str, Callable[[], ma.fields.Field[Any]]] = {
        "text": lambda: ma.fields.Str(validate=_text(field, SHORT), **common),
        "long_text": lambda: ma.fields.Str(validate=_text(field, LONG), **common),
        "day": lambda: ma.fields.Date(**common),
        "moment": lambda: ma.fields.AwareDateTime(**common),
        "money": lambda: ma.fields.Decimal(
            places=2, as_string=True, validate=validate.Range(min=0, max=10**9), **common
        ),
        "number": lambda: ma.fields.Decimal(
            places=2, as_string=True, validate=validate.Range(min=0, max=10**9), **common
        ),
        "count": lambda: ma.fields.Int(validate=validate.Range(0, 10_000), **common),
        "yes": lambda: ma.fields.Bool(validate=validate.Equal(True), **common),
        "flag": lambda: ma.fields.Bool(**(common | {"required": False})),
    }
    return makers[field.kind]()


def _text(field: Field, most: int) -> validate.Length:
    return validate.Length(1 if field.required else 0, most)


def form_of(name: str, fields: Sequence[Field]) -> type[FlaskForm]:
    """Return the page's form of an act: its fields, a key against double clicks, the version."""
    made: dict[str, Any] = {field.name: _form_field(field) for field in fields}
    made["key"] = wtforms.HiddenField()
    made["version"] = wtforms.HiddenField()
    return type(name, (FlaskForm,), made)


def _form_field(field: Field) -> Any:
    rules: list[Any] = [
        validators.InputRequired(_l("必填。")) if field.required else validators.Optional()
    ]
    common: dict[str, Any] = {"label": field.label, "description": field.hint}
    if field.only is not None:
        common["render_kw"] = {"data-only": f"{field.only[0]} {' '.join(field.only[1])}"}
    most = LONG if field.kind == "long_text" else SHORT
    if field.kind in ("text", "long_text"):
        rules.append(validators.Length(max=most, message=_l("文字太长。")))
        maker = wtforms.TextAreaField if field.kind == "long_text" else wtforms.StringField
        return maker(validators=rules, filters=[_strip], **common)
    if field.kind == "choice":
        blank = [("", _l("请选择"))]
        return wtforms.SelectField(
            choices=lambda: blank + field.choices(), validators=rules, **common
        )
    makers: dict[str, Callable[[], Any]] = {
        "day": lambda: wtforms.DateField(validators=rules, **common),
        "moment": lambda: wtforms.DateTimeLocalField(
            format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], validators=rules, **common
        ),
        "money": lambda: wtforms.DecimalField(
            places=2, validators=[*rules, validators.NumberRange(0, 10**9)], **common
        ),
        "number": lambda: wtforms.DecimalField(
            places=2, validators=[*rules, validators.NumberRange(0, 10**9)], **common
        ),
        "count": lambda: wtforms.IntegerField(
            validators=[*rules, validators.NumberRange(0, 10_000)], **common
        ),
        "yes": lambda: wtforms.BooleanField(
            validators=[validators.InputRequired(_l("请勾选确认。"))], **common
        ),
        "flag": lambda: wtforms.BooleanField(**common),
    }
    return makers[field.kind]()


def _strip(value: str | None) -> str | None:
    return value.strip() if value else None


def values_of(form: FlaskForm, fields: Sequence[Field]) -> dict[str, Any]:
    """Return what a valid form holds, as the schema would: moments are aware, in China's zone."""
    found = {field.name: form[field.name].data for field in fields}
    return {
        name: _aware(value)
        if isinstance(value, datetime)
        else value or None
        if not isinstance(value, (int, bool))
        else value
        for name, value in found.items()
    }


def _aware(value: datetime) -> datetime:
    return value.replace(tzinfo=ZONE)


def mark(form: FlaskForm, error: Exception | None) -> None:
    """Put a refusal that names a field of the form beside that field."""
    name = getattr(error, "field", None)
    if name in form:
        form[name].errors = [*form[name].errors, str(error)]


def errors_of(form: FlaskForm) -> str:
    """Return one sentence that names every wrong field."""
    return " ".join(
        f"{form[name].label.text}：{'、'.join(map(str, errors))}"
        for name, errors in form.errors.items()
        if name and name in form
    ) or _("提交的内容有误。")
