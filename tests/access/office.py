"""An office's OpenID Connect provider for tests: Authlib's server, over HTTP, with its own key."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import UserInfo
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, jsonify, request
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

CLIENT, SECRET = "county", "between us"


class Client(ClientMixin):  # type: ignore[misc]
    """The platform, as the provider knows it."""

    client_id = CLIENT

    def __init__(self, back: str) -> None:
        self.back = back

    def get_client_id(self) -> str:
        return CLIENT

    def get_default_redirect_uri(self) -> str:
        return self.back

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, uri: str) -> bool:
        return uri == self.back

    def check_client_secret(self, secret: str) -> bool:
        return secret == SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method == "client_secret_basic"

    def check_response_type(self, kind: str) -> bool:
        return kind == "code"

    def check_grant_type(self, kind: str) -> bool:
        return kind == "authorization_code"


@dataclass
class Code:
    """A code that was given out once."""

    code: str
    user: str
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str
    auth_time: int = field(default_factory=lambda: int(time.time()))

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope

    def get_nonce(self) -> str:
        return self.nonce

    def get_auth_time(self) -> int:
        return self.auth_time

    def get_acr(self) -> None:
        return None

    def get_amr(self) -> None:
        return None


@dataclass
class Office:
    """The provider: who signs in there next, what its tokens claim to be, whether it is away."""

    address: str = ""
    user: str = "u-1001"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, private=True))
    signs_with: RSAKey | None = None
    back: str = ""
    nonce: str = ""
    codes: dict[str, Code] = field(default_factory=dict)

    def app(self) -> Flask:
        """Return its web application."""
        app, office = Flask(__name__), self

        class Grant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
            TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

            def save_authorization_code(self, code: str, asked: Any) -> None:
                said = asked.payload.data
                office.codes[code] = Code(
                    code, asked.user, asked.payload.redirect_uri, asked.payload.scope,
                    office.nonce or said["nonce"], said["code_challenge"],
                    said["code_challenge_method"],
                )  # fmt: skip

            def query_authorization_code(self, code: str, _client: Any) -> Code | None:
                return office.codes.get(code)

            def delete_authorization_code(self, code: Code) -> None:
                office.codes.pop(code.code)

            def authenticate_user(self, code: Code) -> str:
                return code.user

        class Tokens(OpenIDCode):  # type: ignore[misc]
            def exists_nonce(self, nonce: str, _asked: Any) -> bool:
                return any(one.nonce == nonce for one in office.codes.values())

            def generate_user_info(self, user: str, _scope: str) -> UserInfo:
                return UserInfo(sub=user)

            def resolve_client_private_key(self, _client: Any) -> RSAKey:
                return office.signs_with or office.key

            def get_client_algorithm(self, _client: Any) -> str:
                return "RS256"

            def get_client_claims(self, _client: Any) -> dict[str, Any]:
                return {"iss": office.address} | office.claims

        server = AuthorizationServer(
            app, query_client=lambda _id: Client(office.back), save_token=lambda *_some: None
        )
        server.register_grant(Grant, [Tokens(require_nonce=True), CodeChallenge(required=True)])

        @app.get("/.well-known/openid-configuration")
        def metadata() -> Any:
            return jsonify({
                "issuer": office.address, "authorization_endpoint": f"{office.address}/authorize",
                "token_endpoint": f"{office.address}/token", "jwks_uri": f"{office.address}/jwks",
                "response_types_supported": ["code"], "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            })  # fmt: skip

        @app.get("/jwks")
        def jwks() -> Any:
            return jsonify({"keys": [office.key.as_dict(private=False)]})

        @app.get("/authorize")
        def authorize() -> Any:
            if request.args.get("deny"):
                return server.create_authorization_response(grant_user=None)
            grant = server.get_consent_grant(end_user=office.user)
            return server.create_authorization_response(grant=grant, grant_user=office.user)

        @app.post("/token")
        def token() -> Any:
            return server.create_token_response()

        return app


@contextmanager
def running(office: Office) -> Iterator[Office]:
    """Keep a provider up on a port of its own."""
    httpd = make_server("127.0.0.1", 0, office.app(), threaded=True)
    office.address = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield office
    httpd.shutdown()
    thread.join()
