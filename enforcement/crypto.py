"""Numbers that identify a person: encrypted at rest, found by a keyed hash."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, MultiFernet
from flask import current_app

from enforcement.config import Config


def _keys() -> list[bytes]:
    config: Config = current_app.extensions["enforcement.config"]
    return [hashlib.sha256(key.encode()).digest() for key in config.field_key.split(",")]


def _box() -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in _keys()])


def seal(text: str | None) -> bytes | None:
    """Return the encrypted text, None for nothing; the first key of the settings is used."""
    return _box().encrypt(text.encode()) if text else None


def unseal(data: bytes | None) -> str | None:
    """Return the text of encrypted bytes; any key of the settings opens them."""
    return _box().decrypt(bytes(data)).decode() if data else None


def search_hash(text: str) -> bytes:
    """Return the keyed hash by which a number is found without decrypting."""
    return hmac.new(_keys()[0], text.strip().upper().encode(), hashlib.sha256).digest()
