"""Mail by SMTP: one message to one address; it counts as sent when the server said 250."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import make_msgid
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT_S: Final = 20
SCHEMES: Final = ("smtp", "smtps")
Attached = tuple[str, str, bytes]
"""Name, media type, bytes."""


def check(url: str) -> str:
    """Return the URL of a server, smtp(s)://USER:WORD@HOST:PORT?from=ADDRESS; raises ValueError."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES or not parts.hostname:
        raise ValueError("must be smtp://HOST:PORT?from=ADDRESS or smtps://…")
    if "@" not in _sender(url):
        raise ValueError("needs ?from=ADDRESS")
    return url


def _sender(url: str) -> str:
    return parse_qs(urlsplit(url).query).get("from", [""])[0]


def send(url: str, to: str, subject: str, attached: Sequence[Attached]) -> None:
    """Send a message with files; raises smtplib.SMTPException or OSError where it was not taken."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = _sender(url), to, subject
    message["Message-ID"] = make_msgid(domain=_sender(url).rpartition("@")[2])
    message.set_content(f"{subject}\n")
    for name, kind, data in attached:
        main, _slash, sub = kind.partition("/")
        message.add_attachment(data, maintype=main, subtype=sub, filename=name)
    with _open(url) as server:
        refused = server.send_message(message)
    if refused:
        raise smtplib.SMTPRecipientsRefused(refused)


def _open(url: str) -> smtplib.SMTP:
    """Connect to the server, by TLS where the URL says so or the server offers it."""
    parts = urlsplit(url)
    host, safe = parts.hostname or "", ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            host, parts.port or 465, timeout=TIMEOUT_S, context=safe
        )
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=TIMEOUT_S)
        server.ehlo()
        if server.has_extn("starttls"):
            server.starttls(context=safe)
            server.ehlo()
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
