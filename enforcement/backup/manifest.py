"""The manifest of a backup: written last, so that what has none is no backup.

It is signed by the backup's key (HMAC-SHA256); it names every part with size and SHA-256, where
in the log the counts were taken, and how many rows each table had there.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from enforcement.backup.places import Place, whole_file
from enforcement.backup.sealing import BackupError, Key, Sealed
from enforcement.i18n import _

FILE: Final = "manifest.json"
FORM: Final = "backup-1"
CLUSTER, STATE, FILES = "cluster", "state", "files"
PARTS: Final = (CLUSTER, STATE, FILES)
NAMED: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Moment:
    """A restore point in the log, and the rows of every table there.

    segment -- the segment that holds the point; timeline -- its first eight digits
    tables -- "schema.table" -> [least, most] rows; the same twice where counted exactly
    """

    point: str
    at: datetime
    segment: str
    tables: dict[str, list[int]]
    revision: str | None = None


@dataclass(frozen=True)
class Files:
    """Kept files that the database names: count and bytes, those copied now, those not to be had.

    lost -- keys missing in the store, or whose bytes are not those of their name
    """

    count: int = 0
    bytes: int = 0
    copied: int = 0
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Manifest:
    """What a backup holds; first_segment -- of the log, from which on it is needed."""

    name: str
    started_at: datetime
    program: str
    postgres: str
    system: str
    first_segment: str
    moment: Moment
    files: Files
    parts: dict[str, Sealed]

    @property
    def at(self) -> datetime:
        """Return the moment up to which it restores by itself."""
        return self.moment.at

    @property
    def bytes(self) -> int:
        """Return the bytes of its own parts; kept files are shared."""
        return sum(one.bytes for one in self.parts.values())

    @property
    def exact(self) -> bool:
        """Tell whether the rows were counted with nobody writing."""
        return all(least == most for least, most in self.moment.tables.values())


def name_of(at: datetime) -> str:
    """Return the name of a backup begun at a moment; names sort by time."""
    return at.astimezone(UTC).strftime(NAMED)


def sealed_name(name: str, part: str) -> str:
    """Return the name under which a part is sealed."""
    return f"{name}/{part}"


def write(folder: Path, manifest: Manifest, key: Key) -> None:
    """Write the manifest of a backup into its folder, signed."""
    said = _said(asdict(manifest))
    with whole_file(folder / FILE) as file:
        file.write(json.dumps({"manifest": said, "mac": key.mac(_bytes(said)).hex()},
                              ensure_ascii=False, indent=1).encode())  # fmt: skip


def read(folder: Path, key: Key | None) -> Manifest:
    """Return the manifest in a folder; raises BackupError where it is not what was written.

    key -- None believes it, for a look at when the last backup was made
    """
    try:
        held = json.loads((folder / FILE).read_bytes())
        said, mac = held["manifest"], bytes.fromhex(held["mac"])
        if key is not None and not hmac.compare_digest(key.mac(_bytes(said)), mac):
            raise _unfit(folder.name)
        return _manifest(said)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _unfit(folder.name) from error


def whole(place: Place, key: Key | None) -> list[Manifest]:
    """Return the whole backups, the newest first; broken and unfinished ones are left out."""
    found = (_whole(folder, key) for folder in _folders(place))
    return [one for one in found if one is not None]


def newest(place: Place, key: Key | None) -> Manifest | None:
    """Return the newest whole backup; reads no more manifests than it must."""
    return next((one for folder in _folders(place) if (one := _whole(folder, key))), None)


def broken(place: Place, key: Key) -> list[str]:
    """Return the names of folders that should be backups and are not whole."""
    return [folder.name for folder in _folders(place) if _whole(folder, key) is None]


def named(place: Place, key: Key, name: str | None) -> Manifest:
    """Return a backup by its name, the newest without; raises BackupError."""
    if name is None:
        found = newest(place, key)
        if found is None:
            raise BackupError(_("%(path)s 里没有完整的备份。", path=str(place.folder)))
        return found
    if not (place.base / name / FILE).is_file() or name.startswith("."):
        raise BackupError(_("没有名为“%(name)s”的完整备份。", name=name), name=name)
    return read(place.base / name, key)


def _folders(place: Place) -> list[Path]:
    try:
        found = [path for path in place.base.iterdir() if not path.name.startswith(".")]
    except OSError:  # none was made yet, or its disk is away
        return []
    return sorted(found, key=lambda path: path.name, reverse=True)


def _whole(folder: Path, key: Key | None) -> Manifest | None:
    """Return the manifest where it is ours and each part has its size."""
    try:
        found = read(folder, key)
        fits = all((folder / part).stat().st_size == found.parts[part].bytes for part in PARTS)
    except (BackupError, OSError, KeyError):
        return None
    return found if fits else None


def _unfit(name: str) -> BackupError:
    return BackupError(
        _("备份“%(name)s”的清单残缺、被改动，或者不是用这把密钥做的。", name=name), name=name
    )


def _said(data: dict[str, Any]) -> dict[str, Any]:
    """Return the data as JSON keeps it."""
    said: dict[str, Any] = json.loads(json.dumps({"form": FORM} | data, default=_plain))
    return said


def _plain(value: Any) -> str:
    return str(value.isoformat())


def _bytes(said: dict[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()


def _manifest(said: dict[str, Any]) -> Manifest:
    rest = {name: value for name, value in said.items() if name != "form"}
    moment = rest["moment"] | {"at": datetime.fromisoformat(rest["moment"]["at"])}
    return Manifest(**rest | {
        "started_at": datetime.fromisoformat(rest["started_at"]),
        "moment": Moment(**moment),
        "files": Files(**rest["files"]),
        "parts": {name: Sealed(**one) for name, one in rest["parts"].items()},
    })  # fmt: skip
