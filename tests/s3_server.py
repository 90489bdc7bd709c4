"""A stand-in for an S3 store: PUT, GET and HEAD of objects over real HTTP.

It checks signatures (AWS Signature Version 4) with code of its own, and can fail as told.
"""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

ACCESS, SECRET, BUCKET = "county", "a-secret-of-the-tests", "files"
ERROR = "<?xml version='1.0'?><Error><Code>{code}</Code><Message>{code}</Message></Error>"


@dataclass
class Stand:
    """What the store holds, what it was asked, and how it fails next.

    fails -- of the next requests: a status to answer with, or 0 to break the connection off
    short -- the bytes of an object break off half-way
    """

    objects: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    fails: list[int] = field(default_factory=list)
    short: bool = False
    url: str = ""


def signature(method: str, path: str, headers: dict[str, str], told: dict[str, str]) -> str:
    """Return the signature that a request must bear."""
    names = told["SignedHeaders"].split(";")
    canonical = "\n".join(
        [method, quote(unquote(path)), "", *(f"{name}:{headers[name].strip()}" for name in names),
         "", told["SignedHeaders"], headers["x-amz-content-sha256"]]
    )  # fmt: skip
    _access, day, region, service, last = told["Credential"].split("/")
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    words = "\n".join(
        ["AWS4-HMAC-SHA256", headers["x-amz-date"], f"{day}/{region}/{service}/{last}", digest]
    )
    key = f"AWS4{SECRET}".encode()
    for part in (day, region, service, last):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, words.encode(), "sha256").hex()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    stand: Stand

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def _send(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")

    def _refuse(self, status: int, code: str) -> None:
        self._send(status, ERROR.format(code=code).encode(), Content_Type="application/xml")

    def _wrong(self, body: bytes) -> str | None:
        """Return why a request is refused, None where it is as it must be."""
        headers = {name.lower(): value for name, value in self.headers.items()}
        kind, _space, rest = headers.get("authorization", "").partition(" ")
        told = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
        if kind != "AWS4-HMAC-SHA256" or not told["Credential"].startswith(f"{ACCESS}/"):
            return "InvalidAccessKeyId"
        expected = signature(self.command, urlsplit(self.path).path, headers, told)
        if not hmac.compare_digest(told["Signature"], expected):
            return "SignatureDoesNotMatch"
        if hashlib.sha256(body).hexdigest() != headers["x-amz-content-sha256"]:
            return "XAmzContentSHA256Mismatch"
        return None

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.stand.asked.append(self.command)
        if self.stand.fails:
            status = self.stand.fails.pop(0)
            if not status:
                self.close_connection = True
                return
            self._refuse(status, "ServiceUnavailable")
            return
        why = self._wrong(body)
        bucket, _slash, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
        if why:
            self._refuse(403, why)
        elif bucket != BUCKET:
            self._refuse(404, "NoSuchBucket")
        elif self.command == "PUT":
            self.stand.objects[key] = body
            self._send(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')  # what S3 answers
        elif key not in self.stand.objects:
            self._refuse(404, "NoSuchKey")
        else:
            self._object(self.stand.objects[key])

    def _object(self, data: bytes) -> None:
        self.send_response(200)
        for name, value in (
            ("Content-Length", str(len(data))), ("ETag", f'"{hashlib.md5(data).hexdigest()}"'),
            ("Last-Modified", "Mon, 02 Mar 2026 01:00:00 GMT"),
        ):  # fmt: skip
            self.send_header(name, value)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(data[: len(data) // 2] if self.stand.short else data)
            self.close_connection = self.stand.short

    do_PUT = do_GET = do_HEAD = _any  # noqa: N815


@contextmanager
def serving() -> Iterator[Stand]:
    """Run a store on a free port."""
    stand = Stand()
    handler = type("Handler", (_Handler,), {"stand": stand})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    stand.url = f"s3://{BUCKET}/kept?endpoint=http://127.0.0.1:{server.server_port}"
    try:
        yield stand
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
