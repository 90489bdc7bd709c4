"""A case's whole file as a ZIP that another system can read: a BagIt bag (RFC 8493), SHA-256.

data/ holds both volumes, each paper and each original of the evidence as it was kept, and
case.json, which tells what each file is. Whoever unpacks it can check every hash himself.
"""

from __future__ import annotations

import hashlib
import json
import mimetypes
import re
import tempfile
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any, Final

from enforcement import files
from enforcement.case.models import CaseEntry, CaseFile
from enforcement.document.models import Document
from enforcement.dossier.contents import Contents
from enforcement.evidence.models import EvidenceItem
from enforcement.history import plain
from enforcement.law import paperwork
from enforcement.law.dossier import Volume

IN_MEMORY: Final = 8 * 1024 * 1024  # larger packages go to a temporary file
BAGIT: Final = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"


def write(
    case: CaseFile,
    contents: Contents,
    entries: Sequence[CaseEntry],
    volumes: Mapping[Volume, bytes],
    at: datetime,
) -> IO[bytes]:
    """Return the package, open at its start; the caller closes it."""
    out = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 -- it is what is returned
    said: list[dict[str, Any]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bag:
        sums: dict[str, str] = {}
        for name, data, what in _payload(case, contents, volumes):
            sums[name] = _add(bag, name, data, at)
            said.append({"file": name.removeprefix("data/"), "sha256": sums[name], **what})
        told = _told(case, entries, said)
        sums["data/case.json"] = _add(bag, "data/case.json", told, at)
        _tags(bag, case, sums, at)
    out.seek(0)
    return out


def _payload(
    case: CaseFile, contents: Contents, volumes: Mapping[Volume, bytes]
) -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    for which, pdf in volumes.items():
        yield f"data/{which}.pdf", pdf, {"kind": "volume", "volume": str(which)}
    for n, paper in enumerate(contents.papers, 1):
        name = f"data/papers/{n:03d}_{paper.code}.pdf"
        yield name, files.read(case.county_code, paper.sha256), _of_paper(paper)
    for item in contents.items:
        if item.sha256 is None:
            continue
        ending = mimetypes.guess_extension(item.media_type) or ".bin"
        name = f"data/evidence/{item.no:03d}_{_safe(item.name)}{ending}"
        yield name, files.read(case.county_code, item.sha256), _of_item(item)


def _of_paper(paper: Document) -> dict[str, Any]:
    name = paperwork.paper(paper.code).name
    return {"kind": "paper", "code": paper.code, "name": name, "number": paper.number,
            "issued_at": paper.issued_at}  # fmt: skip


def _of_item(item: EvidenceItem) -> dict[str, Any]:
    return {"kind": "evidence", "no": item.no, "name": item.name, "taker": item.taker,
            "captured_at": item.captured_at, "place": item.place}  # fmt: skip


def _safe(name: str) -> str:
    """Return a name that every system can write: word characters only, at most forty."""
    return re.sub(r"\W+", "_", name)[:40].strip("_") or "item"


def _add(bag: zipfile.ZipFile, name: str, data: bytes, at: datetime) -> str:
    """Write a member with a fixed moment; return its hash."""
    info = zipfile.ZipInfo(name, at.timetuple()[:6])
    info.external_attr = 0o644 << 16
    kept_as_is = name.endswith((".pdf", ".jpg", ".png", ".webp", ".webm", ".mp4"))
    info.compress_type = zipfile.ZIP_STORED if kept_as_is else zipfile.ZIP_DEFLATED
    bag.writestr(info, data)
    return hashlib.sha256(data).hexdigest()


def _told(case: CaseFile, entries: Sequence[CaseEntry], said: Sequence[dict[str, Any]]) -> bytes:
    whole = {
        "number": case.number, "cause": case.cause, "matter": case.matter_code,
        "state": str(case.state), "filed_on": case.filed_on, "decided_on": case.decided_on,
        "closed_on": case.closed_on, "files": said,
        "history": [
            {"seq": one.seq, "act": one.event, "state": one.state, "by": one.by_name, "at": one.at,
             "detail": plain(one.detail)}
            for one in entries
        ],
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False, indent=1, default=_text).encode()


def _text(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _tags(bag: zipfile.ZipFile, case: CaseFile, sums: Mapping[str, str], at: datetime) -> None:
    manifest = "".join(f"{sums[name]}  {name}\n" for name in sorted(sums))
    info = f"Bagging-Date: {at.date().isoformat()}\nExternal-Identifier: {case.number}\n"
    tags = {"bagit.txt": BAGIT, "bag-info.txt": info, "manifest-sha256.txt": manifest}
    hashes = {name: _add(bag, name, text.encode(), at) for name, text in tags.items()}
    tagged = "".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes))
    _add(bag, "tagmanifest-sha256.txt", tagged.encode(), at)
