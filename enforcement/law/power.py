"""May an organ do an act, and in whose name and seal? One row per channel and one per rule.

Source: procedure.md 1.1. The first rule that is broken gives the reason and its article.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from enforcement.law.articles import APL, Article
from enforcement.law.matters import FineRange, Matter
from enforcement.law.power_terms import (
    COERCION_17,
    INTERPRETATION_20,
    LICENCE_24,
    ActType,
    Channel,
    ItemStatus,
)
from enforcement.law.terms import UnitKind

INTERNAL: Final = frozenset({UnitKind.BRIGADE, UnitKind.SUB_BUREAU, UnitKind.SQUAD})
"""Units that never stand on a paper as the enforcement subject (执法主体)."""
_ALL: Final = frozenset(ActType)
_TOWNSHIP: Final = frozenset({UnitKind.TOWNSHIP_GOVERNMENT})


@dataclass(frozen=True)
class ChannelRule:
    """What a channel asks: whose name, which acts, which kinds of unit, which proofs.

    own_name -- the exercising unit itself is the subject; else the holder
    both_days -- in force on the day of the act and on that of the decision
    """

    article: Article
    own_name: bool
    acts: frozenset[ActType]
    units: frozenset[UnitKind] | None = None
    approved: bool = False
    published: bool = False
    ends: bool = False
    both_days: bool = False


# fmt: off
CHANNELS: Final[dict[Channel, ChannelRule]] = {
    Channel.STATUTORY:        ChannelRule(APL[17], False, _ALL),
    Channel.CONCENTRATED:     ChannelRule(APL[18], False, _ALL - {ActType.PERMIT}, approved=True),
    Channel.ASSIGNED:         ChannelRule(APL[24], True,  _ALL - {ActType.PERMIT}, _TOWNSHIP, approved=True, published=True, both_days=True),
    Channel.DIRECT:           ChannelRule(APL[17], True,  _ALL, _TOWNSHIP),
    Channel.ENTRUSTED:        ChannelRule(APL[20], False, frozenset({ActType.PENALTY}), approved=True, published=True, ends=True),
    Channel.DETACHED:         ChannelRule(INTERPRETATION_20, False, _ALL, INTERNAL),
    Channel.ENTRUSTED_PERMIT: ChannelRule(LICENCE_24, False, frozenset({ActType.PERMIT}), approved=True, published=True, ends=True),
}
# fmt: on


@dataclass(frozen=True)
class Provision:
    """One version of what an item rests on; `valid_to` is the last day."""

    id: uuid.UUID
    violated: str
    basis: str
    person: FineRange | None
    organisation: FineRange | None
    other: str
    valid_from: date
    valid_to: date | None

    def in_force(self, day: date) -> bool:
        """Tell whether this version was in force on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@dataclass(frozen=True)
