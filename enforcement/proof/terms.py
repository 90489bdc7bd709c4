"""The words of proof: which ways a person may say that he is there, what is late or doubtful."""

from __future__ import annotations

from typing import Final

from enforcement.law.terms import Term
from enforcement.patrol.terms import VisitWay

CHECK_INS: Final = (VisitWay.QR, VisitWay.NFC, VisitWay.PHOTO)


class AlarmOf(Term):
    """What is wrong with a stop while the shift still runs."""

    LATE = "late", "未按时到点", "Late"
    MISSED = "missed", "漏点", "Missed"


class Doubt(Term):
    """Why a day's positions or a check-in need a person's judgement."""

    MOCK = "mock", "虚拟定位", "Invented positions"
    JUMP = "jump", "位置跳变", "Impossible jumps"
    STILL = "still", "长时间不动", "Not moved for hours"
    SHARED = "shared", "两机位置相同", "Same positions on two phones"
    FAR = "far", "远距离签到", "Checked in from afar"


class Ruling(Term):
    """What a leader says of it."""

    OPEN = "open", "待核对", "To be judged"
    EXPLAINED = "explained", "情况合理", "Explained"
    CONFIRMED = "confirmed", "确有问题", "Confirmed"
