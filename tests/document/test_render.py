from __future__ import annotations

import base64
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from enforcement.document import fonts, typesetting
from enforcement.document.render import MissingGlyphError, render, render_report
from enforcement.errors import InvalidInputError, MissingFieldsError, status_of
from enforcement.law import paperwork
from enforcement.law.errors import UnknownRuleError
from tests.document.reading import poppler, squeezed_text
from tests.document.samples import ISSUED_AT, NUMBERS, report, sample
from tests.document.samples_case import CASE_ID, PERSON

PAGES = {"D01": 1, "D02": 1, "D08": 2, "D09": 2, "D26": 2, "D38": 3, "D41": 1, "D56": 1}
STATED = {
    "D01": ["案源（线索）登记表", "匿名/受保护", "220322100001", "建议指派执法人员核查。"],
    "D02": ["立案审批表", "07030299001", "07030299002", "同意立案。", "周示例"],
    "D08": [
        "现场检查（勘验）笔录",
        "东经124.335201°",
        "面积18平方米",
        "有权申请回避",
        "第1页共2页",
    ],
    "D09": ["责令限期改正通知书", "2026年3月11日前", "清除摆放在人行道上的货架", "申请行政复议"],
    "D26": [
        "行政处罚事先告知书",
        "罚款人民币2000元（大写：贰仟元整）",
        "陈述、申辩的权利",
        "五个工作日内（截至2026年3月25日）",
    ],
    "D38": [
        "行政处罚决定书",
        "91350100M000100Y43",
        "张示例《询问笔录》1份",
        "不予采纳",
        "《城市道路管理条例》第二十七条第（一）项",
        "罚款人民币2000元（大写：贰仟元整）",
        "裁量理由",
        "十五日内",
        "示例银行梨树县支行",
        "每日按罚款数额的3%加处罚款",
        "六十日内（截至2026年5月26日）向梨树县人民政府申请行政复议",
        "六个月内（截至2026年9月28日）依法向梨树县人民法院提起行政诉讼",
        "2026年3月27日",
    ],
    "D41": ["送达回证", "《行政处罚决定书》", "梨综执罚决字〔2026〕1号", "2026年3月27日15时30分"],
    "D56": ["结案审批表", "全额缴纳罚款", "票据号：00012345", "同意结案。", "2026年4月16日"],
}


@pytest.mark.parametrize("code", PAGES)
def test_a_paper_states_its_content(code, print_paper):
    rendered = print_paper(code)
    text = squeezed_text(rendered.pdf)
    for stated in [*STATED[code], "梨树县综合行政执法局", CASE_ID, NUMBERS[code] or ""]:
        assert stated in text
    assert rendered.pages == PAGES[code] == int(info(rendered.pdf)["Pages"])


@pytest.mark.parametrize("code", PAGES)
def test_a_paper_is_tagged_archival_and_carries_its_fonts(code, print_paper):
    pdf = print_paper(code).pdf
    told = info(pdf)
    assert told["Title"] == f"{paperwork.paper(code).name} {NUMBERS[code] or ''}".strip()
    assert told["Tagged"] == "yes"
    assert b"<pdfaid:part>2</pdfaid:part>" in pdf
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert b"<pdfuaid:part>1</pdfuaid:part>" in pdf
    assert b"/Lang(zh-CN)" in pdf
    rows = poppler("pdffonts", pdf).splitlines()[2:]
    assert rows
    assert all(row.split()[-5:-3] == ["yes", "yes"] for row in rows)


def test_the_same_arguments_give_the_same_bytes_in_every_thread(print_paper):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda code: (code, print_paper(code)), [*PAGES] * 4))
    assert len({(code, rendered.sha256) for code, rendered in found}) == len(PAGES)
    later = print_paper("D38", issued_at=ISSUED_AT["D38"].replace(hour=11))
    assert later.sha256 != print_paper("D38").sha256


def test_the_issue_moment_is_printed_in_beijing_time(print_paper):
    utc = datetime.fromisoformat("2026-03-26T16:30:00+00:00")
    assert "2026年3月27日" in squeezed_text(print_paper("D38", issued_at=utc).pdf)[-120:]
    data = sample("D41")
    data["service"]["at"] = utc
    assert "2026年3月27日0时30分" in squeezed_text(print_paper("D41", data).pdf)


