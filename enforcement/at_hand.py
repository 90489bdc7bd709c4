"""Answers for files of the static folder that a process has at hand, without the application."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST: Final = 300


class AtHand:
    """Answers again, without asking the application, for a file whose address says its version.

    A page asks for some twenty of them, and an answer of the application costs as much as ten of
    these. Only whole answers to plain requests are at hand, by address and packing.
    """

    TOLD: Final = frozenset({
        "content-type", "content-encoding", "content-length", "cache-control", "etag", "vary",
        "last-modified", "x-content-type-options", "strict-transport-security",
    })  # fmt: skip

    def __init__(self, beyond: WSGIApplication, sign: str) -> None:
        """Stand before an application; sign -- Cache-Control of the answers to keep."""
        self.beyond, self.sign = beyond, sign
        self.kept: dict[tuple[str, str, bool], tuple[list[tuple[str, str]], bytes]] = {}

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer from what is at hand, or let the application answer and keep that."""
        key = self._key(environ)
        if key is None:
            return self.beyond(environ, start_response)
        if key in self.kept:
            headers, body = self.kept[key]
            start_response("200 OK", list(headers))
            return [body]
        return self._through(key, environ, start_response)

    @staticmethod
    def _key(environ: WSGIEnvironment) -> tuple[str, str, bool] | None:
        path, said = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        plain = environ["REQUEST_METHOD"] == "GET" and not (
            {"HTTP_RANGE", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE"} & environ.keys()
        )
        if not (plain and path.startswith("/static/") and said.startswith("v=")):
            return None
        return path, said, "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")

    def _through(
        self, key: tuple[str, str, bool], environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        said: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            said[:] = [status, headers]
            return start_response(status, headers, *more)

        answer = self.beyond(environ, start)
        body = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        status, headers = said
        if status.startswith("200") and ("Cache-Control", self.sign) in headers:
            if len(self.kept) >= MOST:
                self.kept.clear()
            told = [one for one in headers if one[0].lower() in self.TOLD]
            self.kept[key] = told, body
        return [body]
