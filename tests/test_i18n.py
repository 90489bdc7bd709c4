"""Both catalogues hold every message, in words that fit, and are compiled in step."""

from __future__ import annotations

import gettext
import re

import pytest

from enforcement.translations import catalogue

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def messages() -> set[str]:
    return catalogue.messages()


def test_messages_come_from_code_and_templates(messages: set[str]) -> None:
    assert "请先登录。" in messages  # enforcement/sign_in.py
    assert "跳到正文" in messages  # templates/base.html


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_a_catalogue_holds_exactly_the_messages_asked_for(
    language: str, messages: set[str]
) -> None:
    known = catalogue.translations(language)
    assert set(known) == messages, "run scripts/translate"
    assert [text for text, words in known.items() if not words] == []


@pytest.mark.parametrize("language", catalogue.LANGUAGES)
def test_a_catalogue_is_compiled_in_step(language: str) -> None:
    with catalogue.mo_path(language).open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    known = catalogue.translations(language)
    assert {text: compiled.gettext(text) for text in known} == known, "run scripts/translate"


def test_chinese_is_the_source_text() -> None:
    assert all(text == words for text, words in catalogue.translations("zh").items())


def test_english_keeps_the_placeholders_and_holds_no_chinese() -> None:
    for text, words in catalogue.translations("en").items():
        assert sorted(PLACEHOLDER.findall(words)) == sorted(PLACEHOLDER.findall(text)), text
        assert not CHINESE.search(words), text
