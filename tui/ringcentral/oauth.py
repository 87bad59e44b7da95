"""The requests of the ways to log in, and what a refusal of one means. Pure.

Source: the platform's guide to authentication. A confidential app sends its id and secret by basic authentication, a
public one its id in the form. A refresh token works once and a new pair takes its place; logging in by JWT, by
authorization code or by password starts a new session. Password login ended on the platform in 2024 and lives on in
older servers.
"""

from collections.abc import Mapping

from tui.credentials import Credentials
from tui.errors import BrowserNeeded, LoginRefused
from tui.ringcentral.authorization import Authorization, NoCode
from tui.ringcentral.client import Request
from tui.ringcentral.limits import Group
from tui.ringcentral.refusals import ApiError

TOKEN = "/restapi/oauth/token"  # noqa: S105 - a path, not a secret
REVOKE = "/restapi/oauth/revoke"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def refresh(credentials: Credentials, endpoint_id: str, refresh_token: str) -> Request:
    """Asks for the next pair of a session."""
    return _client_request(
        TOKEN,
        credentials,
        {"grant_type": "refresh_token", "refresh_token": refresh_token, "endpoint_id": endpoint_id},
    )


def log_in(credentials: Credentials, endpoint_id: str) -> Request:
    """Asks for a new session, by JWT where there is one, else by password.

    Raises:
        LoginRefused: There is nothing to log in with.
        BrowserNeeded: Only a person can.
    """
    if credentials.in_browser:
        raise BrowserNeeded(
            "Log in in the browser again", "The login ended, or there was none yet. Run   ringwall setup   or the wall."
        )
    if credentials.jwt:
        form = {"grant_type": JWT_BEARER, "assertion": credentials.jwt}
    elif credentials.username and credentials.password:
        form = {"grant_type": "password", "username": credentials.username, "password": credentials.password}
    else:
        raise LoginRefused("Nothing to log in with", "Give a client id and a JWT: run   ringwall setup")
    return _client_request(TOKEN, credentials, form | {"endpoint_id": endpoint_id})


def log_in_by_code(credentials: Credentials, endpoint_id: str, code: str, asked: Authorization) -> Request:
    """Asks for a new session, with the code that a person's browser was given."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": asked.redirect_uri}
    return _client_request(TOKEN, credentials, form | {"code_verifier": asked.verifier, "endpoint_id": endpoint_id})


def revocation(credentials: Credentials, token: str) -> Request:
    """Ends the session of a token."""
    return _client_request(REVOKE, credentials, {"token": token})


def is_refusal(error: ApiError) -> bool:
    """Whether the platform does not accept what it was given; other answers say nothing of the login."""
    return bool(error.error) or error.status in {400, 401}


def refusal(error: ApiError, credentials: Credentials) -> LoginRefused:
    """What a refused login means and what to do, in words for people."""
    return LoginRefused(*_words(error, credentials), code=error.code)


def code_refusal(error: ApiError, credentials: Credentials) -> LoginRefused:
    """What a refused code means: another one can be asked for, unless it is not the code that is refused."""
    if error.error in {"invalid_grant", "expired_token", ""}:
        hint = "It is good for a minute, once. Open the address above, which is a new one."
        return NoCode("The code was too old or used already", hint, error.code)
    return refusal(error, credentials)


def _client_request(path: str, credentials: Credentials, form: Mapping[str, str]) -> Request:
    if credentials.client_secret:
        return Request("POST", path, Group.AUTH, form=form, basic=(credentials.client_id, credentials.client_secret))
    return Request("POST", path, Group.AUTH, form={**form, "client_id": credentials.client_id})


def _words(error: ApiError, credentials: Credentials) -> tuple[str, str]:
    code = f", {error.code}" if error.code else ""
    if error.error == "invalid_client":
        return f"Client id or secret is wrong{code}", "Compare them with the app in RingCentral's developer console."
    if error.error in {"unauthorized_client", "unsupported_grant_type"}:
        way = "browser" if credentials.in_browser else "JWT" if credentials.jwt else "user and password"
        return f"The app may not log in by {way}{code}", "Allow it in the app's settings, under Auth."
    if credentials.in_browser:
        return f"RingCentral refuses the login{code}", "Compare the app's redirect URI with   [login] redirect_uri"
    if credentials.jwt:
        return f"JWT revoked or expired{code}", "Make a new JWT in the developer console, for this app."
    return f"User or password is wrong{code}", "Try them again."
