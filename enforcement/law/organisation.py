"""The shape of a county's tree of units: what stands below what, and which posts stand where."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import Role, UnitKind

K = UnitKind
_TOWN_PARTS: Final = frozenset({K.TOWNSHIP_OFFICE, K.TOWNSHIP_CENTRE, K.SERVICE_HALL})

# fmt: off
PARENTS: Final[dict[UnitKind, frozenset[UnitKind]]] = {
    K.COUNTY:              frozenset(),
    K.BUREAU:              frozenset({K.COUNTY}),
    K.COMMAND_CENTRE:      frozenset({K.COUNTY, K.BUREAU}),
    K.DEPARTMENT:          frozenset({K.COUNTY}),
    K.POLICE_STATION:      frozenset({K.DEPARTMENT}),
    K.BRIGADE:             frozenset({K.BUREAU}),
    K.SUB_BUREAU:          frozenset({K.BUREAU}),
    K.SQUAD:               frozenset({K.BRIGADE, K.SUB_BUREAU}),
    K.TOWNSHIP_GOVERNMENT: frozenset({K.COUNTY}),
    K.TOWNSHIP_OFFICE:     frozenset({K.TOWNSHIP_GOVERNMENT}),
    K.TOWNSHIP_CENTRE:     frozenset({K.TOWNSHIP_GOVERNMENT}),
    K.SERVICE_HALL:        frozenset({K.TOWNSHIP_GOVERNMENT, K.TOWNSHIP_CENTRE}),
    K.VILLAGE_POINT:       frozenset({K.TOWNSHIP_GOVERNMENT, K.TOWNSHIP_CENTRE, K.SERVICE_HALL}),
}
HOME_DIGITS: Final[dict[UnitKind, int]] = {  # length of the code of the division a unit must name
    K.TOWNSHIP_GOVERNMENT: 9,
    K.POLICE_STATION:      9,
    K.TOWNSHIP_OFFICE:     9,
    K.TOWNSHIP_CENTRE:     9,
    K.SERVICE_HALL:        9,
    K.VILLAGE_POINT:       12,
}
MERGES: Final[dict[UnitKind, frozenset[UnitKind]]] = {  # besides into one of its own kind
    K.BRIGADE:         frozenset({K.SUB_BUREAU}),
    K.SUB_BUREAU:      frozenset({K.BRIGADE}),
    K.TOWNSHIP_OFFICE: _TOWN_PARTS,
    K.TOWNSHIP_CENTRE: _TOWN_PARTS,
    K.SERVICE_HALL:    _TOWN_PARTS,
    K.DEPARTMENT:      frozenset({K.BUREAU}),
}
POSTS: Final[dict[Role, frozenset[UnitKind]]] = {  # roles not named here stand anywhere
    Role.AUXILIARY:       frozenset({K.POLICE_STATION}),
    Role.SQUAD_LEADER:    frozenset({K.SQUAD}),
    Role.BRIGADE_LEADER:  frozenset({K.BRIGADE, K.SUB_BUREAU}),
    Role.TOWNSHIP_LEADER: frozenset({K.TOWNSHIP_GOVERNMENT}),
}
# fmt: on


def may_stand_below(kind: UnitKind, parent: UnitKind) -> bool:
    """Tell whether a unit of a kind may be opened below one of another."""
    return parent in PARENTS[kind]


def may_merge_into(kind: UnitKind, target: UnitKind) -> bool:
    """Tell whether a unit of a kind may be merged into one of another; a county never."""
    return kind is not K.COUNTY and (target is kind or target in MERGES.get(kind, frozenset()))


def may_hold(role: Role, kind: UnitKind) -> bool:
    """Tell whether a role may stand in a unit of a kind."""
    return role not in POSTS or kind in POSTS[role]
