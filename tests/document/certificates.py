"""A certificate authority of the tests' own, and what it issues."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

from asn1crypto import keys, x509
from cryptography import x509 as cx
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

PASSWORD: Final = "only-for-tests"
FROM: Final = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
TO: Final = dt.datetime(2045, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key."""

    certificate: cx.Certificate
    key: rsa.RSAPrivateKey

    @property
    def asn1(self) -> x509.Certificate:
        return x509.Certificate.load(self.certificate.public_bytes(serialization.Encoding.DER))

    @property
    def asn1_key(self) -> keys.PrivateKeyInfo:
        return keys.PrivateKeyInfo.load(
            self.key.private_bytes(
                serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )  # fmt: skip


def authority(name: str) -> Issued:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    builder = _builder(name, name, key).add_extension(
        cx.BasicConstraints(ca=True, path_length=None), critical=True
    )
    return Issued(builder.sign(key, hashes.SHA256()), key)


def issued(by: Issued, name: str, *, stamps: bool = False) -> Issued:
    """Return a certificate for signing files, or for stamping the time."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    issuer = by.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    builder = _builder(name, str(issuer), key).add_extension(
        cx.KeyUsage(True, not stamps, False, False, False, False, False, False, False),
        critical=True,
    )
    if stamps:
        builder = builder.add_extension(
            cx.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True
        )
    return Issued(builder.sign(by.key, hashes.SHA256()), key)


def bundle(of: Issued, root: Issued) -> bytes:
    """Return a PKCS#12 file: certificate, key, and the authority's certificate."""
    return pkcs12.serialize_key_and_certificates(
        b"organ", of.key, of.certificate, [root.certificate],
        serialization.BestAvailableEncryption(PASSWORD.encode()),
    )  # fmt: skip


def _builder(name: str, issuer: str, key: rsa.RSAPrivateKey) -> cx.CertificateBuilder:
    return (
        cx.CertificateBuilder()
        .subject_name(cx.Name([cx.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(cx.Name([cx.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(cx.random_serial_number())
        .not_valid_before(FROM)
        .not_valid_after(TO)
        .add_extension(cx.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
    )
