"""Complete data of every paper: one worked case (M12, 占道经营); all names are invented (示例)."""

from __future__ import annotations

import copy
from datetime import datetime
from typing import Any

from enforcement.law.paperwork import PAPERS, number_word
from tests.document import samples_course as course
from tests.document import samples_things as things
from tests.document.samples_case import (
    BEIJING,
    CASE,
    CLOSING,
    CORRECTION,
    DECISION,
    EVIDENCE,
    FACTS,
    HANDLER,
    HEAD,
    LAW,
    LEAD,
    NOTICE,
    OFFICERS,
    ORGAN,
    PARTY,
    PAYMENT,
    PENALTY,
    PERSON,
    PLEA,
    RECORD,
    REMEDIES,
    SERVICE,
    UNIT,
    UNIT_LEADER,
)

_BASE: dict[str, Any] = {"organ": ORGAN, "unit": UNIT, "case": CASE, "party": PARTY}
_OPINIONS = [HANDLER, UNIT_LEADER, HEAD]


def _closing_opinions() -> list[dict[str, str]]:
    texts = ("处罚决定已履行完毕，建议结案。", "情况属实，同意结案。", "同意结案。")
    return [
        {**opinion, "opinion": text, "at": f"2026-04-{14 + i}T10:00:00+08:00"}
        for i, (opinion, text) in enumerate(zip(_OPINIONS, texts, strict=True))
    ]


def _declared(code: str, data: dict[str, Any]) -> dict[str, Any]:
    """Return the blocks that the paper declares, of all that the case could fill."""
    declared = {field.path.partition(".")[0].removesuffix("[]") for field in PAPERS[code].fields}
    return {block: value for block, value in data.items() if block in declared}


_SAMPLES: dict[str, dict[str, Any]] = {
    "D01": _BASE
    | {
        "lead": LEAD,
        "opinions": [
            {**HANDLER, "opinion": "建议指派执法人员核查。", "at": "2026-03-02T10:00:00+08:00"},
            {**UNIT_LEADER, "opinion": "同意核查。", "at": "2026-03-02T10:30:00+08:00"},
        ],
    },
    "D02": _BASE
    | {
        "officers": OFFICERS,
        "law": LAW,
        "lead": LEAD,
        "facts": FACTS | {"circumstances": "造成行人绕行机动车道"},
        "evidence": EVIDENCE[:2],
        "opinions": _OPINIONS,
    },
    "D08": _BASE | {"officers": OFFICERS, "record": RECORD, "facts": FACTS},
    "D09": _BASE
    | {
        "facts": FACTS | {"circumstances": "造成行人绕行机动车道"},
        "law": LAW,
        "correction": CORRECTION,
        "remedies": {"reconsideration_days": 60, "litigation_months": 6},
    },
    "D26": _BASE
    | {"facts": FACTS, "law": LAW, "evidence": EVIDENCE, "penalty": PENALTY, "notice": NOTICE},
    "D38": _BASE
    | {
        "facts": FACTS,
        "law": LAW,
        "evidence": EVIDENCE,
        "penalty": PENALTY,
        "notice": NOTICE,
        "plea": PLEA,
        "payment": PAYMENT,
        "remedies": REMEDIES,
    },
    "D41": _BASE | {"officers": OFFICERS, "service": SERVICE},
    "D56": _BASE
    | {
        "officers": OFFICERS,
        "decision": DECISION,
        "closing": CLOSING,
        "opinions": _closing_opinions(),
    },
}
_OF_THE_CASE: dict[str, Any] = (
    _BASE
    | {
        "facts": FACTS,
        "law": LAW,
        "record": RECORD,
        "officers": OFFICERS,
        "evidence": EVIDENCE,
        "lead": LEAD,
        "penalty": PENALTY
        | {"tier": "占用面积10至20平方米、逾期未改正：一般阶次，1000元至5000元。"},
        "notice": NOTICE | {"hearing_days": 5, "hearing_until_on": "2026-03-25"},
        "plea": PLEA,
        "payment": PAYMENT,
        "remedies": REMEDIES,
        "decision": DECISION,
        "correction": CORRECTION
        | {"number": "梨综执责改字〔2026〕1号", "ordered_on": "2026-03-04"},
        "opinions": _OPINIONS,
        "proposal": {"hearing_right": False, "standard": "吉林省规定待核实，暂按较严标准"},
        "hearing": course.HEARING,
        "debt": course.DEBT,
        "crime": course.CRIME,
        "recusal": course.RECUSAL,
        "no_penalty": course.NO_PENALTY,
        "demand": course.DEMAND,
    }
    | things.BLOCKS
)
_HEAD_ONLY = {"opinions": [{**HEAD, "opinion": "同意。"}]}
_ACTS = course.ACTS | things.ACTS
_OTHERWISE: dict[str, dict[str, Any]] = {
    "D05": {"penalty": {"kind": "罚款", "amount_yuan": "50.00"}, "party": PERSON},
    "D29": {"opinions": [HANDLER, UNIT_LEADER]},
    "D52": {"opinions": [HANDLER, HEAD]},
    "D57": _HEAD_ONLY,
}
_SAMPLES |= {
    code: _declared(code, _OF_THE_CASE | {"act": _ACTS.get(code, {})} | _OTHERWISE.get(code, {}))
    for code in PAPERS
    if code not in _SAMPLES
}
NUMBERS = {
    code: f"梨综执{word}字〔2026〕1号" if (word := number_word(paper, _SAMPLES[code])) else None
    for code, paper in PAPERS.items()
}
ISSUED_AT = {code: datetime(2026, 4, 16, 10, tzinfo=BEIJING) for code in PAPERS} | {
    code: datetime(2026, month, day, 10, tzinfo=BEIJING)
    for code, month, day in (
        ("D01", 3, 2),
        ("D02", 3, 3),
        ("D08", 3, 4),
        ("D09", 3, 4),
        ("D26", 3, 18),
        ("D38", 3, 27),
        ("D41", 3, 27),
    )
}


