"""Whose signature a paper gets, and what a signature is worth (PAdES, ETSI EN 319 142)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from enforcement.config import Config
from enforcement.errors import DomainError

if TYPE_CHECKING:
    from asn1crypto import x509


class CertificateError(DomainError):
    """The certificate that the settings name cannot be used; the message says why."""


class PaperSigner(Protocol):
    """Whoever signs files for the organ: a key in a file, or one in a token or a machine."""

    def sign(self, pdf: bytes, *, reason: str, at_place: str) -> bytes:
        """Return the file with a PAdES signature over all of it."""

    def roots(self) -> list[x509.Certificate]:
        """Return the certificates that a check of its signatures trusts."""


def signer_of(config: Config) -> PaperSigner | None:
    """Return who signs here, None where the settings name no certificate or token."""
    if config.signing_pkcs11:
        return _pkcs11(config.signing_pkcs11, config.signing_password, config.tsa_url)
    if config.signing_p12 is None:
        return None
    stamp = config.signing_p12.stat().st_mtime_ns if config.signing_p12.exists() else 0
    return _pkcs12(config.signing_p12, config.signing_password, config.tsa_url, stamp)


@lru_cache(maxsize=4)
def _pkcs12(path: Path, password: str, tsa_url: str, _stamp: int) -> PaperSigner:
    from enforcement.document.pades import Pkcs12Signer, timestamper_at

    return Pkcs12Signer(path, password, timestamper_at(tsa_url))


@lru_cache(maxsize=4)
def _pkcs11(address: str, password: str, tsa_url: str) -> PaperSigner:
    from enforcement.document.pades import timestamper_at
    from enforcement.document.tokens import Pkcs11Signer, TokenUri

    return Pkcs11Signer(TokenUri.read(address, password), timestamper_at(tsa_url))


@dataclass(frozen=True)
class Checked:
    """What a check of the last signature of a file found.

    intact -- what was signed is unchanged; whole -- nothing was added after it
    trusted -- by the certificates given; stamped_at -- time of an RFC 3161 authority
    """

    intact: bool
    whole: bool
    trusted: bool
    signer: str
    signed_at: datetime | None
    stamped_at: datetime | None

    @property
    def good(self) -> bool:
        """Tell whether the file is as it was signed, by one who is trusted."""
        return self.intact and self.whole and self.trusted


def check(pdf: bytes, roots: list[x509.Certificate]) -> Checked | None:
    """Return what the last signature of a file is worth, None for a file without one."""
    from enforcement.document import pades

    return pades.check(pdf, roots)
