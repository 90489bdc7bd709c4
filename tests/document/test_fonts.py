"""What the fonts of the set-up can print: 通用规范汉字表 level 1 and 2, and rare names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typst

from enforcement.config import Config, ConfigError
from enforcement.document import fonts, typesetting
from enforcement.errors import InvalidInputError
from tests.document.samples import sample

STANDARD = Path(__file__).parent / "data" / "standard_characters.txt"
"""The 3,500 + 3,000 characters of level 1 and 2, in their order (Unihan 15.0, kTGH 2013:1-6500)."""
RARE = "镕喆堃祎玥犇骉淼垚赟翀濛鑫燚焱怡翊昇甯"
MARKS = "，。、；：？！“”‘’（）《》〔〕【】—…·％‰℃㎡×÷±≥≤№①②③④⑤⑥⑦⑧⑨⑩ⅠⅡⅢ々〇"
MARKUP = """
#import "page.typ": *
#let all = read("all.txt").replace("\\n", "")
#set document(title: "t")
#for face in (fang, biaosong, song, hei, kai) { par(text(font: face, size: 6pt, all)) }
"""


def refused_by(folder: Path, font_dirs: tuple[Path, ...], characters: str) -> str:
    """Return what the compiler says of characters in each face of the papers, "" for nothing."""
    for name in typesetting.SHARED:
        (folder / name).write_bytes((typesetting.TEMPLATES / name).read_bytes())
    (folder / "all.txt").write_text(characters)
    (folder / "all.typ").write_text(MARKUP)
    compiler = typst.Compiler(
        str(folder / "all.typ"), root=str(folder), font_paths=fonts.load(font_dirs)
    )
    meta = {"name": "t", "number": None, "draft": False, "issued_on": "2026-01-01"}
    try:
        compiler.compile(
            format="pdf", sys_inputs={"data": "{}", "meta": json.dumps(meta)},
            pdf_standards=typesetting.STANDARDS,
        )  # fmt: skip
    except typst.TypstError as error:
        return error.diagnostic
    return ""


def test_every_standard_character_prints_in_every_face(
    tmp_path: Path, font_dirs: tuple[Path, ...]
) -> None:
    characters = STANDARD.read_text().replace("\n", "")
    assert len(set(characters)) == 6500
    assert characters.startswith("一乙二十丁")
    assert refused_by(tmp_path, font_dirs, characters) == ""


def test_rare_names_and_marks_print_in_every_face(
    tmp_path: Path, font_dirs: tuple[Path, ...]
) -> None:
    assert refused_by(tmp_path, font_dirs, RARE + MARKS) == ""


def test_what_no_face_has_is_told(tmp_path: Path, font_dirs: tuple[Path, ...]) -> None:
    assert "could not be displayed" in refused_by(tmp_path, font_dirs, "一☑")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("甲שלום乙", "从右向左"),
        ("甲سلام乙", "从右向左"),
        ("甲😀乙", "表情符号"),
        ("甲❤\ufe0f乙", "表情符号"),
        ("甲\u202e乙", "控制字符"),
        ("甲\u200b乙", "控制字符"),
        ("甲\x07乙", "控制字符"),
        ("甲☑乙", "无法打印"),
    ],
)
def test_a_character_that_cannot_be_printed_is_refused_with_its_field(print_paper, said, why):
    data = sample("D28")
    data["act"]["content"] = said
    with pytest.raises(InvalidInputError, match=why) as caught:
        print_paper("D28", data)
    assert caught.value.field == "act.content"
    assert "U+" in str(caught.value)


def test_the_offices_own_folder_of_fonts_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENFORCEMENT_FONTS", str(tmp_path))
    assert Config.from_env().font_dirs[0] == tmp_path
    for families in fonts.FACES.values():
        assert families[-1].startswith(("Fandol", "Noto"))
    told = {one.face: one for one in fonts.report(Config.from_env().font_dirs)}
    assert told["仿宋（正文）"].family == "FandolFang R"
    assert told["仿宋（正文）"].is_substitute


@pytest.mark.parametrize("url", ["ftp://x", "zf.example.gov.cn"])
def test_a_public_address_that_is_none_stops_the_start(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("ENFORCEMENT_PUBLIC_URL", url)
    with pytest.raises(ConfigError, match="ENFORCEMENT_PUBLIC_URL"):
        Config.from_env()
