"""From data to a paper: checked, compiled, hashed. The bytes are what is served and kept."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from enforcement import codes
from enforcement.document.cleaning import BEIJING, check_types, clean, texts, with_words
from enforcement.document.filling import filled
from enforcement.document.typesetting import (
    UnprintableError,
    compile_html,
    compile_pages,
    compile_pdf,
    page_count,
    template_version,
)
from enforcement.errors import InvalidInputError, MissingFieldsError
from enforcement.law import paperwork
from enforcement.law.paperwork import Paper

PNG_START = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class RenderedPaper:
    """A compiled paper: its bytes, their SHA-256 (hex), the template's version, its pages."""

    pdf: bytes
    sha256: str
    template_version: str
    pages: int


class MissingGlyphError(InvalidInputError):
    """No font has some characters; `field` says where the first stands, `characters` is them."""


def render(
    code: str,
    data: Mapping[str, Any],
    *,
    number: str | None,
    issued_at: datetime,
    font_dirs: Sequence[Path],
    draft: bool = False,
    root: Path | None = None,
    roll_mm: int | None = None,
) -> RenderedPaper:
    """Return a paper as PDF/A-2a; the same arguments give the same bytes.

    data -- blocks as the declaration names them; days ISO, moments ISO with offset, money in yuan
    number -- the document number; None where the paper bears none, or for a draft
    issued_at -- aware; printed as the date of the paper, in Beijing time
    draft -- prints 草稿 across each page
    root -- folder of the templates it was once issued with; the current ones without it
    roll_mm -- 58 or 80: the same words on a roll of that width
    Raises MissingFieldsError, InvalidInputError, MissingGlyphError, UnknownRuleError.
    """
    paper = paperwork.paper(code)
    _require(paper, data, number_needed=paper.number_word is not None and not draft, number=number)
    return _compile(
        paper, data, number=number, issued_at=issued_at, font_dirs=font_dirs, draft=draft,
        root=root, roll_mm=roll_mm,
    )  # fmt: skip


def preview(
    code: str,
    data: Mapping[str, Any],
    *,
    issued_at: datetime,
    font_dirs: Sequence[Path],
    pixels_per_inch: float = 72,
) -> list[bytes]:
    """Return the pages of a draft as PNG, what is still missing marked in its place.

    Raises InvalidInputError and MissingGlyphError, as issuing would, UnknownRuleError.
    """
    paper = paperwork.paper(code)
    inputs, plain, local = _inputs(
        paper, filled(paper, data, issued_at), number=None, issued_at=issued_at, draft=True
    )
    try:
        return compile_pages(
            paper.template, inputs, font_dirs=font_dirs, issued_at=local,
            pixels_per_inch=pixels_per_inch,
        )  # fmt: skip
    except UnprintableError as error:
        raise _located(error, plain) from error


def pictures(
    code: str,
    data: Mapping[str, Any],
    *,
    number: str | None,
    issued_at: datetime,
    font_dirs: Sequence[Path],
    root: Path | None,
    pixels_per_inch: float = 72,
) -> list[bytes]:
    """Return the pages of a paper as PNG, for the screen; arguments and errors as `render`."""
    paper = paperwork.paper(code)
    inputs, plain, local = _inputs(paper, data, number=number, issued_at=issued_at, draft=False)
    try:
        return compile_pages(
            paper.template, inputs, font_dirs=font_dirs, issued_at=local,
            pixels_per_inch=pixels_per_inch, root=root,
        )  # fmt: skip
    except UnprintableError as error:
        raise _located(error, plain) from error


def render_report(
    data: Mapping[str, Any],
    *,
    font_dirs: Sequence[Path],
    issued_at: datetime,
) -> RenderedPaper:
    """Return a township's monthly report as PDF/A-2a; errors as `render`.

    data -- organ, township, month "YYYY-MM", figures, by_village, by_kind, findings;
    optional map_svg (a whole SVG document), schematic, legend [{label, color}]
    """
    paper = paperwork.TOWNSHIP_REPORT
    _require(paper, data, number_needed=False, number=None)
    return _compile(paper, data, number=None, issued_at=issued_at, font_dirs=font_dirs, draft=False)


def render_text(
    code: str,
    data: Mapping[str, Any],
    *,
    number: str | None,
    issued_at: datetime,
    font_dirs: Sequence[Path],
) -> str:
    """Return what a paper says as HTML without a page, to be edited before approval.

    What the paper must state may still be missing. Raises InvalidInputError, MissingGlyphError.
    """
    paper = paperwork.paper(code)
    local = issued_at.astimezone(BEIJING).replace(microsecond=0)
    plain = clean({**data, "number": number})
    check_types(paper, plain)
    plain = with_words(paper, plain)
    meta = _meta(paper, plain, local, draft=True) | {"flow": True}
    inputs = {"data": _json(plain), "meta": _json(meta)}
    return compile_html(paper.template, inputs, font_dirs=font_dirs, issued_at=local)


