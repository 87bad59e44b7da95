"""The token and revoke endpoints: who may log in, how, and what a refusal looks like.

Grants: JWT (`urn:ietf:params:oauth:grant-type:jwt-bearer`), authorization code, refresh token, and user name with
password, which the platform ended in 2024 and older servers still know. A confidential app proves itself by Basic, a
public one by its `client_id` alone. Codes from the platform's guide to errors.

A login that is not the administrator's, or lacks something, is asked for by a suffix to JWT or user name:
`~user` (an ordinary user), `~no-ReadPresence` (any permission's name; repeatable), `~no-refresh` (no refresh token),
`~expired` (refused). `~public` after the client id is a public app of the same company.
"""

import base64
import binascii
import uuid
from collections.abc import Mapping
from urllib.parse import parse_qs

from tui.simulator.account import ADMINISTRATOR, Extension
from tui.simulator.answers import Answer, Asked, Refusal
from tui.simulator.limits import Group
from tui.simulator.platform import Platform
from tui.simulator.sessions import Session
from tui.simulator.wsg import TOKEN_TTL

PERMISSIONS = frozenset({
    "ReadAccounts", "ReadPresence", "ReadMessages", "ReadCallLog", "CallControl", "Subscriptions",
    "WebSocketsSubscription",
})  # fmt: skip
"""What the app may do, unless a login is made with less."""

WEBSOCKET = frozenset({"WebSocket", "WebSocketsSubscription", "WebSocketsSubscriptions"})
"""One permission, for which the platform's documents have three names."""

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
REFRESH_TTL = 604_800.0
LONGEST_REFRESH_TTL = 2_592_000.0
SHORTEST_TOKEN_TTL = 600.0

Form = Mapping[str, str]


def token(platform: Platform, headers: Mapping[str, str], body: bytes) -> Answer:
    """`POST /restapi/oauth/token`.

    Raises:
        Refusal: With the OAuth error and the platform's code.
    """
    asked = form(body)
    client_id = _client(platform, headers, asked)
    match asked.get("grant_type", ""):
        case "refresh_token":
            session, limited = _refreshed(platform, client_id, asked)
        case grant if grant in (JWT_BEARER, "password", "authorization_code"):
            session, limited = _logged_in(platform, client_id, grant, asked)
        case "":
            raise Refusal(400, "OAU-112", "Grant type is required", error="invalid_request")
        case grant:
            message = f"The client is unauthorized for the required grant type: [{grant}]"
            raise Refusal(400, "OAU-112", message, error="unsupported_grant_type")
    return Answer(200, _token_info(platform, session), limited)


def wstoken(platform: Platform, asked: Asked) -> Answer:
    """`POST /restapi/oauth/wstoken`: a token that opens one WebSocket, and where."""
    uri = f"{platform.server.replace('http', 'ws', 1)}/ws"
    return Answer(body={"uri": uri, "ws_access_token": platform.gateway.token(asked.session), "expires_in": TOKEN_TTL})


def named(permission: str) -> frozenset[str]:
    """All names of a permission."""
    return WEBSOCKET if permission in WEBSOCKET else frozenset({permission})


def revoke(platform: Platform, headers: Mapping[str, str], body: bytes) -> Answer:
    """`POST /restapi/oauth/revoke`: ends the whole session of an access or refresh token, and never says whether."""
    asked = form(body)
    limited = platform.spend(_client(platform, headers, asked), "", Group.AUTH)
    platform.sessions.close(asked.get("token", ""))
    return Answer(200, None, limited)


