"""Seals kept encrypted and put on by one person alone; PAdES signatures that tell of changes."""

from __future__ import annotations

import dataclasses
import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from pyhanko.sign.timestamps import DummyTimeStamper
from sqlalchemy import text
from sqlalchemy.orm import Session

from enforcement import crypto, files
from enforcement.audit import AuditLog
from enforcement.case import drafting
from enforcement.document import sealing, signing, typesetting
from enforcement.document.copies import OrganSeal
from enforcement.document.models import Document
from enforcement.document.pades import Pkcs12Signer
from enforcement.document.signing import CertificateError
from enforcement.errors import (
    InvalidInputError,
    NotFoundError,
    NotPermittedError,
    StepNotAllowedError,
)
from enforcement.people.models import Organ
from tests.asking import Browser, Calls, Pages, actor_of
from tests.case.making import served_case
from tests.document import certificates
from tests.document.certificates import PASSWORD
from tests.document.reading import poppler, squeezed_text


def png() -> bytes:
    picture = io.BytesIO()
    Image.new("RGBA", (60, 60), (200, 0, 0, 160)).save(picture, "PNG")
    return picture.getvalue()


@pytest.fixture(scope="module")
def root() -> certificates.Issued:
    return certificates.authority("Test root")


@pytest.fixture(scope="module")
def bundle(root: certificates.Issued, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("keys") / "organ.p12"
    path.write_bytes(certificates.bundle(certificates.issued(root, "Example organ"), root))
    return path


@pytest.fixture
def signs(demo_app: Flask, bundle: Path) -> Iterator[None]:
    """The settings name the county's certificate."""
    config = demo_app.extensions["enforcement.config"]
    demo_app.extensions["enforcement.config"] = dataclasses.replace(
        config, signing_p12=bundle, signing_password=PASSWORD
    )
    yield
    demo_app.extensions["enforcement.config"] = config


@pytest.fixture
def decision(county: Session) -> Document:
    case = served_case(county)
    return county.query(Document).filter_by(case_id=case.id, code="D38").one()


def keep(county: Session) -> OrganSeal:
    organ = county.query(Organ).filter_by(name="梨树县综合行政执法局").one()
    return sealing.keep_seal(county, actor_of(county, "juzhang"), organ.id, png())


def copies(document: Document, made: list[object]) -> dict[str, bytes]:
    return {one.kind: files.read(document.county_code, one.sha256) for one in made}  # type: ignore[attr-defined]


def pdfsig(pdf: bytes, folder: Path) -> str:
    """Return what poppler, which had no part in signing, says of the signatures of a file."""
    path = folder / "file.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_seal_is_kept_encrypted_and_put_on_by_its_keeper_alone(
    county: Session, decision: Document
) -> None:
    head = actor_of(county, "juzhang")
    with pytest.raises(NotFoundError, match="印章"):
        sealing.apply(county, head, decision)
    seal = keep(county)
    raw = county.execute(text("select image_encrypted from organ_seal")).scalar_one()
    assert png()[:20] not in bytes(raw)
    assert crypto.unseal(seal.image_encrypted)
    for username in ("zhifa1", "fazhi", "zhongdui"):
        with pytest.raises(NotPermittedError):
            sealing.apply(county, actor_of(county, username), decision)
    frozen = files.read(decision.county_code, decision.sha256)
    made = sealing.apply(county, head, decision)
    assert [one.kind for one in made] == ["sealed"]
    sealed = copies(decision, made)["sealed"]
    assert "image" in poppler("pdfimages", sealed, options=["-list"])
    assert "image" not in poppler("pdfimages", frozen, options=["-list"])
    assert squeezed_text(sealed) == squeezed_text(frozen)
    assert files.read(decision.county_code, decision.sha256) == frozen
    [used] = county.query(AuditLog).filter_by(act="seal:apply").all()
    assert (used.actor_id, used.subject) == (head.account_id, str(decision.id))
    with pytest.raises(StepNotAllowedError, match="已经盖章"):
        sealing.apply(county, head, decision)
    inside = county.query(Document).filter_by(case_id=decision.case_id, code="D02").one()
    with pytest.raises(StepNotAllowedError, match="不盖"):
        sealing.apply(county, head, inside)