def render_sheet(
    template: str,
    data: Mapping[str, Any],
    *,
    font_dirs: Sequence[Path],
    issued_at: datetime,
) -> bytes:
    """Return pages that are no paper of their own (photos, page numbers) as PDF/A-2a.

    Raises InvalidInputError, MissingGlyphError.
    """
    local = issued_at.astimezone(BEIJING).replace(microsecond=0)
    plain = clean(data)
    inputs = {"data": _json(plain), "meta": _json({"name": template.removesuffix(".typ")})}
    try:
        return compile_pdf(template, inputs, font_dirs=font_dirs, issued_at=local)
    except UnprintableError as error:
        raise _located(error, plain) from error


def render_diary(
    data: Mapping[str, Any],
    *,
    font_dirs: Sequence[Path],
    issued_at: datetime,
) -> RenderedPaper:
    """Return the diary of a case as PDF/A-2a; errors as `render`. data -- case, entries, taken."""
    paper = paperwork.DIARY
    _require(paper, data, number_needed=False, number=None)
    return _compile(paper, data, number=None, issued_at=issued_at, font_dirs=font_dirs, draft=False)


def _require(
    paper: Paper,
    data: Mapping[str, Any],
    *,
    number_needed: bool,
    number: str | None,
) -> None:
    missing = [
        {"path": field.path, "zh": field.zh, "en": field.en}
        for field in paperwork.missing_fields(paper, data)
    ]
    if number_needed and not (number or "").strip():
        missing.insert(0, {"path": "number", "zh": "文书编号", "en": "Document number"})
    if missing:
        labels = "、".join(field["zh"] for field in missing)
        raise MissingFieldsError(
            f"《{paper.name}》缺少：{labels}", paper=paper.code, fields=missing
        )


def _compile(
    paper: Paper,
    data: Mapping[str, Any],
    *,
    number: str | None,
    issued_at: datetime,
    font_dirs: Sequence[Path],
    draft: bool,
    root: Path | None = None,
    roll_mm: int | None = None,
) -> RenderedPaper:
    inputs, plain, local = _inputs(
        paper, data, number=number, issued_at=issued_at, draft=draft, roll_mm=roll_mm
    )
    try:
        pdf = compile_pdf(paper.template, inputs, font_dirs=font_dirs, issued_at=local, root=root)
    except UnprintableError as error:
        raise _located(error, plain) from error
    return RenderedPaper(
        pdf, hashlib.sha256(pdf).hexdigest(), template_version(paper.template, root),
        page_count(pdf),
    )  # fmt: skip


def _inputs(
    paper: Paper,
    data: Mapping[str, Any],
    *,
    number: str | None,
    issued_at: datetime,
    draft: bool,
    roll_mm: int | None = None,
) -> tuple[dict[str, str], dict[str, Any], datetime]:
    """Return what the compiler is handed, the plain data in it, and the moment of issue."""
    if issued_at.tzinfo is None:
        raise InvalidInputError("issued_at", "出具时间必须带时区")
    local = issued_at.astimezone(BEIJING).replace(microsecond=0)
    plain = _with_code(_with_seal(clean({**data, "number": number})))
    check_types(paper, plain)
    plain = with_words(paper, plain)
    meta = _meta(paper, plain, local, draft=draft) | ({"roll": roll_mm} if roll_mm else {})
    return {"data": _json(plain), "meta": _json(meta)}, plain, local


def _meta(
    paper: Paper,
    data: Mapping[str, Any],
    issued_at: datetime,
    *,
    draft: bool,
) -> dict[str, Any]:
    return {
        "code": paper.code,
        "name": paper.name,
        "number": data.get("number"),
        "draft": draft,
        "issued_on": issued_at.date().isoformat(),
        "copies": paper.copies,
        "signers": [{"roles": list(signer.roles), "zh": signer.zh} for signer in paper.signers],
    }


def _with_seal(data: dict[str, Any]) -> dict[str, Any]:
    """Turn seal_png (base64) into seal_svg, the one form that the page module draws."""
    encoded = data.pop("seal_png", None)
    if encoded is None:
        return data
    try:
        image = base64.b64decode(encoded, validate=True)
    except (binascii.Error, TypeError) as error:
        raise InvalidInputError("seal_png", "印章图片不是base64编码") from error
    if not image.startswith(PNG_START):
        raise InvalidInputError("seal_png", "印章图片不是PNG")
    data["seal_svg"] = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" width="100" height="100">'
        f'<image width="100" height="100" href="data:image/png;base64,{encoded}"/></svg>'
    )
    return data


def _with_code(data: dict[str, Any]) -> dict[str, Any]:
    """Draw the QR code of the page where the public checks the paper, as SVG."""
    verify = data.get("verify")
    if not isinstance(verify, dict):
        return data
    said = verify.get("address") or verify["code"]
    data["qr_svg"] = codes.drawn(said)
    return data


def _located(error: UnprintableError, data: Mapping[str, Any]) -> MissingGlyphError:
    characters = error.data["characters"]
    places = (path for path, text in texts(data) if not set(characters).isdisjoint(text))
    return MissingGlyphError(next(places, "template"), str(error), characters=characters)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)