def test_missing_fields_are_all_named(print_paper):
    data = sample("D38")
    del data["law"]["basis"]
    data["penalty"]["amount_yuan"] = None
    with pytest.raises(MissingFieldsError, match="法律依据、罚款数额") as caught:
        print_paper("D38", data)
    assert [field["path"] for field in caught.value.data["fields"]] == [
        "law.basis",
        "penalty.amount_yuan",
    ]


def test_a_numbered_paper_needs_its_number_but_a_draft_does_not(print_paper):
    with pytest.raises(MissingFieldsError, match="文书编号"):
        print_paper("D38", number=None)
    draft = print_paper("D38", number=None, draft=True)
    assert squeezed_text(draft.pdf).count("草稿") == draft.pages
    assert "草稿" not in squeezed_text(print_paper("D38").pdf)


@pytest.mark.parametrize(
    "text",
    [
        "#panic()",
        "$x$",
        "[*粗*]",
        "\\",
        "@ref",
        "<a>",
        "= 题",
        "`c`",
        '#read("D38.typ")',
        "//不是注释",
    ],
)
def test_text_is_never_markup(text, print_paper):
    data = sample("D38")
    data["party"]["name"] = f"甲{text}乙"
    assert f"甲{text}乙".replace(" ", "") in squeezed_text(print_paper("D38", data).pdf)


@pytest.mark.parametrize("character", ["\x00", "\x07", "\t", "\r", "\u202e", "\u200b", "\ue000"])
def test_control_and_invisible_characters_are_refused(character, print_paper):
    data = sample("D02")
    data["officers"][1]["name"] = f"王{character}示例"
    with pytest.raises(InvalidInputError, match=f"U\\+{ord(character):04X}") as caught:
        print_paper("D02", data)
    assert caught.value.field == "officers[1].name"


def test_lines_from_a_browser_are_lines(print_paper):
    data = sample("D09")
    data["correction"]["demand"] = "第一项。\r\n第二项。"
    assert "第一项。第二项。" in squeezed_text(print_paper("D09", data).pdf)


def test_rare_names_print_through_the_fallback(print_paper):
    data = sample("D38")
    data["party"]["name"] = "镕喆堃祎玥"
    assert "当事人：镕喆堃祎玥" in squeezed_text(print_paper("D38", data).pdf)


def test_characters_without_a_glyph_are_refused_by_name(print_paper):
    data = sample("D38")
    data["facts"]["place"] = "☑号门前☒"
    with pytest.raises(MissingGlyphError, match=r"☑（U\+2611）、☒（U\+2612）") as caught:
        print_paper("D38", data)
    assert caught.value.field == "facts.place"
    assert status_of(caught.value) == 422


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("case.filed_on", "2026-02-30"),
        ("facts.occurred_at", "2026-03-02T09:15:00"),
        ("penalty.amount_yuan", "2000.001"),
        ("plea.made", "是"),
        ("evidence", "一份"),
        ("party.name", {"x": 1}),
        ("remedies.litigation_months", "六"),
    ],
)
def test_a_field_of_the_wrong_type_is_refused_by_name(path, value, print_paper):
    data = sample("D38")
    block, _, name = path.partition(".")
    if name:
        data[block][name] = value
    else:
        data[block] = value
    with pytest.raises(InvalidInputError) as caught:
        print_paper("D38", data)
    assert caught.value.field == path


@pytest.mark.parametrize(
    ("plea", "sentence"),
    [
        ({"made": False, "waived": True}, "当事人书面放弃陈述、申辩的权利。"),
        ({"made": False, "waived": False}, "当事人在规定期限内未提出陈述、申辩。"),
        (
            {"made": True, "content": "未满二十平方米", "result": "not_accepted"},
            "当事人提出陈述、申辩：未满二十平方米。经复核，本机关认为：不予采纳。",
        ),
    ],
)
def test_the_decision_tells_how_the_plea_was_heard(plea, sentence, print_paper):
    assert sentence in squeezed_text(print_paper("D38", sample("D38") | {"plea": plea}).pdf)


def test_a_decision_against_a_person_identifies_the_person(print_paper):
    text = squeezed_text(print_paper("D38", sample("D38") | {"party": PERSON}).pdf)
    assert "性别：女出生日期：1949年12月31日身份证件号码：11010519491231002X" in text
    assert "统一社会信用代码" not in text


def test_a_warning_states_no_fine_and_no_bank(print_paper):
    data = sample("D38")
    del data["payment"]
    data["penalty"] = {"kind": "警告", "reason": "初次违法，情节轻微"}
    text = squeezed_text(print_paper("D38", data).pdf)
    assert "作出如下行政处罚：警告。" in text
    assert "加处罚款" not in text
    assert "五、救济途径和期限" in text


