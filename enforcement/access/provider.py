"""Sign-in by the office's own provider (统一身份认证): OpenID Connect, code flow with PKCE.

Source: OpenID Connect Core 1.0 (3.1), RFC 7636; by Authlib, which checks signature, issuer,
audience, time, state and nonce. Who a person is stands in `sub` alone: names are given anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app

from enforcement.config import Config
from enforcement.errors import DomainError, NotFoundError
from enforcement.i18n import _

NAME: Final = "provider"
ANSWERS_WITHIN_S: Final = 10
LONGEST: Final = 255
"""Characters of a subject (OpenID Connect Core 2)."""


class ProviderError(DomainError):
    """The provider refused, could not be reached, or said what cannot be believed."""


@dataclass(frozen=True)
class Identity:
    """Who somebody is at a provider: its issuer and the subject, which never changes."""

    issuer: str
    subject: str


def init_app(app: Flask, config: Config) -> None:
    """Make the client, where a provider is configured; it asks nobody before it is used."""
    if not config.oidc_issuer:
        return
    from authlib.integrations.flask_client import OAuth

    oauth = OAuth(app)
    oauth.register(
        NAME,
        client_id=config.oidc_client,
        client_secret=config.oidc_secret,
        server_metadata_url=f"{config.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid", "code_challenge_method": "S256",
                       "timeout": ANSWERS_WITHIN_S},
    )  # fmt: skip
    app.extensions["enforcement.provider"] = oauth.create_client(NAME)


def is_on() -> bool:
    """Tell whether a provider is configured."""
    return "enforcement.provider" in current_app.extensions


def _client() -> Any:
    found = current_app.extensions.get("enforcement.provider")
    if found is None:
        raise NotFoundError(_("没有配置统一身份认证。"))
    return found


def _failures() -> tuple[type[Exception], ...]:
    """Return what comes out of a provider that is away, or says what cannot be believed."""
    import requests
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError

    return AuthlibBaseError, JoseError, requests.RequestException, ValueError, KeyError


def lead_there(back: str) -> Any:
    """Return the redirect to the provider, which leads the browser back to an address of ours.

    Raises ProviderError, NotFoundError without a provider.
    """
    client = _client()
    try:
        return client.authorize_redirect(back)
    except _failures() as error:
        raise ProviderError(_("现在连不上统一身份认证，请用密码登录，或者稍后再试。")) from error


def came_back() -> Identity:
    """Return who the browser came back as; raises ProviderError."""
    client = _client()
    try:
        claims = client.authorize_access_token()["userinfo"]
        subject = claims["sub"]
    except _failures() as error:
        raise ProviderError(_("统一身份认证没有成功，请重试，或者用密码登录。")) from error
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST:
        raise ProviderError(_("统一身份认证没有成功，请重试，或者用密码登录。"))
    return Identity(claims["iss"], subject)
