"""Planning of patrols over plain data: no database, no request, no words for people."""

from enforcement.planner.check import check
from enforcement.planner.problem import Dropped, Plan, Problem, Reason, Squad, Stop
from enforcement.planner.solving import solve

__all__ = ["Dropped", "Plan", "Problem", "Reason", "Squad", "Stop", "check", "solve"]
