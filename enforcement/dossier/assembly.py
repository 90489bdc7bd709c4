"""Many papers into one volume: merged, each page numbered over, bookmarked, still an archive file.

Every source page is PDF/A-2 made here, with its fonts inside; the volume keeps the colour profile
of its first page and says PDF/A-2b. Tags are lost by merging, so it does not say 2a.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import pikepdf

from enforcement.errors import DomainError


class DamagedPartError(DomainError):
    """A part of a volume is no readable PDF; `part` is its title."""


@dataclass(frozen=True)
class Mark:
    """A bookmark: chapter -- the one above it; page -- counted from the part's first, from 0."""

    title: str
    chapter: str | None
    page: int = 0


@dataclass(frozen=True)
class Part:
    """A file that goes in whole. numbered -- its pages count; chapter -- its bookmark's parent.

    marks -- bookmarks of a part that was itself put together; else its title is the one
    """

    title: str
    pdf: bytes
    chapter: str | None = None
    numbered: bool = True
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Assembled:
    """What was put together: its bytes, its pages, where its bookmarks stand."""

    pdf: bytes
    pages: int
    marks: tuple[Mark, ...]


def assemble(parts: Sequence[Part], stamps: bytes | None, *, title: str, at: datetime) -> Assembled:
    """Put parts together into one file; the same parts and moment give the same bytes.

    stamps -- a PDF with as many pages as the numbered parts have, laid over them one by one
    Raises DamagedPartError.
    """
    whole = pikepdf.new()
    starts = []
    for part in parts:
        starts.append(len(whole.pages))
        with _opened(part) as pdf:
            if "/OutputIntents" not in whole.Root and "/OutputIntents" in pdf.Root:
                whole.Root.OutputIntents = whole.copy_foreign(pdf.Root.OutputIntents)
            whole.pages.extend(pdf.pages)
    _untag(whole)
    _stamp(whole, parts, starts, stamps)
    marks = tuple(_marks(parts, starts))
    _bookmark(whole, marks)
    _describe(whole, title, at)
    out = BytesIO()
    whole.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return Assembled(out.getvalue(), len(whole.pages), marks)


def _opened(part: Part) -> pikepdf.Pdf:
    try:
        return pikepdf.open(BytesIO(part.pdf))
    except pikepdf.PdfError as error:
        raise DamagedPartError(f"“{part.title}”不是可以读取的PDF", part=part.title) from error


def _untag(whole: pikepdf.Pdf) -> None:
    """Drop what points into the tag trees that stay behind."""
    for page in whole.pages:
        for key in ("/StructParents", "/Tabs"):
            if key in page.obj:
                del page.obj[key]


def _stamp(
    whole: pikepdf.Pdf, parts: Sequence[Part], starts: Sequence[int], stamps: bytes | None
) -> None:
    if stamps is None:
        return
    ends = [*starts[1:], len(whole.pages)]
    places = [
        n
        for part, start, end in zip(parts, starts, ends, strict=True)
        if part.numbered
        for n in range(start, end)
    ]
    with pikepdf.open(BytesIO(stamps)) as over:
        for place, stamp in zip(places, over.pages, strict=True):
            _lay_over(whole, whole.pages[place], stamp)


def _lay_over(whole: pikepdf.Pdf, page: pikepdf.Page, stamp: pikepdf.Page) -> None:
    """Draw a page over another under a fixed name, so that the bytes stay the same."""
    form = whole.copy_foreign(stamp.as_form_xobject())
    name = page.add_resource(form, pikepdf.Name.XObject, pikepdf.Name("/PageStamp"))
    page.contents_add(b"q", prepend=True)
    page.contents_add(b"Q q " + bytes(name) + b" Do Q")


def _marks(parts: Sequence[Part], starts: Sequence[int]) -> Iterator[Mark]:
    for part, start in zip(parts, starts, strict=True):
        for one in part.marks or (Mark(part.title, part.chapter),):
            yield Mark(one.title, one.chapter, start + one.page)


def _bookmark(whole: pikepdf.Pdf, marks: Sequence[Mark]) -> None:
    with whole.open_outline() as outline:
        chapters: dict[str, pikepdf.OutlineItem] = {}
        for one in marks:
            item = pikepdf.OutlineItem(one.title, one.page)
            if one.chapter is None:
                outline.root.append(item)
                continue
            if one.chapter not in chapters:
                chapters[one.chapter] = pikepdf.OutlineItem(one.chapter, one.page)
                outline.root.append(chapters[one.chapter])
            chapters[one.chapter].children.append(item)


def _describe(whole: pikepdf.Pdf, title: str, at: datetime) -> None:
    whole.Root.PageMode = pikepdf.Name.UseOutlines
    whole.Root.Lang = pikepdf.String("zh-CN")
    moment = at.replace(microsecond=0)
    whole.docinfo["/Title"] = title
    whole.docinfo["/CreationDate"] = pikepdf.String(pikepdf.models.metadata.encode_pdf_date(moment))
    with whole.open_metadata(set_pikepdf_as_editor=False) as told:
        told["dc:title"] = title
        told["xmp:CreateDate"] = moment.isoformat()
        told["pdfaid:part"] = "2"
        told["pdfaid:conformance"] = "B"
