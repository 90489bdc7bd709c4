"""Browser text to typed values: an item of evidence, a step of its custody."""

from __future__ import annotations

import uuid
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, MultipleFileField
from werkzeug.datastructures import FileStorage
from wtforms import (
    DateTimeLocalField,
    FloatField,
    HiddenField,
    SelectField,
    StringField,
    TextAreaField,
    validators,
)

from enforcement.case.exhibits import Move
from enforcement.clock import ZONE
from enforcement.evidence.storing import Draft
from enforcement.i18n import _l, label
from enforcement.law.evidence import CustodyAct, EvidenceKind

_NEEDED = validators.InputRequired(_l("必填。"))
_SHORT = validators.Length(max=200, message=_l("文字太长。"))
_LONG = validators.Length(max=4000, message=_l("文字太长。"))
_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]


def _words(words: Any) -> Any:
    return lambda: [("", _l("请选择")), *[(str(one), label(one)) for one in words]]


class ItemForm(FlaskForm):
    """Files of one kind, captured by one person with one device; each becomes an item."""

    kind = SelectField(_l("证据种类"), choices=_words(EvidenceKind), validators=[_NEEDED])
    name = StringField(_l("证据名称"), validators=[_NEEDED, _SHORT])
    files = MultipleFileField(
        _l("文件"), description=_l("照片、录音录像、PDF等原始文件；物证可以不选")
    )
    captured_at = DateTimeLocalField(_l("取得（拍摄）时间"), format=_FORMATS, validators=[_NEEDED])
    taker = StringField(_l("取证人"), validators=[_NEEDED, _SHORT])
    source = StringField(_l("来源"), validators=[_NEEDED, _SHORT])
    place = StringField(_l("取证地点"), validators=[validators.Optional(), _SHORT])
    lon = FloatField(
        _l("经度"), validators=[validators.Optional(), validators.NumberRange(-180, 180)]
    )
    lat = FloatField(
        _l("纬度"), validators=[validators.Optional(), validators.NumberRange(-90, 90)]
    )
    device = StringField(_l("设备"), validators=[validators.Optional(), _SHORT])
    of_seq = SelectField(
        _l("记录的办案环节"), validators=[validators.Optional()], coerce=str,
        description=_l("全过程记录：这份音像记录的是哪一次执法"),
    )  # fmt: skip
    proves = TextAreaField(_l("证明内容"), validators=[validators.Optional(), _LONG])
    reason = TextAreaField(_l("更正理由"), validators=[validators.Optional(), _LONG])
    replaces = HiddenField()
    key = HiddenField()

    def drafts(self) -> list[tuple[Draft, bytes | None]]:
        """Return what the form says, once for each file, with its bytes."""
        sent = [
            one for one in self.files.data or [] if isinstance(one, FileStorage) and one.filename
        ]
        name = (self.name.data or "").strip()
        if len(sent) < 2:
            return [(self._draft(name), sent[0].read() if sent else None)]
        return [(self._draft(f"{name}{n}"), one.read()) for n, one in enumerate(sent, 1)]

    def _draft(self, name: str) -> Draft:
        assert self.captured_at.data is not None  # noqa: S101 -- the form is valid
        replaces = uuid.UUID(self.replaces.data) if self.replaces.data else None
        return Draft(
            EvidenceKind(self.kind.data), name, self.captured_at.data.replace(tzinfo=ZONE),
            (self.taker.data or "").strip(), (self.source.data or "").strip(),
            lon=self.lon.data, lat=self.lat.data, place=self.place.data or None,
            device=self.device.data or None, proves=self.proves.data or None,
            replaces_id=replaces, **self._shown_act(),
            reason=(self.reason.data or None) if replaces else None,
        )  # fmt: skip

    def _shown_act(self) -> dict[str, Any]:
        """Return the act that the item shows: one of the case by number, of a measure by id."""
        said = self.of_seq.data or ""
        if said.isdigit():
            return {"of_seq": int(said)}
        return {"measure_entry_id": uuid.UUID(said)} if said else {}


class MoveForm(FlaskForm):
    """One step of a physical item's custody."""

    act = SelectField(_l("经过"), choices=_words(CustodyAct), validators=[_NEEDED])
    giver = StringField(_l("移交人"), validators=[_NEEDED, _SHORT])
    taker = StringField(_l("接收人"), validators=[_NEEDED, _SHORT])
    place = StringField(_l("保管地点"), validators=[_NEEDED, _SHORT])
    happened_at = DateTimeLocalField(_l("时间"), format=_FORMATS, validators=[_NEEDED])
    photo = FileField(_l("照片"))
    note = TextAreaField(_l("备注"), validators=[validators.Optional(), _LONG])

    def move(self) -> Move:
        """Return what the form says."""
        assert self.happened_at.data is not None  # noqa: S101 -- the form is valid
        photo = self.photo.data.read() if self.photo.data else None
        return Move(
            CustodyAct(self.act.data), self.giver.data or "", self.taker.data or "",
            self.place.data or "", self.happened_at.data.replace(tzinfo=ZONE),
            note=self.note.data or None, photo=photo or None,
        )  # fmt: skip
