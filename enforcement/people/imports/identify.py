"""Which person a row means: by the full number, else by name and unit; never by a guess."""

from __future__ import annotations

from enforcement import crypto
from enforcement.i18n import _
from enforcement.people.imports.drafts import Draft
from enforcement.people.imports.known import Found, Known, is_full, same_number
from enforcement.people.models import Person


def identify(known: Known, draft: Draft) -> Found:
    """Return the known person of a row, nobody for a new one, or why it cannot be said."""
    number, name = draft["id_number"], draft["name"]
    unit = known.units.get(draft["unit_code"] or "")
    same = known.namesakes(name, unit)
    if is_full(number):
        return _by_number(known, number, same)
    if number:
        fits = [one for one in same if _has(one, number)]
        if len(fits) != 1:
            return Found(why=("id_number", _("号码被遮盖，无法确定是哪一名人员，请填写完整号码。")))
        return Found(fits[0])
    if len(same) > 1:
        why = _("该单位有%(n)d名“%(name)s”，请填写身份证号。", n=len(same), name=name)
        return Found(why=("name", why))
    return Found(same[0] if same else None)


def _by_number(known: Known, number: str, same: list[Person]) -> Found:
    for one in crypto.search_hashes(number):
        if one in known.by_hash:
            return Found(known.by_hash[one])
    unnumbered = [person for person in same if person.id_number_hash is None]
    if len(unnumbered) > 1:
        return Found(why=("name", _("该单位有多名同名且未登记身份证号的人员，请先在页面上登记。")))
    return Found(unnumbered[0] if unnumbered else None)


def _has(person: Person, masked: str) -> bool:
    return same_number(masked, person.id_number_encrypted, person.id_number_hash)