def test_the_seal_goes_onto_the_template_of_the_day_of_issue(
    county: Session, decision: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(county)
    for path in typesetting.TEMPLATES.glob("*.typ"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "D38.typ").write_text("#panic()")
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    made = sealing.apply(county, actor_of(county, "juzhang"), decision)
    frozen = files.read(decision.county_code, decision.sha256)
    assert squeezed_text(copies(decision, made)["sealed"]) == squeezed_text(frozen)


@pytest.mark.usefixtures("signs")
def test_a_signed_paper_is_valid_for_two_checkers_until_it_is_changed(
    demo_app: Flask, county: Session, decision: Document, root: certificates.Issued, tmp_path: Path
) -> None:
    keep(county)
    made = copies(decision, sealing.apply(county, actor_of(county, "juzhang"), decision))
    signed = made["signed"]
    assert signed.startswith(made["sealed"])
    found = signing.check(signed, [root.asn1])
    assert found is not None
    assert found.good
    assert found.signer == "Example organ"
    told = pdfsig(signed, tmp_path)
    assert "Signature is Valid" in told
    assert "ETSI.CAdES.detached" in told
    assert "Total document signed" in told
    spot = len(made["sealed"]) // 2
    changed = signed[:spot] + bytes([signed[spot] ^ 1]) + signed[spot + 1 :]
    worse = signing.check(changed, [root.asn1])
    assert worse is None or not worse.intact
    assert "Signature is Valid" not in pdfsig(changed, tmp_path)
    stranger = signing.check(signed, [certificates.authority("Other root").asn1])
    assert stranger is not None
    assert stranger.intact
    assert not stranger.trusted
    added = signed + b"\n% more\n"
    longer = signing.check(added, [root.asn1])
    assert longer is None or not longer.good
    assert signing.check(made["sealed"], [root.asn1]) is None
    public = Browser(demo_app, demo_app.response_class)
    path = f"/verify/{decision.verify_code}"
    for data, words in ((signed, ("完全一致", "数字签名有效")), (made["sealed"], ("完全一致",)),
                        (changed, ("不一致",))):  # fmt: skip
        shown = public.post(path, data={"file": (io.BytesIO(data), "a.pdf")}).text
        assert all(word in shown for word in words)


def test_a_time_authority_stamps_the_signature(
    bundle: Path, root: certificates.Issued, decision: Document
) -> None:
    stamps = certificates.issued(root, "Test time", stamps=True)
    clock = DummyTimeStamper(tsa_cert=stamps.asn1, tsa_key=stamps.asn1_key)
    signer = Pkcs12Signer(bundle, PASSWORD, clock)
    frozen = files.read(decision.county_code, decision.sha256)
    found = signing.check(signer.sign(frozen, reason="r", at_place="p"), [root.asn1])
    assert found is not None
    assert found.good
    assert found.stamped_at is not None


def test_a_certificate_that_cannot_be_opened_is_told(bundle: Path, tmp_path: Path) -> None:
    for path, word in ((bundle, "wrong"), (tmp_path / "none.p12", PASSWORD)):
        with pytest.raises(CertificateError, match="签名证书无法打开"):
            Pkcs12Signer(path, word)


def test_pages_and_calls_seal_and_hand_out_each_file(
    county: Session, decision: Document, page: Pages, call: Calls
) -> None:
    head, organ = page("juzhang"), county.query(Organ).first()
    assert organ is not None
    assert page("zhifa1").get("/papers/seals").status_code == 403
    wrong = {"organ": str(organ.id), "image": (io.BytesIO(b"GIF89a"), "a.png")}
    assert head.post("/papers/seals", data=wrong).status_code == 422
    right = {"organ": str(organ.id), "image": (io.BytesIO(png()), "a.png")}
    assert head.post("/papers/seals", data=right).status_code == 302
    assert organ.name in head.get("/papers/seals").text
    where = f"/cases/{decision.case_id}/documents/{decision.id}"
    assert head.get(f"{where}.pdf?copy=sealed").status_code == 404
    assert head.post(f"{where}/seal").status_code == 302
    assert "盖章文件" in head.get(where).text
    sealed, frozen = head.get(f"{where}.pdf?copy=sealed").data, head.get(f"{where}.pdf").data
    assert sealed != frozen
    assert call("juzhang", "POST", f"{where}/seal").status_code == 409
    assert call("zhifa1", "POST", f"{where}/seal").status_code == 403


def test_no_seal_goes_onto_a_withdrawn_paper_and_no_picture_is_none(county: Session) -> None:
    case = served_case(county)
    said = {"request": {"holder": "甲", "until_on": "2026-04-10"},
            "items": [{"name": "账册", "quantity": "1本"}]}  # fmt: skip
    officer, head = actor_of(county, "zhifa1"), actor_of(county, "juzhang")
    document = drafting.issue(county, officer, case.id, "D11", said)
    keep(county)
    drafting.withdraw(county, officer, case.id, document.id, "试制")
    with pytest.raises(StepNotAllowedError, match="作废"):
        sealing.apply(county, head, document)
    organ = county.query(Organ).first()
    assert organ is not None
    with pytest.raises(InvalidInputError):
        sealing.keep_seal(county, head, organ.id, b"\x89PNG\r\n\x1a\nno")
