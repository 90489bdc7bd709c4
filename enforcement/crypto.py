"""Numbers that identify a person: encrypted at rest, found by a keyed hash.

The setting `field_key` lists keys, parted by commas: the first encrypts and hashes what is
written, all of them open and find what is there, until `enforcement keys rotate` has run.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from flask import current_app

from enforcement.config import Config


def _keys() -> list[bytes]:
    config: Config = current_app.extensions["enforcement.config"]
    return [hashlib.sha256(key.encode()).digest() for key in config.field_key.split(",")]


def _fernet(key: bytes) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(key))


def _box() -> MultiFernet:
    return MultiFernet([_fernet(key) for key in _keys()])


def seal(text: str | None) -> bytes | None:
    """Return the encrypted text, None for nothing; the first key of the settings is used."""
    return _box().encrypt(text.encode()) if text else None


def unseal(data: bytes | None) -> str | None:
    """Return the text of encrypted bytes; any key of the settings opens them."""
    return _box().decrypt(bytes(data)).decode() if data else None


def seal_bytes(data: bytes) -> bytes:
    """Return encrypted bytes, for a whole file."""
    return _box().encrypt(data)


def unseal_bytes(data: bytes) -> bytes:
    """Return the bytes of an encrypted file."""
    return _box().decrypt(bytes(data))


def is_under_first_key(data: bytes) -> bool:
    """Tell whether encrypted bytes open with the first key of the settings."""
    try:
        _fernet(_keys()[0]).decrypt(bytes(data))
    except InvalidToken:
        return False
    return True


def search_hash(text: str) -> bytes:
    """Return the keyed hash that is stored beside a number, under the first key."""
    return _hash(_keys()[0], text)


def search_hashes(text: str) -> list[bytes]:
    """Return the hashes by which a number is found, one for each key of the settings."""
    return [_hash(key, text) for key in _keys()]


def _hash(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.strip().upper().encode(), hashlib.sha256).digest()
