"""What a file's word for a road means here, and how fast a squad's car is on it."""

from __future__ import annotations

import re
from typing import Final

from enforcement.patrol.terms import RoadKind

# fmt: off
SPEED_KMH: Final = {
    RoadKind.MOTORWAY: 80, RoadKind.TRUNK: 60, RoadKind.PRIMARY: 50, RoadKind.SECONDARY: 45,
    RoadKind.TERTIARY: 40, RoadKind.VILLAGE: 30, RoadKind.STREET: 25, RoadKind.TRACK: 15,
    RoadKind.OTHER: 25,
}
"""What is reached on the way, stops at crossings included; a posted limit below it counts."""

OSM: Final = {
    "motorway": RoadKind.MOTORWAY, "trunk": RoadKind.TRUNK, "primary": RoadKind.PRIMARY,
    "secondary": RoadKind.SECONDARY, "tertiary": RoadKind.TERTIARY,
    "unclassified": RoadKind.VILLAGE, "residential": RoadKind.STREET,
    "living_street": RoadKind.STREET, "track": RoadKind.TRACK,
}
CHINESE: Final = (  # the first that is found in the word counts
    ("高速", RoadKind.MOTORWAY), ("国道", RoadKind.TRUNK), ("省道", RoadKind.PRIMARY),
    ("县道", RoadKind.SECONDARY), ("乡道", RoadKind.TERTIARY), ("村道", RoadKind.VILLAGE),
    ("机耕", RoadKind.TRACK), ("等外", RoadKind.VILLAGE), ("街", RoadKind.STREET),
    ("城市", RoadKind.STREET), ("一级", RoadKind.TRUNK), ("二级", RoadKind.PRIMARY),
    ("三级", RoadKind.SECONDARY), ("四级", RoadKind.TERTIARY),
)
LETTER: Final = {"G": RoadKind.TRUNK, "S": RoadKind.PRIMARY, "X": RoadKind.SECONDARY,
                 "Y": RoadKind.TERTIARY, "C": RoadKind.VILLAGE}
# fmt: on
NUMBERED: Final = re.compile(r"([GSXYC])\d{2,}")


def kind_of(word: str) -> RoadKind:
    """Return the kind of a file's word: of OpenStreetMap, a Chinese class, or a road's number."""
    plain = word.strip().lower().removesuffix("_link")
    if plain in OSM:
        return OSM[plain]
    if found := NUMBERED.match(word.strip().upper()):
        return LETTER[found[1]]
    return next((kind for said, kind in CHINESE if said in word), RoadKind.OTHER)


def seconds_of(
    kind: RoadKind, length_m: float, oneway: int, limit_kmh: float | None
) -> tuple[float | None, float | None]:
    """Return seconds along and against a stretch; None where that is not allowed."""
    speed = min(SPEED_KMH[kind], limit_kmh or SPEED_KMH[kind])
    seconds = length_m / (speed / 3.6)
    return (None if oneway < 0 else seconds), (None if oneway > 0 else seconds)
