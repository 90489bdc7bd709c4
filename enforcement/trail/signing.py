"""Signatures of checkpoints: Ed25519 by a key of the platform that is not in the database.

Whoever can write to the database cannot make a chain anew and sign it; whoever has the public
key (`enforcement audit key`, kept by the audit administrator) need not believe the platform.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from flask import current_app

from enforcement.config import Config
from enforcement.trail.models import AuditCheckpoint

FORM: Final = "audit-checkpoint-1"
BOTH: Final = "audit-checkpoint-2"
WHOLE: Final = "audit-checkpoint-3"


def words(county_code: str, on_day: date, *ends: tuple[int, bytes]) -> bytes:
    """Return what is signed: the form, county, day, and number and hash of each chain's end."""
    said = "|".join(f"{seq}|{bytes(head).hex()}" for seq, head in ends)
    return f"{FORM if len(ends) == 1 else BOTH}|{county_code}|{on_day}|{said}".encode()


def words_of(row: AuditCheckpoint) -> bytes:
    """Return what a checkpoint's signature stands under: all that it says, with its moment."""
    at, found = row.at.astimezone(UTC).isoformat(), json.dumps(row.problems, sort_keys=True)
    return f"{WHOLE}|{_older_words(row).decode()}|{at}|{found}".encode()


def _older_words(row: AuditCheckpoint) -> bytes:
    """Return what checkpoints were signed under before their moment and faults were, too."""
    ends = [(row.seq, row.hash)]
    if row.rows_seq is not None and row.rows_hash is not None:
        ends.append((row.rows_seq, row.rows_hash))
    return words(row.county_code, row.on_day, *ends)


def is_signed(row: AuditCheckpoint, key: bytes | None = None) -> bool:
    """Tell whether a checkpoint says what was signed; key -- of the auditors, else its own."""
    own = key or row.public_key
    return any(fits(own, row.signature, said) for said in (words_of(row), _older_words(row)))


def _key() -> Ed25519PrivateKey:
    config: Config = current_app.extensions["enforcement.config"]
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(config.audit_key.encode()).digest())


def sign(said: bytes) -> tuple[bytes, bytes]:
    """Return the signature (64 bytes) and the public key (32 bytes) that opens it."""
    key = _key()
    return key.sign(said), key.public_key().public_bytes_raw()


def public_key() -> bytes:
    """Return the platform's public key, 32 bytes."""
    return _key().public_key().public_bytes_raw()


def fits(key: bytes, signature: bytes, said: bytes) -> bool:
    """Tell whether a signature is that of a key upon some words."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes(key)).verify(bytes(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True
