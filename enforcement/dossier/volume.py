"""One volume of a case's file as a PDF: cover, index, papers, photo sheets, closing sheet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from enforcement import clock, files
from enforcement.case.models import CaseFile
from enforcement.document.models import Document
from enforcement.document.render import render, render_sheet
from enforcement.dossier.assembly import Part, assemble
from enforcement.dossier.contents import Contents, Entry
from enforcement.dossier.photos import Photo, sheets
from enforcement.evidence.models import EvidenceItem
from enforcement.law.dossier import Volume

COVER, INDEX, CLOSING = "D58", "D59", "D60"
NOT_YET: Final = "归档时确定"


def build(
    case: CaseFile,
    contents: Contents,
    volume: Volume,
    *,
    by_name: str,
    at: datetime,
    font_dirs: Sequence[Path],
) -> bytes:
    """Return a volume as one file with bookmarks and numbered pages.

    by_name, at -- who makes the file and when; an archived case's own cover goes before
    A case that is not archived has 草稿 across its cover, index and closing sheet.
    """
    cover = contents.made(COVER)
    frame = _Frame(case, contents, volume, cover, by_name, at, tuple(font_dirs))
    parts = [
        *frame.front(),
        *(part for entry in contents.volumes[volume] for part in _parts(case, entry, frame)),
        frame.back(),
    ]
    total = contents.pages(volume)
    stamps = frame.sheet("page_stamps.typ", {"first": 1, "last": total}) if total else None
    title = f"{case.number} {volume.zh}"
    return assemble(parts, stamps, title=title, at=frame.at).pdf


class _Frame:
    """What is made with the volume itself."""

    def __init__(
        self,
        case: CaseFile,
        contents: Contents,
        volume: Volume,
        cover: Document | None,
        by_name: str,
        at: datetime,
        font_dirs: tuple[Path, ...],
    ) -> None:
        self.case, self.contents, self.volume = case, contents, volume
        self.fonts, self.draft = font_dirs, cover is None
        self.said: dict[str, Any] = cover.inputs.get("act", {}) if cover else {}
        self.by_name = self.said.get("by_name", by_name)
        self.at = cover.issued_at if cover else at

    def front(self) -> Iterator[Part]:
        """Yield cover and index."""
        act = {"pages": self.contents.pages(self.volume), "by_name": self.by_name,
               "years": self.said.get("years", NOT_YET)}  # fmt: skip
        yield self._paper(COVER, f"封面（{self.volume.zh}）", act=act)
        rows = [_row(one) for one in self.contents.volumes[self.volume]]
        yield self._paper(INDEX, "卷内目录", entries=rows)

    def back(self) -> Part:
        """Return the closing sheet."""
        lying = [one for one in self.contents.volumes[self.volume] if not one.pages]
        photos = sum(len(one.photos) for one in self.contents.volumes[self.volume])
        archive = {
            "pages": self.contents.pages(self.volume), "by_name": self.by_name,
            "on": clock.local_day(self.at), "note": self.said.get("note") or "", "photos": photos,
            "discs": sum(one.remark == "光盘" for one in lying),
        }  # fmt: skip
        return self._paper(CLOSING, "卷内备考表", archive=archive)

    def sheet(self, template: str, data: dict[str, Any]) -> bytes:
        """Return pages that are no paper of their own."""
        return render_sheet(template, data, font_dirs=self.fonts, issued_at=self.at)

    def _paper(self, code: str, title: str, **own: Any) -> Part:
        data = self.contents.blocks() | own
        made = render(
            code, data, number=None, issued_at=self.at, font_dirs=self.fonts, draft=self.draft
        )
        return Part(title, made.pdf, numbered=False)


def _row(entry: Entry) -> dict[str, Any]:
    row = {"title": entry.title, "page": str(entry.page or "—"), "remark": entry.remark,
           "number": entry.number or ""}  # fmt: skip
    return row | ({"dated_on": entry.dated_on.isoformat()} if entry.dated_on else {})


def _parts(case: CaseFile, entry: Entry, frame: _Frame) -> Iterator[Part]:
    if entry.photos:
        photos = (_photo(case, one) for one in entry.photos)
        for pdf in sheets(photos, font_dirs=frame.fonts, issued_at=frame.at):
            yield Part(entry.title, pdf, entry.chapter)
    elif entry.pages and entry.sha256:
        title = f"{entry.title} {entry.number or ''}".strip()
        yield Part(title, files.read(case.county_code, entry.sha256), entry.chapter)


def _photo(case: CaseFile, item: EvidenceItem) -> Photo:
    sha256 = item.sha256 or b""
    taken = item.captured_at.astimezone(clock.ZONE)
    said = (f"{taken.year}年{taken.month}月{taken.day}日{taken.hour}时{taken.minute:02d}分",
            item.place or "", f"拍摄人：{item.taker}", f"SHA-256：{sha256.hex()}")  # fmt: skip
    caption = "　".join(part for part in said if part)
    return Photo(files.read(case.county_code, sha256), f"证据{item.no} {item.name}", caption)