def test_decimals_are_money_and_are_written_in_words(print_paper):
    data = sample("D38")
    data["penalty"]["amount_yuan"] = Decimal("1050.50")
    text = squeezed_text(print_paper("D38", data).pdf)
    assert "人民币1050.50元（大写：壹仟零伍拾元伍角整）" in text


def test_refusal_to_sign_names_the_witness(print_paper):
    data = sample("D08") | {"signatures": {"refused": True, "witness": {"name": "钱示例"}}}
    text = squeezed_text(print_paper("D08", data).pdf)
    assert "当事人拒绝签名或者盖章" in text
    assert "见证人（签名）：钱示例" in text


def test_every_opinion_stands_in_its_box(print_paper):
    data = sample("D02")
    data["opinions"] += [
        {"role": "brigade_leader", "name": "吴示例", "opinion": "大队同意。", "at": "2026-03-03"},
        {"role": "legal_reviewer", "name": "郑示例", "opinion": "程序合法。", "at": "2026-03-03"},
    ]
    text = squeezed_text(print_paper("D02", data).pdf)
    assert "孙示例2026年3月3日大队同意。" in text
    assert "法制审核意见程序合法。" in text


def test_the_seal_and_the_code_are_drawn_where_given(print_paper):
    picture = io.BytesIO()
    Image.new("RGBA", (40, 40), (200, 0, 0, 180)).save(picture, "PNG")
    data = sample("D38") | {
        "seal_png": base64.b64encode(picture.getvalue()).decode(),
        "qr_svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 4">'
        '<path d="M0 0h2v2z"/></svg>',
    }
    sealed = print_paper("D38", data)
    assert "image" in poppler("pdfimages", sealed.pdf, options=["-list"])
    assert "扫码核验文书" in squeezed_text(sealed.pdf)
    assert "image" not in poppler("pdfimages", print_paper("D38").pdf, options=["-list"])
    with pytest.raises(InvalidInputError) as caught:
        print_paper("D38", data | {"seal_png": "not base64"})
    assert caught.value.field == "seal_png"


def test_an_unknown_paper_and_a_naive_moment_are_refused(print_paper, font_dirs):
    with pytest.raises(UnknownRuleError):
        render("D99", {}, number=None, issued_at=ISSUED_AT["D38"], font_dirs=font_dirs)
    with pytest.raises(InvalidInputError, match="时区"):
        print_paper("D38", issued_at=datetime(2026, 3, 27))  # noqa: DTZ001


def test_missing_fonts_are_named(tmp_path: Path):
    with pytest.raises(fonts.MissingFontError, match="仿宋"):
        fonts.load([tmp_path])


def test_the_version_follows_template_and_shared_modules(tmp_path, monkeypatch):
    for path in typesetting.TEMPLATES.glob("*.typ"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    before = {code: typesetting.template_version(f"{code}.typ") for code in PAGES}
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    (tmp_path / "D38.typ").write_bytes(b"// changed")
    now = {code: typesetting.template_version(f"{code}.typ") for code in PAGES}
    assert [code for code in PAGES if now[code] != before[code]] == ["D38"]
    (tmp_path / "page.typ").write_bytes(b"// changed")
    assert all(typesetting.template_version(f"{code}.typ") != now[code] for code in PAGES)


def test_the_report_prints_figures_map_and_tables(font_dirs):
    rendered = render_report(report(40), font_dirs=font_dirs, issued_at=ISSUED_AT["D56"])
    text = squeezed_text(rendered.pdf)
    assert "示例镇综合行政执法月报（2026年3月）" in text
    assert "示意图" in text
    assert "示例40村" in text
    assert text.count("村（社区）受理办结") == 2, "the head stands on both pages of the table"
    plain = report() | {"schematic": False}
    assert "示意图" not in squeezed_text(
        render_report(plain, font_dirs=font_dirs, issued_at=ISSUED_AT["D56"]).pdf
    )
    with pytest.raises(MissingFieldsError, match="分析和建议"):
        render_report(report() | {"findings": " "}, font_dirs=font_dirs, issued_at=ISSUED_AT["D56"])


def info(pdf: bytes) -> dict[str, str]:
    pairs = (line.partition(":") for line in poppler("pdfinfo", pdf).splitlines())
    return {key: value.strip() for key, _, value in pairs}
