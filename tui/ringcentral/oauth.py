"""The ways to log in, as generators without I/O: requests come out, answers or refusals go in, tokens come back.

Source: the platform's guide to authentication. A confidential app sends its id and secret by basic authentication, a
public one its id in the form. A refresh token works once and a new pair takes its place; logging in by JWT or by
password starts a new session. Password login ended on the platform in 2024 and lives on in older servers.
"""

from collections.abc import Generator, Mapping

from tui.credentials import Credentials
from tui.errors import LoginRefused
from tui.ringcentral.client import Request
from tui.ringcentral.limits import Group
from tui.ringcentral.refusals import ApiError

TOKEN = "/restapi/oauth/token"  # noqa: S105 - a path, not a secret
REVOKE = "/restapi/oauth/revoke"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"

Grant = Generator[Request, bytes, bytes]
"""Yields requests; is sent the body of a good answer, or thrown the ApiError of a refusal; returns the tokens' body."""


def log_in(credentials: Credentials, endpoint_id: str, refresh_token: str | None = None) -> Grant:
    """Get tokens: by the refresh token where there is one, else (or if that is refused) by JWT or password.

    Raises:
        LoginRefused: None of what we have is accepted, or there is nothing to try.
    """
    refusal: ApiError | None = None
    for form in _forms(credentials, refresh_token):
        try:
            return (yield token_request(credentials, {**form, "endpoint_id": endpoint_id}))
        except ApiError as error:
            refusal = error
            if error.error == "invalid_client":
                break
    if refusal is None:
        raise LoginRefused("Nothing to log in with", "Give a client id and a JWT: run   ringwall setup")
    raise LoginRefused(*_words(refusal, credentials), code=refusal.code) from refusal


def token_request(credentials: Credentials, form: Mapping[str, str]) -> Request:
    """A request to the token endpoint, by the client's own way to say who it is."""
    return _client_request(TOKEN, credentials, form)


def revocation(credentials: Credentials, token: str) -> Request:
    """Ends the session of a token."""
    return _client_request(REVOKE, credentials, {"token": token})


def _client_request(path: str, credentials: Credentials, form: Mapping[str, str]) -> Request:
    if credentials.client_secret:
        return Request("POST", path, Group.AUTH, form=form, basic=(credentials.client_id, credentials.client_secret))
    return Request("POST", path, Group.AUTH, form={**form, "client_id": credentials.client_id})


def _forms(credentials: Credentials, refresh_token: str | None) -> list[dict[str, str]]:
    forms: list[dict[str, str]] = []
    if refresh_token:
        forms.append({"grant_type": "refresh_token", "refresh_token": refresh_token})
    if credentials.jwt:
        forms.append({"grant_type": JWT_BEARER, "assertion": credentials.jwt})
    elif credentials.username and credentials.password:
        forms.append({"grant_type": "password", "username": credentials.username, "password": credentials.password})
    return forms


def _words(refusal: ApiError, credentials: Credentials) -> tuple[str, str]:
    """What happened and what to do, for each way in which the platform refuses a login."""
    code = f", {refusal.code}" if refusal.code else ""
    if refusal.error == "invalid_client":
        return f"Client id or secret is wrong{code}", "Compare them with the app in RingCentral's developer console."
    if refusal.error in {"unauthorized_client", "unsupported_grant_type"}:
        way = "JWT" if credentials.jwt else "user and password"
        return f"The app may not log in by {way}{code}", "Allow it in the app's settings, under Auth."
    if credentials.jwt:
        return f"JWT revoked or expired{code}", "Make a new JWT in the developer console, for this app."
    return f"User or password is wrong{code}", "Try them again."