def form(body: bytes) -> Form:
    """The fields of a form."""
    return {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def _client(platform: Platform, headers: Mapping[str, str], form: Form) -> str:
    """The app that asks, proven."""
    known = platform.credentials
    authorization = headers.get("Authorization", "")
    if platform.faults.take("", "refuse_client"):
        raise Refusal(401, "OAU-146", "Invalid client credentials", error="invalid_client")
    if not authorization:
        if form.get("client_id") == f"{known.client_id}~public":
            return form["client_id"]
        raise Refusal(400, "OAU-123", "Client authentication is required", error="invalid_client")
    scheme, _, value = authorization.partition(" ")
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as problem:
        message = f"Invalid Authorization header value: {value[:20]}"
        raise Refusal(401, "OAU-123", message, error="invalid_client") from problem
    if scheme.lower() != "basic" or (client_id, secret) != (known.client_id, known.client_secret):
        raise Refusal(401, "OAU-146", "Invalid client credentials", error="invalid_client")
    return client_id


def _logged_in(platform: Platform, client_id: str, grant: str, form: Form) -> tuple[Session, dict[str, str]]:
    known = platform.credentials
    if grant == "authorization_code":
        wishes: list[str] = []
        proven = platform.codes.redeem(client_id, form, platform.now())
        wrong = Refusal(400, "OAU-213", "Authorization code is not valid", error="invalid_grant")
    elif grant == JWT_BEARER:
        name, *wishes = form.get("assertion", "").split("~")
        proven = name == known.jwt
        wrong = Refusal(400, "OAU-213" if name else "OAU-149", "Token is invalid", error="invalid_grant")
    else:
        name, *wishes = form.get("username", "").split("~")
        proven = (name, form.get("password")) == (known.username, known.password)
        wrong = Refusal(400, "OAU-140", "Invalid resource owner credentials", error="invalid_grant")
    owner = _owner(platform, wishes)
    limited = platform.spend(client_id, owner.id if proven else "", Group.AUTH)
    if proven and "expired" in wishes:
        proven, wrong = False, Refusal(400, "OAU-128", "Token is expired", error="invalid_grant")
    if not proven or platform.faults.take("", "refuse_login"):
        wrong.headers = limited
        raise wrong
    session = Session(
        id=uuid.uuid4().hex,
        client_id=client_id,
        owner=owner,
        endpoint_id=form.get("endpoint_id") or uuid.uuid4().hex,
        scope=PERMISSIONS.difference(*(named(wish.removeprefix("no-")) for wish in wishes)),
        opened_at=platform.now(),
        token_ttl=_token_ttl(platform, form),
        refresh_ttl=min(_seconds(form, "refresh_token_ttl", REFRESH_TTL), LONGEST_REFRESH_TTL),
        refreshable="no-refresh" not in wishes,
    )
    platform.sessions.open(session, platform.now())
    return session, limited


def _owner(platform: Platform, wishes: list[str]) -> Extension:
    extensions = platform.account.extensions
    if "user" in wishes:
        return next(extension for extension in extensions.values() if not extension.administrator)
    return extensions[ADMINISTRATOR]


def _refreshed(platform: Platform, client_id: str, form: Form) -> tuple[Session, dict[str, str]]:
    offered, now = form.get("refresh_token", ""), platform.now()
    session = platform.sessions.by_refresh_token(offered, now)
    limited = platform.spend(client_id, session.owner.id if session else "", Group.AUTH)
    refused = platform.faults.take("", "refuse_refresh")
    if session is None or session.client_id != client_id or refused:
        raise Refusal(400, "OAU-213", "Token not found", error="invalid_grant", headers=limited)
    if offered == session.refresh_token:
        session.token_ttl = _token_ttl(platform, form)
        session.rotate(now)
    return session, limited


def _token_ttl(platform: Platform, form: Form) -> float:
    longest = platform.options.token_ttl
    return min(longest, max(SHORTEST_TOKEN_TTL, _seconds(form, "access_token_ttl", longest)))


def _seconds(form: Form, name: str, default: float) -> float:
    text = form.get(name, "")
    if text and not text.isdecimal():
        raise Refusal(400, "CMN-101", f"Parameter [{name}] value is invalid", error="invalid_request")
    return float(text) if text else default


def _token_info(platform: Platform, session: Session) -> dict[str, object]:
    now = platform.now()
    info: dict[str, object] = {
        "access_token": session.access_token,
        "token_type": "bearer",
        "expires_in": max(0, round(session.access_until - now)),
        "scope": " ".join(sorted(platform.scope(session))),
        "owner_id": session.owner.id,
        "endpoint_id": session.endpoint_id,
        "session_id": session.id,
    }
    if session.refreshable:
        info["refresh_token"] = session.refresh_token
        info["refresh_token_expires_in"] = max(0, round(session.refresh_until - now))
    return info
