"""PAdES signatures (ETSI EN 319 142) with pyHanko, which is loaded when one is made or checked.

The key stays loaded: reading it anew for each paper costs more than the signature.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any, Final

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

from enforcement.document.signing import CertificateError, Checked

FIELD: Final = "OrganSignature"
HASH: Final = "sha256"


def _apart(act: Callable[..., Any], *args: Any, **said: Any) -> Any:
    """Call in a thread of its own: pyHanko runs an event loop, and the caller may be within one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(act, *args, **said).result()


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


def timestamper_at(tsa_url: str) -> TimeStamper | None:
    """Return the RFC 3161 authority at an address, None for ""."""
    return HTTPTimeStamper(tsa_url) if tsa_url else None


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
