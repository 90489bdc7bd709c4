from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from enforcement.config import Config
from enforcement.document.render import RenderedPaper, render
from tests.document.samples import ISSUED_AT, NUMBERS, sample


@pytest.fixture(scope="session")
def font_dirs() -> tuple[Path, ...]:
    return Config.from_env().font_dirs


@pytest.fixture
def print_paper(font_dirs: tuple[Path, ...]) -> Callable[..., RenderedPaper]:
    """Give a function that prints a paper from its sample, or from other data."""

    def printed(code: str, data: dict[str, Any] | None = None, **how: Any) -> RenderedPaper:
        how = {"number": NUMBERS[code], "issued_at": ISSUED_AT[code]} | how
        return render(code, data or sample(code), font_dirs=font_dirs, **how)

    return printed


@pytest.fixture
def sample_with_code() -> Callable[[str], dict[str, Any]]:
    """Give a function that returns a sample with the block that the QR code is drawn from."""
    code = "220322-7KQ2-9DMX-3HTP-W4CA"

    def coded(kind: str) -> dict[str, Any]:
        return sample(kind) | {
            "verify": {"code": code, "address": f"https://zf.example.gov.cn/verify/{code}"}
        }

    return coded
