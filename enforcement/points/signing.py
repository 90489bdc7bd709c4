"""Who a device is: the key of its point signs every request; nothing else is a proof."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from enforcement import crypto
from enforcement.errors import NotSignedInError
from enforcement.i18n import _
from enforcement.points.models import VillagePoint

HEADER: Final = "X-Signature"
PREFIX: Final = "sha256="


def signature(secret: str, signed: bytes) -> str:
    """Return the header's value: "sha256=" and the HMAC-SHA256 of the bytes in hex."""
    return PREFIX + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def signed_point(
    session: Session, point_id: uuid.UUID, signed: bytes, given: str | None
) -> VillagePoint:
    """Return the point whose key signed the bytes, locked for the transaction.

    signed -- the raw body of a POST, or path and query of a GET as they were sent
    Raises NotSignedInError, alike for an unknown point, a closed one and a wrong signature.
    """
    query = select(VillagePoint).where(VillagePoint.id == point_id).with_for_update()
    point = session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    secret = crypto.unseal(point.secret_encrypted) if point else None
    right = signature(secret or "nobody", signed)
    same = hmac.compare_digest(right.encode(), (given or "").encode())
    if point is None or not same or not point.active:
        raise NotSignedInError(_("设备签名不正确，或者该服务点未启用。"))
    return point
