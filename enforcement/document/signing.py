"""PAdES signatures (ETSI EN 319 142): made with the county's certificate, and checked.

The key stays loaded: reading it anew for each paper costs more than the signature.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, Final, Protocol

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from enforcement.config import Config
from enforcement.errors import DomainError

FIELD: Final = "OrganSignature"
HASH: Final = "sha256"


def _apart(act: Callable[..., Any], *args: Any, **said: Any) -> Any:
    """Call in a thread of its own: pyHanko runs an event loop, and the caller may be within one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act, *args, **said).result()


class CertificateError(DomainError):
    """The certificate that the settings name cannot be used; the message says why."""


class PaperSigner(Protocol):
    """Whoever signs files for the organ: a key in a file, or one in a token or a machine."""

    def sign(self, pdf: bytes, *, reason: str, at_place: str) -> bytes:
        """Return the file with a PAdES signature over all of it."""

    def roots(self) -> list[x509.Certificate]:
        """Return the certificates that a check of its signatures trusts."""


class _KeptKey(signers.SimpleSigner):
    """A signer that keeps its key opened."""

    _key: Any = None

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Return the raw signature; RSA with PKCS#1 v1.5, or ECDSA."""
        if self._key is None:
            der = self.signing_key.dump()
            self._key = serialization.load_der_private_key(der, password=None)
        algorithm = getattr(hashes, digest_algorithm.upper())()
        if isinstance(self._key, rsa.RSAPrivateKey):
            return self._key.sign(data, padding.PKCS1v15(), algorithm)
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(algorithm))
        raise CertificateError("签名证书的密钥类型不支持，请使用RSA或者ECDSA。")


def sign_file(
    pdf: bytes, signer: signers.Signer, timestamper: TimeStamper | None, reason: str, place: str
) -> bytes:
    """Return the file with a PAdES signature over all of it; raises CertificateError."""
    meta = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm=HASH, reason=reason, location=place,
        subfilter=SigSeedSubFilter.PADES,
    )  # fmt: skip
    out = BytesIO()
    try:
        _apart(
            signers.sign_pdf, IncrementalPdfFileWriter(BytesIO(pdf)), meta, signer=signer,
            timestamper=timestamper, output=out,
        )  # fmt: skip
    except SigningError as error:
        raise CertificateError(f"签名没有成功：{error}") from error
    return out.getvalue()


class Pkcs12Signer:
    """Signs with a certificate and key from a PKCS#12 file (.p12, .pfx).

    timestamper -- RFC 3161 authority whose time is put into the signature, None without one
    """

    def __init__(self, path: Path, password: str, timestamper: TimeStamper | None = None) -> None:
        load: Callable[..., _KeptKey | None] = _KeptKey.load_pkcs12
        loaded = load(str(path), passphrase=password.encode()) if path.is_file() else None
        if loaded is None:
            raise CertificateError(f"签名证书无法打开：{path.name}（文件不存在或者口令不对）")
        self._signer, self._timestamper = loaded, timestamper

    def sign(self, pdf: bytes, *, reason: str, at_place: str) -> bytes:
        """Return the file with a PAdES signature over all of it; raises CertificateError."""
        return sign_file(pdf, self._signer, self._timestamper, reason, at_place)

    def roots(self) -> list[x509.Certificate]:
        """Return the certificates of the file that signed themselves, else the signer's own."""
        chain = [self._signer.signing_cert, *self._signer.cert_registry]
        own = [one for one in chain if one.self_issued]
        return own or [self._signer.signing_cert]


def signer_of(config: Config) -> PaperSigner | None:
    """Return who signs here, None where the settings name no certificate or token."""
    if config.signing_pkcs11:
        return _pkcs11(config.signing_pkcs11, config.signing_password, config.tsa_url)
    if config.signing_p12 is None:
        return None
    stamp = config.signing_p12.stat().st_mtime_ns if config.signing_p12.exists() else 0
    return _pkcs12(config.signing_p12, config.signing_password, config.tsa_url, stamp)


@lru_cache(maxsize=4)
def _pkcs12(path: Path, password: str, tsa_url: str, _stamp: int) -> Pkcs12Signer:
    return Pkcs12Signer(path, password, HTTPTimeStamper(tsa_url) if tsa_url else None)


@lru_cache(maxsize=4)
def _pkcs11(address: str, password: str, tsa_url: str) -> PaperSigner:
    from enforcement.document.tokens import Pkcs11Signer, TokenUri

    timestamper = HTTPTimeStamper(tsa_url) if tsa_url else None
    return Pkcs11Signer(TokenUri.read(address, password), timestamper)


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
    try:
        found = PdfFileReader(BytesIO(pdf), strict=False).embedded_signatures
        if not found:
            return None
        trust = ValidationContext(trust_roots=roots, allow_fetching=False)
        status = _apart(validate_pdf_signature, found[-1], trust, ts_validation_context=trust)
    except (PdfError, ValueError, KeyError, TypeError):
        return None
    stamp = status.timestamp_validity
    return Checked(
        intact=status.intact and status.valid,
        whole=status.coverage is not None and status.coverage.name == "ENTIRE_FILE",
        trusted=status.trusted,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        signed_at=status.signer_reported_dt,
        stamped_at=stamp.timestamp if stamp is not None else None,
    )
