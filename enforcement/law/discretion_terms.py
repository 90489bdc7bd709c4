"""The words of discretion (行政处罚裁量基准): tiers, measures, grounds, harm."""

from __future__ import annotations

from enforcement.law.terms import Term


class Tier(Term):
    """How hard a penalty is within its range (阶次), the mildest first."""

    NONE = "none", "不予处罚", "No penalty"
    MITIGATED = "mitigated", "减轻", "Below the range"
    LIGHTER = "lighter", "从轻", "Lighter"
    ORDINARY = "ordinary", "一般", "Ordinary"
    HEAVIER = "heavier", "从重", "Heavier"


class Measure(Term):
    """What the figures of a range count."""

    YUAN = "yuan", "元", "Yuan"
    PERCENT = "percent", "计罚基数的百分之", "Per cent of a base"
    MULTIPLE = "multiple", "计罚基数的倍数", "Times a base"
    PER_M2 = "per_m2", "每平方米元", "Yuan per m²"
    PER_M3 = "per_m3", "每立方米元", "Yuan per m³"


class Harm(Term):
    """What came of an act."""

    NONE = "none", "没有危害后果", "None"
    SLIGHT = "slight", "危害后果轻微", "Slight"
    GRAVE = "grave", "危害后果严重", "Grave"


class MitigationGround(Term):
    """Why a penalty must be lighter or below its range (罚30, 31, 32)."""

    ELIMINATED = "eliminated", "主动消除或者减轻危害后果", "Undid or lessened the harm himself"
    COERCED = "coerced", "受他人胁迫或者诱骗", "Forced or deceived by others"
    CONFESSED = "confessed", "主动供述尚未掌握的违法行为", "Confessed what was not known"
    MERIT = "merit", "配合查处有立功表现", "Helped to find other offences"
    MINOR = "minor", "已满十四不满十八周岁", "Aged 14 to 17"
    MENTAL = "mental", "尚未完全丧失辨认或者控制能力", "Partly accountable"
    OTHER_LAW = "other_law", "法律、法规、规章规定的其他情形", "Another ground of law"


GROUND_ARTICLE = {MitigationGround.MINOR: 30, MitigationGround.MENTAL: 31}
"""Article of the Administrative Penalty Law of a ground; 32 for all others."""