def sample(code: str) -> dict[str, Any]:
    """Return complete data of a paper; each call gives a copy of its own."""
    return copy.deepcopy(_SAMPLES[code])


def map_svg() -> str:
    """Return a small map of three villages."""
    shapes = "".join(
        f'<path d="M{x} 10 h60 v{height} h-60 z" fill="{fill}" stroke="#555" stroke-width="0.8"/>'
        for x, height, fill in ((10, 90, "#dbe9f6"), (70, 100, "#89bedc"), (130, 80, "#2b7bba"))
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 120" width="200" '
        f'height="120">{shapes}</svg>'
    )


def report(villages: int = 14) -> dict[str, Any]:
    """Return complete data of the monthly township report."""
    rows = [
        [f"示例{n}村", str(3 + n % 5), str(2 + n % 5), "0", str(8 + n), "95%"]
        for n in range(1, villages + 1)
    ]
    return {
        "organ": ORGAN,
        "township": {"code": "220322100", "name": "示例镇"},
        "month": "2026-03",
        "figures": [
            {"label": "受理事件", "value": "68", "unit": "件"},
            {"label": "按期办结率", "value": "97.1", "unit": "%"},
            {"label": "新立案件", "value": "3", "unit": "件"},
            {"label": "巡查里程", "value": "412", "unit": "公里"},
        ],
        "map_svg": map_svg(),
        "schematic": True,
        "legend": [
            {"label": "0至3件", "color": "#dbe9f6"},
            {"label": "4至6件", "color": "#89bedc"},
            {"label": "7件以上", "color": "#2b7bba"},
        ],
        "by_village": {
            "columns": ["村（社区）", "受理", "办结", "超期", "巡查次数", "按期率"],
            "rows": rows,
            "total": ["合计", "68", "66", "0", "225", "97.1%"],
        },
        "by_kind": {
            "columns": ["类别", "受理", "办结", "平均办理时长（小时）"],
            "rows": [
                ["市容环境", "31", "30", "6.2"],
                ["环境卫生/焚烧", "22", "21", "4.0"],
                ["违建占地", "15", "15", "30.5"],
            ],
        },
        "findings": "本月受理事件比上月减少8件，按期办结率比上月提高1.2个百分点。\n"
        "示例3村夜间露天焚烧多发，建议4月上旬增加18时至20时的巡查。",
    }
