"""The month that the tests of map reports look at."""

from tests.briefing.making import busy

__all__ = ["busy"]
