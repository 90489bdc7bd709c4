"""Signing with a key that never leaves its token or machine (PKCS#11)."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, unquote

from asn1crypto import x509
from pkcs11 import PKCS11Error, Session
from pkcs11.exceptions import UserAlreadyLoggedIn
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.general import SigningError
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session
from pyhanko.sign.timestamps import TimeStamper

from enforcement.document.pades import sign_file
from enforcement.document.signing import CertificateError


@dataclass(frozen=True)
class TokenUri:
    """Where a key lies, as RFC 7512 writes it.

    pkcs11:token=LABEL;object=LABEL?module-path=/usr/lib/module.so&pin-source=file:/path

    module -- the driver's library; token, key -- labels; pin -- "" asks for none
    """

    module: str
    token: str
    key: str
    pin: str

    @classmethod
    def read(cls, text: str, password: str = "") -> TokenUri:
        """Return what an address says; password -- the PIN where it names none.

        Raises CertificateError, which names what is missing.
        """
        scheme, _colon, rest = text.partition(":")
        path, _mark, query = rest.partition("?")
        said = dict(part.split("=", 1) for part in path.split(";") if "=" in part)
        more = {name: values[0] for name, values in parse_qs(query).items()}
        asked = (("token", said), ("object", said), ("module-path", more))
        lacking = [name for name, found in asked if not found.get(name)]
        if scheme != "pkcs11" or lacking:
            raise CertificateError(
                f"签名密钥的地址有误，应为pkcs11:token=…;object=…?module-path=…（{'、'.join(lacking)}）"
            )
        return cls(more["module-path"], unquote(said["token"]), unquote(said["object"]),
                   more.get("pin-value") or _pin(more.get("pin-source")) or password)  # fmt: skip


class Pkcs11Signer:
    """Signs with a key in a token; one signature at a time, as tokens take turns.

    timestamper -- RFC 3161 authority whose time is put into the signature, None without one
    """

    def __init__(self, uri: TokenUri, timestamper: TimeStamper | None = None) -> None:
        self._lock, self._timestamper = threading.Lock(), timestamper
        try:
            session = _session(uri)
            self._signer = PKCS11Signer(
                session, cert_label=uri.key, key_label=uri.key, other_certs_to_pull=None
            )
            self._own = self._signer.signing_cert
        except (PKCS11Error, SigningError, OSError, RuntimeError) as error:
            raise CertificateError(
                f"签名设备无法使用：{uri.token}（{type(error).__name__} {error}）"
            ) from error

    def sign(self, pdf: bytes, *, reason: str, at_place: str) -> bytes:
        """Return the file with a PAdES signature over all of it; raises CertificateError."""
        with self._lock:
            try:
                return sign_file(pdf, self._signer, self._timestamper, reason, at_place)
            except PKCS11Error as error:
                raise CertificateError(f"签名没有成功：{type(error).__name__}") from error

    def roots(self) -> list[x509.Certificate]:
        """Return the certificates of the token that signed themselves, else the signer's own."""
        chain = [self._own, *self._signer.cert_registry]
        return [one for one in chain if one.self_issued] or [self._own]


def _session(uri: TokenUri) -> Session:
    """Open a session; a process that is signed in to the token already stays so."""
    wanted = TokenCriteria(label=uri.token)
    try:
        return open_pkcs11_session(uri.module, token_criteria=wanted, user_pin=uri.pin or None)
    except UserAlreadyLoggedIn:
        return open_pkcs11_session(uri.module, token_criteria=wanted)


def _pin(source: str | None) -> str:
    """Return the PIN that a file holds; raises CertificateError where there is none."""
    if not source:
        return ""
    path = Path(source.removeprefix("file:"))
    if not path.is_file():
        raise CertificateError(f"没有找到签名设备的口令文件：{path.name}")
    return path.read_text(encoding="utf-8").strip()
