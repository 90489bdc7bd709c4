"""The search for cycles in memory, left out where it costs seconds and finds nothing.

While the program is loaded all that is made stays; when a process ends, all goes anyway. A web
process took the time it has for stopping to search what it held, and was then killed.
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager


def end_soon() -> None:
    """Let this process end without a last search."""
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)


@contextmanager
def resting() -> Iterator[None]:
    """Let the collector rest while the block runs, and when this process ends."""
    end_soon()
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
