"""Settings, read once from the environment; a wrong value stops the start."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from enforcement import basemaps
from enforcement.basemaps import BaseMap

PROJECT = Path(__file__).resolve().parent.parent
MOST_PROXIES = 5


class ConfigError(ValueError):
    """A setting is missing or cannot be read; the message names it."""


@dataclass(frozen=True)
class Config:
    """What differs between one installation and the next.

    var -- folder of state: private cluster, files, fonts, secrets
    database_url -- SQLAlchemy URL of a PostGIS database (psycopg2), for the application's role
    owner_url -- the same database for the owner of the tables, by whom they are migrated; "" where
        the application's role owns them
    font_dirs -- searched in order, so an office's licensed fonts come first
    session_idle -- a signed-in browser that rests this long must sign in again
    max_upload_bytes -- largest request body accepted
    events_port -- where this host's pages find the event stream; 0 behind a proxy that gives it
        the path /events of the same address; None without one
    public_url -- address under which the public reaches the pages, printed in the QR codes of
        papers; "" prints the address of the request, and without one the bare code
    signing_p12, signing_password -- the county's certificate with its key (PKCS#12), by which the
        files of sealed papers are signed; None signs none
    signing_pkcs11 -- a key in a token or machine instead, as RFC 7512 writes it; its PIN is in the
        address, in the file it names, or in signing_password; "" without one
    tsa_url -- RFC 3161 authority whose time goes into signatures; "" without one
    jt808_port -- where `enforcement serve` also lets terminals of JT/T 808 in; None does not
    files_url -- bucket of an S3 store in which files are kept, as `stores.place_of` reads it; ""
        keeps them in var/files. files_key, files_secret -- its access key
    smtp_url -- server that takes mail, as `mailing.check` reads it; "" mails nothing
    oidc_issuer -- the office's OpenID Connect provider, "" without one; oidc_client, oidc_secret --
        what it knows this platform by; oidc_name -- what people call it
    log_lines -- everything is logged as lines of JSON on stderr, each request too; else only what
        went wrong. slow_ms -- a statement that takes longer is logged, without its values
    backup_dir -- where backups lie, of which the worker then makes one a day; None: var/backup, and
        only when told. backup_key -- file of the key that seals them; None: in var/secrets
    backup_max_age -- a newest backup that is older is an alarm; backup_keep -- an older one may go
    base_maps -- services of map tiles, as `basemaps.read` reads them; none by default
    trusted_proxies -- how many proxies of our own stand before the pages, each adding the address
        it saw to X-Forwarded-For; with 0 the header is nobody's word and is not read
    """

    var: Path
    database_url: str
    secret_key: str
    field_key: str
    audit_key: str
    font_dirs: tuple[Path, ...]
    session_idle: timedelta = timedelta(minutes=30)
    max_upload_bytes: int = 24 * 1024 * 1024
    secure_cookies: bool = False
    events_port: int | None = None
    trusted_proxies: int = 0
    public_url: str = ""
    signing_p12: Path | None = None
    signing_password: str = ""
    signing_pkcs11: str = ""
    tsa_url: str = ""
    jt808_port: int | None = None
    files_url: str = ""
    files_key: str = ""
    files_secret: str = ""
    smtp_url: str = ""
    base_maps: tuple[BaseMap, ...] = ()
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_name: str = ""
    log_lines: bool = False
    slow_ms: int = 1000
    backup_dir: Path | None = None
    backup_key: Path | None = None
    backup_max_age: timedelta = timedelta(hours=26)
    backup_keep: timedelta = timedelta(days=30)
    owner_url: str = ""
    testing: bool = False

    @property
    def owner(self) -> str:
        """URL by which tables are made and changed."""
        return self.owner_url or self.database_url

    @property
    def app_role(self) -> str:
        """Name of the role that the application connects as, "" where the system tells it."""
        return make_url(self.database_url).username or ""

    @property
    def files_dir(self) -> Path:
        """Folder of the content-addressed store, and of the pieces of files on their way."""
        return self.var / "files"

    @property
    def templates_dir(self) -> Path:
        """Folder of the templates that papers were issued with, by version."""
        return self.var / "templates"

    @classmethod
    def from_env(cls) -> Config:
        """Read the settings from the environment; raises ConfigError."""
        var = var_dir()
        url, owner_url = _database(var)
        return cls(
            var=var,
            database_url=url,
            owner_url=owner_url,
            secret_key=_secret(var, "session.key"),
            field_key=_secret(var, "field.key"),
            audit_key=_secret(var, "audit.key"),
            font_dirs=_font_dirs(var),
            session_idle=timedelta(minutes=_int("ENFORCEMENT_SESSION_MINUTES", 30)),
            max_upload_bytes=_int("ENFORCEMENT_MAX_UPLOAD_MB", 24) * 1024 * 1024,
            events_port=_port("ENFORCEMENT_EVENTS_PORT"),
            jt808_port=_port("ENFORCEMENT_JT808_PORT"),
            trusted_proxies=_count("ENFORCEMENT_TRUSTED_PROXIES", most=MOST_PROXIES),
            public_url=_public_url(),
            signing_p12=_file("ENFORCEMENT_SIGNING_P12"),
            signing_password=os.environ.get("ENFORCEMENT_SIGNING_PASSWORD", ""),
            signing_pkcs11=_token_address("ENFORCEMENT_SIGNING_PKCS11"),
            tsa_url=os.environ.get("ENFORCEMENT_TSA_URL", ""),
            files_url=_files_url(),
            files_key=os.environ.get("ENFORCEMENT_FILES_KEY", ""),
            files_secret=os.environ.get("ENFORCEMENT_FILES_SECRET", ""),
            smtp_url=_smtp_url(),
            base_maps=_base_maps(),
            **_provider(),
            log_lines=os.environ.get("ENFORCEMENT_LOG", "") == "json",
            slow_ms=_int("ENFORCEMENT_SLOW_MS", 1000),
            **_backups(),
            secure_cookies=os.environ.get("ENFORCEMENT_SECURE_COOKIES", "0") == "1",
        )


def var_dir() -> Path:
    """Return the folder of state: ENFORCEMENT_VAR, else var/ in the project."""
    return Path(os.environ.get("ENFORCEMENT_VAR") or PROJECT / "var").resolve()


def _database(var: Path) -> tuple[str, str]:
    """Return the URLs of the application and of the tables' owner, "" where it is the same.

    Without any it is the private cluster, whose unix socket lies in var/pg.
    """
    from enforcement import cluster

    url = os.environ.get("ENFORCEMENT_DATABASE_URL", "")
    owner = os.environ.get("ENFORCEMENT_OWNER_URL", "")
    if not url and not owner:
        return cluster.url(var), cluster.owner_url(var)
    if not url:
        raise ConfigError("ENFORCEMENT_OWNER_URL needs ENFORCEMENT_DATABASE_URL")
    return _psycopg2(url), _psycopg2(owner, "ENFORCEMENT_OWNER_URL") if owner else ""


def _font_dirs(var: Path) -> tuple[Path, ...]:
    own = os.environ.get("ENFORCEMENT_FONTS")
    return (*((Path(own),) if own else ()), var / "fonts", Path("/usr/share/fonts/opentype/noto"))


def _public_url() -> str:
    url = os.environ.get("ENFORCEMENT_PUBLIC_URL", "").rstrip("/")
    if url and not url.startswith(("https://", "http://")):
        raise ConfigError("ENFORCEMENT_PUBLIC_URL must start with https:// or http://")
    return url


def _base_maps() -> tuple[BaseMap, ...]:
    try:
        return basemaps.read(os.environ.get("ENFORCEMENT_BASE_MAPS", ""))
    except ValueError as error:
        raise ConfigError(f"ENFORCEMENT_BASE_MAPS: {error}") from error


def _files_url() -> str:
    from enforcement.stores import place_of

    url = os.environ.get("ENFORCEMENT_FILES", "")
    if not url:
        return ""
    try:
        place_of(url)
    except ValueError as error:
        raise ConfigError(f"ENFORCEMENT_FILES {error}") from error
    if not (os.environ.get("ENFORCEMENT_FILES_KEY") and os.environ.get("ENFORCEMENT_FILES_SECRET")):
        raise ConfigError("ENFORCEMENT_FILES needs ENFORCEMENT_FILES_KEY and _SECRET")
    return url


def _backups() -> dict[str, Any]:
    folder = os.environ.get("ENFORCEMENT_BACKUP_DIR", "")
    if folder and not Path(folder).is_absolute():
        raise ConfigError(f"ENFORCEMENT_BACKUP_DIR must be a whole path, not {folder}")
    return {
        "backup_dir": Path(folder) if folder else None,
        "backup_key": _file("ENFORCEMENT_BACKUP_KEY"),
        "backup_max_age": timedelta(hours=_int("ENFORCEMENT_BACKUP_HOURS", 26)),
        "backup_keep": timedelta(days=_int("ENFORCEMENT_BACKUP_DAYS", 30)),
    }


def _provider() -> dict[str, Any]:
    """Read the OpenID Connect provider; all of it or nothing."""
    names = ("oidc_issuer", "oidc_client", "oidc_secret", "oidc_name")
    said = {name: os.environ.get(f"ENFORCEMENT_{name.upper()}", "") for name in names}
    issuer = said["oidc_issuer"] = said["oidc_issuer"].rstrip("/")
    if issuer and not issuer.startswith(("https://", "http://127.0.0.1", "http://localhost")):
        raise ConfigError("ENFORCEMENT_OIDC_ISSUER must start with https://")
    if issuer and not (said["oidc_client"] and said["oidc_secret"]):
        raise ConfigError("ENFORCEMENT_OIDC_ISSUER needs ENFORCEMENT_OIDC_CLIENT and _SECRET")
    return said


def _smtp_url() -> str:
    from enforcement.mailing import check

    url = os.environ.get("ENFORCEMENT_SMTP_URL", "")
    try:
        return check(url) if url else ""
    except ValueError as error:
        raise ConfigError(f"ENFORCEMENT_SMTP_URL {error}") from error


def _file(name: str) -> Path | None:
    text = os.environ.get(name, "")
    if text and not Path(text).is_file():
        raise ConfigError(f"{name} names no file: {text}")
    return Path(text) if text else None


def _token_address(name: str) -> str:
    text = os.environ.get(name, "")
    if text and not (text.startswith("pkcs11:") and "module-path=" in text):
        raise ConfigError(f"{name} must be pkcs11:token=…;object=…?module-path=…")
    return text


def _psycopg2(url: str, name: str = "ENFORCEMENT_DATABASE_URL") -> str:
    """Name the driver in a plain PostgreSQL URL; raises ConfigError for any other kind."""
    scheme, mark, rest = url.partition("://")
    if not mark or scheme not in ("postgresql", "postgres", "postgresql+psycopg2"):
        raise ConfigError(f"{name} must start with postgresql://")
    return f"postgresql+psycopg2://{_hosts_apart(rest)}"


def _hosts_apart(rest: str) -> str:
    """Write several hosts (h1:5432,h2/db) as SQLAlchemy and libpq both read them.

    The one that takes writes is asked for, unless the URL says otherwise.
    """
    authority, _slash, path = rest.partition("/")
    user, at, hosts = authority.rpartition("@")
    name, _mark, query = path.partition("?")
    if "," not in hosts:
        several = "," in query.partition("host=")[2].partition("&")[0]
        return _asks_for_writes(rest) if several else rest
    pairs = [host.partition(":") for host in hosts.split(",")]
    said = f"host={','.join(host for host, _colon, _port in pairs)}"
    ports = f"port={','.join(port or '5432' for _host, _colon, port in pairs)}"
    asked = "&".join(part for part in (said, ports, query) if part)
    return _asks_for_writes(f"{user}{at}/{name}?{asked}")


def _asks_for_writes(rest: str) -> str:
    return rest if "target_session_attrs=" in rest else f"{rest}&target_session_attrs=read-write"


def _int(name: str, default: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdigit() or int(text) == 0:
        raise ConfigError(f"{name} must be a whole number above 0, not {text!r}")
    return int(text)


def _count(name: str, *, most: int) -> int:
    text = os.environ.get(name) or "0"
    if not (text.isascii() and text.isdigit()) or int(text) > most:
        raise ConfigError(f"{name} must be a whole number from 0 to {most}, not {text!r}")
    return int(text)


def _port(name: str) -> int | None:
    text = os.environ.get(name, "")
    return 0 if text == "0" else _int(name, 1) if text else None


def _secret(var: Path, name: str) -> str:
    """Return the secret kept in var/secrets, made on first use and readable by its owner only."""
    path = var / "secrets" / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        value = secrets.token_urlsafe(32)
        file.write(value)
    return value
