"""What a category asks of a report: never of an emergency, which is taken as it comes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from enforcement.errors import InvalidInputError
from enforcement.i18n import _
from enforcement.law.incidents import Needs
from enforcement.law.taxonomy import Taxonomy, is_emergency
from enforcement.law.terms import IncidentSource, Urgency

if TYPE_CHECKING:
    from enforcement.incident.intake import Report

STAFF = (IncidentSource.PHONE_APP, IncidentSource.PATROL, IncidentSource.COMMAND)
"""Sources whose reporter signs in: his number is known."""
FIELDS = {
    Needs.PHOTO: "photos",
    Needs.POINT: "lon",
    Needs.PLACE: "place",
    Needs.PHONE: "reporter_phone",
}


def check(what: Report, taxonomy: Taxonomy, *, photos: int) -> None:
    """Raise InvalidInputError naming the field that the category asks for, or the category.

    An emergency (red, V7, 05) and a button's press are taken whatever is missing; any other report
    has to name a category that the county's list offers.
    """
    urgent = what.urgency is not Urgency.NORMAL or what.source is IncidentSource.BUTTON
    if urgent and what.category in taxonomy.known:
        return
    row = taxonomy.offered.get(what.category)
    if row is None:
        raise InvalidInputError("category", _refused(what.category, taxonomy))
    if is_emergency(what.category):
        return
    given = {
        Needs.PHOTO: photos > 0,
        Needs.POINT: what.lon is not None and what.lat is not None,
        Needs.PLACE: bool((what.place or "").strip()),
        Needs.PHONE: bool((what.reporter_phone or "").strip()) or what.source in STAFF,
    }
    for one in row.required:
        if not given[one]:
            raise InvalidInputError(FIELDS[one], _words(one))


def _refused(code: str, taxonomy: Taxonomy) -> str:
    if code in taxonomy.known:
        name = taxonomy.known[code].zh
        return _("类别“%(name)s”（%(code)s）已停用，请另选类别。", name=name, code=code)
    return _("没有代码为%(code)s的事件类别。", code=code[:20])


def _words(need: Needs) -> str:
    return {
        Needs.PHOTO: _("这类事件须附照片。"),
        Needs.POINT: _("这类事件须有坐标。"),
        Needs.PLACE: _("这类事件须写地点描述。"),
        Needs.PHONE: _("这类事件须留联系电话。"),
    }[need]
