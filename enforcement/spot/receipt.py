"""The decision on the spot as lines for a narrow roll: the words of D05, no more and no less."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from enforcement.document import escpos
from enforcement.document.models import Document
from enforcement.law.articles import chinese_number

NAME: Final = "当场行政处罚决定书"
APL: Final = "《中华人民共和国行政处罚法》"
DECISION: Final = "D05"


_NUMBER: Final = ("身份证件号码", "id_number")
_CODE: Final = ("统一社会信用代码", "uscc")
_PHONE: Final = ("联系电话", "phone")
PARTY_ROWS: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "person": (_NUMBER, ("住址", "address"), _PHONE),
    "individual_business": (_CODE, ("经营者", "representative"), _NUMBER,
                            ("经营场所", "address"), _PHONE),
    "organisation": (_CODE, ("法定代表人（负责人）", "representative"), ("住所", "address"),
                     _PHONE),
}  # fmt: skip
"""What is told of a party besides its name, by its kind: label and place in the data."""


@dataclass(frozen=True)
class Line:
    """One paragraph; style -- title (large, centred), centre, text, sign (room for a hand)."""

    text: str
    style: str = "text"


def lines(data: Mapping[str, Any], number: str, issued_on: date) -> list[Line]:
    """Return the paragraphs of a decision from its frozen inputs."""
    organ, spot = data["organ"], data["spot"]
    body = [Line(text) for text in (*_party(data["party"]), *_decision(data))]
    officers = "、".join(f"{one['name']}（执法证号：{one['certificate']}）"
                        for one in data["officers"])  # fmt: skip
    return [
        Line(organ["name"], "title"), Line(NAME, "title"), Line(number, "centre"), *body,
        Line(f"处罚地点：{spot['place']}"), Line(f"决定时间：{moment(spot['decided_at'])}"),
        Line(f"执法人员：{officers}"), Line("执法人员（签名）：", "sign"),
        Line("当事人（签名或者盖章）：", "sign"), Line(organ["name"], "centre"),
        Line(day(issued_on.isoformat()), "centre"),
    ]  # fmt: skip


def lines_of(document: Document, issued_on: date) -> list[Line]:
    """Return the paragraphs of an issued decision."""
    return lines(document.inputs, document.number or "", issued_on)


def digest(said: list[Line]) -> str:
    """Return the SHA-256 (hex) by which two devices know that they show the same words."""
    return hashlib.sha256("\n".join(line.text for line in said).encode()).hexdigest()


def ticket(said: list[Line], width_mm: int, *, code: str | None, address: str | None) -> bytes:
    """Return the bytes for a roll printer of 58 or 80 mm; raises InvalidInputError for others.

    code, address -- by which the paper is checked: a QR code leads there; None prints none
    """
    made = escpos.Ticket(width_mm)
    for line in said:
        if line.style == "title":
            made.line(line.text, bold=True, centre=True, large=True)
        elif line.style == "centre":
            made.line(line.text, centre=True)
        else:
            made.line(line.text)
        if line.style == "sign":
            made.feed(3)
    if code:
        made.qr(address or code)
        made.line(f"扫码核验：{code}", centre=True)
    return made.done()


def _party(party: Mapping[str, Any]) -> Iterator[str]:
    rows = PARTY_ROWS[party["kind"]]
    for label, name in (("当事人", "name"), *rows):
        if party.get(name):
            yield f"{label}：{party[name]}"


def _decision(data: Mapping[str, Any]) -> Iterator[str]:
    facts, law, penalty = data["facts"], data["law"], data["penalty"]
    when = moment(facts["occurred_at"])
    yield f"经查，{when}，当事人在{facts['place']}，{clause(facts['act'])}。"
    plea = data["spot"].get("plea")
    heard = f"当事人陈述、申辩：{clause(plea)}。" if plea else "当事人未提出陈述、申辩。"
    yield (
        f"当事人的上述行为违反了{clause(law['violated'])}的规定。执法人员已当场告知当事人拟作出的"
        f"行政处罚内容及事实、理由、依据，并告知当事人依法享有陈述、申辩的权利。{heard}"
    )
    amount = penalty.get("amount_yuan")
    money = f"人民币{yuan(amount)}（大写：{penalty['amount_words']}）" if amount else ""
    yield (
        f"依据{clause(law['basis'])}和{APL}第五十一条的规定，现当场决定给予当事人下列行政处罚："
        f"{penalty['kind']}{money}。"
    )
    if amount:
        yield _payment(data["payment"])
    yield _remedies(data["remedies"]["reconsideration_days"], data["organ"])


def _payment(payment: Mapping[str, Any]) -> str:
    return (
        f"罚款履行方式：自收到本决定书之日起十五日内到{payment['bank']}缴纳（收款账户："
        f"{payment['account']}），或者通过电子支付系统缴纳。到期不缴纳的，每日按罚款数额的"
        f"{payment['daily_rate']}加处罚款，加处罚款的数额不超出罚款的数额。"
    )


def _remedies(days: int, organ: Mapping[str, Any]) -> str:
    return (
        "如不服本决定，依据《中华人民共和国行政复议法》第二十三条第一款第（一）项的规定，应当自收到"
        f"本决定书之日起{chinese_number(int(days))}日内先向{organ['reconsideration_organ']}"
        "申请行政复议；对行政复议决定不服的，可以依法向人民法院提起行政诉讼。"
    )


def clause(text: str) -> str:
    """Return a text without its closing full stop, its lines joined, to stand in a sentence."""
    return text.strip().rstrip("。")


def day(iso: str) -> str:
    """Return 2026-03-02 as 2026年3月2日."""
    year, month, number = iso[:10].split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def moment(iso: str) -> str:
    """Return 2026-03-02T09:05:00+08:00 as 2026年3月2日9时05分; Beijing time as it stands."""
    at = datetime.fromisoformat(iso)
    return f"{day(iso)}{at.hour}时{at.minute:02}分"


def yuan(amount: str) -> str:
    """Return 50.00 as 50元, 50.50 as 50.50元."""
    return amount.removesuffix(".00") + "元"
