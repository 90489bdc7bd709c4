"""Answers that stay right until the next event of a county: kept in the process, few at a time.

Every change that screens show commits together with its event, and numbers follow the order of
commits; so an answer made after event n was read holds for as long as n is the last one.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Any, Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from enforcement.events import PENDING, Event

LONGEST_S: Final = 60.0
"""Also without an event: old ones are deleted, and then "none" would be the last one again."""

_LAST: Final = select(func.max(Event.seq)).where(Event.county_code == bindparam("county"))


class Unchanged:
    """At most `most` answers, the longest unasked going first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, tuple[int | None, float, Any]] = OrderedDict()
        self._lock = threading.Lock()

    def get(
        self, session: Session, county_code: str, key: Hashable, make: Callable[[], Any]
    ) -> Any:
        """Return the answer of a key, made anew where anything happened in the county since."""
        if session.info.get(PENDING):  # this very transaction changed something
            return make()
        last = session.scalar(_LAST, {"county": county_code})
        now = time.monotonic()
        with self._lock:
            seq, until, answer = self._kept.get((county_code, key), (None, 0.0, None))
            if seq == last and now < until:
                self._kept.move_to_end((county_code, key))
                return answer
        answer = make()
        with self._lock:
            self._kept[county_code, key] = (last, now + LONGEST_S, answer)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return answer
