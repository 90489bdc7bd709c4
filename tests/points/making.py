"""A village point with its key, and a device that signs what it sends."""

from __future__ import annotations

import json
import uuid
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from enforcement.points import services
from enforcement.points.models import VillagePoint
from enforcement.points.signing import HEADER, signature
from tests.asking import Browser, actor_of


def made_point(session: Session, name: str = "党群服务点") -> tuple[VillagePoint, str]:
    village = actor_of(session, "fujing").area_codes[0]
    return services.add(session, actor_of(session, "xitong"), village, name, place="村委会一楼")


class Device:
    """Sends as a device does, with the key it was given."""

    def __init__(self, app: Flask, point_id: uuid.UUID, secret: str) -> None:
        self.client = Browser(app, app.response_class)
        self.base, self.secret = f"/api/v1/points/{point_id}", secret

    def post(self, act: str, body: bytes, sign: str | None = None) -> TestResponse:
        headers = {HEADER: signature(self.secret, body) if sign is None else sign}
        return self.client.post(f"{self.base}/{act}", data=body, headers=headers)

    def press(self, **said: Any) -> TestResponse:
        whole = {"button": "red", "nonce": str(uuid.uuid4())} | said
        return self.post("press", json.dumps(whole).encode())

    def status(self) -> TestResponse:
        path = f"{self.base}/status?t=1"
        return self.client.get(path, headers={HEADER: signature(self.secret, path.encode())})
