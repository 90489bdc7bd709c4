"""Signing with a key in a token (SoftHSM 2 stands for the county's device)."""

from __future__ import annotations

import dataclasses
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pkcs11
import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate
from sqlalchemy.orm import Session

from enforcement import files
from enforcement.config import Config, ConfigError
from enforcement.document import sealing, signing
from enforcement.document.models import Document
from enforcement.document.signing import CertificateError
from enforcement.document.tokens import Pkcs11Signer, TokenUri
from tests.asking import actor_of
from tests.case.making import served_case
from tests.document import certificates
from tests.document.test_sealing import keep, pdfsig

PIN = "648219"
LABEL = "organ"
MODULE = next(path for folder in ("/usr/lib", "/usr/lib/x86_64-linux-gnu", "/usr/lib64",
                                  "/usr/lib/aarch64-linux-gnu", "/usr/local/lib")
              for path in Path(folder).glob("softhsm/libsofthsm2.so"))  # fmt: skip


@pytest.fixture(scope="module")
def root() -> certificates.Issued:
    return certificates.authority("Token root")


@pytest.fixture(scope="module")
def address(root: certificates.Issued, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token that holds the organ's key and certificate, and the root's certificate."""
    folder = tmp_path_factory.mktemp("token")
    conf = folder / "softhsm2.conf"
    conf.write_text(f"directories.tokendir = {folder}\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(conf)
    said = ("--init-token", "--free", "--label", LABEL, "--so-pin", PIN, "--pin", PIN)
    subprocess.run(["softhsm2-util", *said], check=True, capture_output=True)
    fill(certificates.issued(root, "Example organ"), root)
    yield f"pkcs11:token={LABEL};object={LABEL}?module-path={MODULE}"
    if before is None:
        del os.environ["SOFTHSM2_CONF"]
    else:
        os.environ["SOFTHSM2_CONF"] = before


def fill(organ: certificates.Issued, root: certificates.Issued) -> None:
    der = organ.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )  # fmt: skip
    token = pkcs11.lib(str(MODULE)).get_token(token_label=LABEL)
    with token.open(rw=True, user_pin=PIN) as session:
        kept = {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.ID: b"\x01"}
        key = decode_rsa_private_key(der) | kept
        session.create_object(
            key | {pkcs11.Attribute.LABEL: LABEL, pkcs11.Attribute.SIGN: True,
                   pkcs11.Attribute.SENSITIVE: True, pkcs11.Attribute.EXTRACTABLE: False}
        )  # fmt: skip
        for label, one in ((LABEL, organ), ("root", root)):
            cert = decode_x509_certificate(one.asn1.dump())
            session.create_object(
                cert | {pkcs11.Attribute.TOKEN: True, pkcs11.Attribute.LABEL: label}
            )


@pytest.fixture
def decision(county: Session) -> Document:
    case = served_case(county)
    return county.query(Document).filter_by(case_id=case.id, code="D38").one()


def test_a_sealed_paper_is_signed_by_the_token_and_valid_elsewhere(
    demo_app: Flask,
    county: Session,
    decision: Document,
    address: str,
    root: certificates.Issued,
    tmp_path: Path,
) -> None:
    config = demo_app.extensions["enforcement.config"]
    demo_app.extensions["enforcement.config"] = dataclasses.replace(
        config, signing_pkcs11=address, signing_password=PIN
    )
    try:
        keep(county)
        made = sealing.apply(county, actor_of(county, "juzhang"), decision)
    finally:
        demo_app.extensions["enforcement.config"] = config
    assert [one.kind for one in made] == ["sealed", "signed"]
    pdf = files.read(decision.county_code, made[1].sha256)
    found = signing.check(pdf, [root.asn1])
    assert found is not None
    assert found.good
    assert found.signer == "Example organ"
    assert "Signature is Valid" in pdfsig(pdf, tmp_path)
    changed = pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:]
    worse = signing.check(changed, [root.asn1])
    assert worse is None or not worse.intact


def test_the_token_tells_its_root_and_takes_its_pin_from_a_file(
    address: str, root: certificates.Issued, tmp_path: Path
) -> None:
    (tmp_path / "pin").write_text(f"{PIN}\n")
    uri = TokenUri.read(f"{address}&pin-source=file:{tmp_path}/pin")
    assert uri.pin == PIN
    assert TokenUri.read(f"{address}&pin-value=1").pin == "1"
    assert [one.subject.native for one in Pkcs11Signer(uri).roots()] == [root.asn1.subject.native]


def test_a_token_that_cannot_be_used_is_told(address: str) -> None:
    uri = TokenUri.read(address, PIN)
    for change in ({"token": "none"}, {"module": "/no/such.so"}, {"key": "none"}):
        with pytest.raises(CertificateError, match="签名设备无法使用"):
            Pkcs11Signer(dataclasses.replace(uri, **change))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("pkcs11:token=a?module-path=/m.so", "object"),
        ("pkcs11:token=a;object=b?x=1", "module-path"),
        ("file:token=a;object=b?module-path=/m.so", "地址有误"),
        ("pkcs11:token=a;object=b?module-path=/m.so&pin-source=file:/no/pin", "口令文件"),
    ],
    ids=["no key", "no driver", "another scheme", "no pin file"],
)
def test_an_address_that_names_no_key_is_refused(text: str, why: str) -> None:
    with pytest.raises(CertificateError, match=why):
        TokenUri.read(text)


def test_the_setting_is_checked_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENFORCEMENT_SIGNING_PKCS11", "organ.p12")
    with pytest.raises(ConfigError, match="ENFORCEMENT_SIGNING_PKCS11"):
        Config.from_env()