class Item:
    """A power-list item as the rules look at it.

    unit_name, unit_kind -- the exercising unit; holder_kind -- None where the holder is no unit
    status_on -- first day of the withdrawal or suspension
    """

    id: uuid.UUID
    code: str
    act_type: ActType
    channel: Channel
    holder: str
    holder_kind: UnitKind | None
    unit_name: str
    unit_kind: UnitKind
    territory: tuple[str, ...]
    valid_from: date
    valid_to: date | None
    status: ItemStatus
    status_on: date | None
    approved: bool
    published_on: date | None
    provisions: tuple[Provision, ...]

    def dated(self, day: date) -> bool:
        """Tell whether the day lies between the item's first and last day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    def stopped(self, day: date) -> bool:
        """Tell whether the item is withdrawn or suspended on that day."""
        if self.status is ItemStatus.IN_FORCE:
            return False
        return self.status_on is None or day >= self.status_on

    @property
    def subject(self) -> str:
        """Return in whose name and seal its acts are done."""
        return self.unit_name if CHANNELS[self.channel].own_name else self.holder


@dataclass(frozen=True)
class Ask:
    """The question: an act of a type upon a matter, at a place, on two days.

    on -- day of the unlawful act; decided_on -- day on which the organ acts or decides;
    filed_on, provision_id -- of a running case: the day it was filed, the version it pinned;
    place_code -- division, any level
    """

    act_type: ActType
    matter: Matter
    place_code: str
    on: date
    decided_on: date
    filed_on: date | None = None
    provision_id: uuid.UUID | None = None


@dataclass(frozen=True)
class Answer:
    """Whether the organ may, in whose name and seal, why and by which article.

    flagged -- a running case goes on under a power that has ended since: the reviewer is told
    refer_to -- whom to pass the matter to, where it is nobody's on the list
    """

    allowed: bool
    reason: str
    article: str
    in_name_of: str | None = None
    seal_of: str | None = None
    channel: Channel | None = None
    item_id: uuid.UUID | None = None
    provision: Provision | None = None
    flagged: bool = False
    refer_to: str | None = None


Why = tuple[str, Article] | None


def _kind(item: Item, ask: Ask) -> Why:
    row = CHANNELS[item.channel]
    if row.units is not None and item.unit_kind not in row.units:
        return f"{item.channel.zh}的行使单位不能是{item.unit_kind.zh}。", row.article
    return None


def _subject(item: Item, ask: Ask) -> Why:
    own = CHANNELS[item.channel].own_name
    kind = item.unit_kind if own else item.holder_kind
    if kind in INTERNAL:
        return f"{item.subject}是内设、派出机构，不得以自己的名义执法。", INTERPRETATION_20
    return None


def _entrusted(item: Item, ask: Ask) -> Why:
    coercive = ask.act_type in (ActType.MEASURE, ActType.EXECUTION)
    if coercive and item.channel in (Channel.ENTRUSTED, Channel.ENTRUSTED_PERMIT):
        return "行政强制措施权不得委托（第一款）；受委托组织不得实施行政强制。", COERCION_17
    return None


def _acts(item: Item, ask: Ask) -> Why:
    row = CHANNELS[item.channel]
    if ask.act_type not in row.acts:
        return f"{item.channel.zh}的权力不包括{ask.act_type.zh}。", row.article
    if item.act_type is not ask.act_type:
        return f"清单中该事项是{item.act_type.zh}，不包括{ask.act_type.zh}。", row.article
    return None


def _proofs(item: Item, ask: Ask) -> Why:
    row = CHANNELS[item.channel]
    if row.approved and not item.approved:
        return f"{item.channel.zh}没有登记批准（委托）文书的文号和日期。", row.article
    if row.ends and item.valid_to is None:
        return f"{item.channel.zh}应当写明期限。", row.article
    return None


def _published(item: Item, ask: Ask) -> Why:
    row = CHANNELS[item.channel]
    day = ask.on if row.both_days else ask.filed_on or ask.decided_on
    if row.published and (item.published_on is None or item.published_on > day):
        return f"{item.channel.zh}在{day}尚未向社会公布。", row.article
    return None


def _territory(item: Item, ask: Ask) -> Why:
    if any(ask.place_code.startswith(code) for code in item.territory):
        return None
    return "违法行为发生地不在该事项的行使区域内。", APL[22]


def _both_days(item: Item, ask: Ask) -> Why:
    row = CHANNELS[item.channel]
    if not row.both_days:
        return None
    for word, day in (("违法行为发生时", ask.on), ("作出决定时", ask.decided_on)):
        if not item.dated(day) or item.stopped(day):
            return f"{word}（{day}）该事项不在有效的赋权清单上。", row.article
    return None


def _in_force(item: Item, ask: Ask) -> Why:
    day = ask.filed_on or ask.decided_on
    if item.stopped(day):
        return f"该事项自{item.status_on or '登记时'}起已{item.status.zh}，不得新立案件。", APL[17]
    if not item.dated(day):
        return f"该事项在{day}不在有效期内。", APL[17]
    return None


def _provision(item: Item, ask: Ask) -> Why:
    if version_for(item, ask) is None:
        return f"违法行为发生时（{ask.on}）该事项的依据未生效或者已失效。", APL[37]
    return None


RULES: Final[tuple[Callable[[Item, Ask], Why], ...]] = (
    _kind, _subject, _entrusted, _acts, _proofs, _published, _territory, _both_days, _in_force,
    _provision,
)  # fmt: skip
LISTING: Final = (_kind, _subject, _entrusted, _acts, _proofs)


def provision_on(item: Item, day: date) -> Provision | None:
    """Return the version in force on a day; the latest where several are."""
    found = [row for row in item.provisions if row.in_force(day)]
    return max(found, key=lambda row: row.valid_from, default=None)


def version_for(item: Item, ask: Ask) -> Provision | None:
    """Return the version a running case pinned, else that of the day of the act (罚37).

    The version of the day of the decision takes its place where it is newer and lighter.
    """
    pinned = next((row for row in item.provisions if row.id == ask.provision_id), None)
    own, newer = pinned or provision_on(item, ask.on), provision_on(item, ask.decided_on)
    if own is None or newer is None or newer.valid_from <= own.valid_from:
        return own
    return newer if is_lighter(newer, own) else own


def is_lighter(new: Provision, old: Provision) -> bool:
    """Tell whether a version is lighter: no bound of a fine is higher, and one is lower.

    Versions that state no fine for somebody whom the other fines are not compared: a person must.
    """
    pairs = [(new.person, old.person), (new.organisation, old.organisation)]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not both or any((a is None) != (b is None) for a, b in pairs):
        return False
    steps = [
        (here, there)
        for a, b in both
        for here, there in ((a.min_yuan, b.min_yuan), (a.max_yuan, b.max_yuan))
    ]
    return all(here <= there for here, there in steps) and any(
        here < there for here, there in steps
    )


def listing_problem(item: Item, matter: Matter) -> Why:
    """Return why an item may not stand on a list at all, with the article; None where it may."""
    barred = excluded(matter)
    if barred is not None:
        return barred.reason, APL[18]
    ask = Ask(item.act_type, matter, "", item.valid_from, item.valid_from)
    return next((why for rule in LISTING if (why := rule(item, ask)) is not None), None)


def excluded(matter: Matter) -> Answer | None:
    """Return why a matter is on no list at all, None where it may be: police matters never are."""
    if matter.precondition == "police_only":
        reason = f"该事项由{matter.organ}管辖，不得列入权责清单，请转110（派出所）。"
        return Answer(False, reason, APL[18].zh, refer_to="110")
    return None


def judge(item: Item, ask: Ask) -> Answer:
    """Answer for one item: the first broken rule refuses."""
    barred = excluded(ask.matter)
    if barred is not None:
        return barred
    broken = next((why for rule in RULES if (why := rule(item, ask)) is not None), None)
    name = None if _subject(item, ask) else item.subject
    reason, article = broken or _fine(item, ask)
    return Answer(
        allowed=broken is None,
        reason=reason,
        article=article.zh,
        in_name_of=name,
        seal_of=name,
        channel=item.channel,
        item_id=item.id,
        provision=version_for(item, ask),
        flagged=broken is None and _ended_since(item, ask),
    )


def _fine(item: Item, ask: Ask) -> tuple[str, Article]:
    text = f"事项在权责清单内（{item.channel.zh}），以{item.subject}的名义办理。"
    if _ended_since(item, ask):
        text += "该事项立案后已收回、暂停或者到期，按立案时的规定办理，须提请法制审核。"
    return text, CHANNELS[item.channel].article


def _ended_since(item: Item, ask: Ask) -> bool:
    return item.stopped(ask.decided_on) or not item.dated(ask.decided_on)


def unlisted(matter: Matter, unit_name: str, holders: tuple[str, ...] = ()) -> Answer:
    """Answer where no item of the list gives the unit the matter."""
    barred = excluded(matter)
    if barred is not None:
        return barred
    whose = "、".join(holders) or (matter.organ if not matter.ours else "")
    where = f"该事项由{whose}管辖，应当移送。" if whose else "应当移送有管辖权的机关。"
    reason = f"{unit_name}的权责清单没有事项{matter.code}（{matter.name}），{where}"
    return Answer(False, reason, APL[17].zh, refer_to=whose or None)
