"""The REST API: one table of endpoints, and what every request must pass before it reaches its own.

Groups and permissions from the platform's API description; service info and the OAuth endpoints need no token.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tui.simulator import call_log, consent, directory, oauth, reading, subscribing
from tui.simulator.answers import Answer, Asked, Query, Refusal, not_found
from tui.simulator.limits import Group
from tui.simulator.platform import Platform
from tui.simulator.sessions import Session

Handler = Callable[[Platform, Asked], Answer]

VERSION = {"uriString": "v1.0", "versionString": "1.0.60", "releaseDate": "2026-08-01T00:00:00.000Z"}
"""The API version that the box claims to be."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One row of the API.

    Attributes:
        path: Below `/restapi`, with `{names}` for its changing parts.
        permission: The app permission that it needs; empty for none.
    """

    method: str
    path: str
    handler: Handler
    group: Group
    permission: str = ""
    pattern: re.Pattern[str] = field(init=False)

    def __post_init__(self) -> None:
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", "/restapi" + self.path.replace(".", r"\."))
        object.__setattr__(self, "pattern", re.compile(pattern))


A = "/v1.0/account/{account}"
S = "/v1.0/subscription"

ENDPOINTS = (
    Endpoint("POST", "/oauth/wstoken", oauth.wstoken, Group.AUTH, "WebSocket"),
    Endpoint("GET", A, directory.account, Group.LIGHT, "ReadAccounts"),
    Endpoint("GET", f"{A}/extension", directory.extensions, Group.MEDIUM, "ReadAccounts"),
    Endpoint("GET", f"{A}/extension/{{extension}}", directory.extension, Group.LIGHT, "ReadAccounts"),
    Endpoint("GET", f"{A}/sites", directory.sites, Group.LIGHT, "ReadAccounts"),
    Endpoint("GET", f"{A}/call-queues", directory.queues, Group.MEDIUM, "ReadAccounts"),
    Endpoint("GET", f"{A}/call-queues/{{queue}}/members", directory.queue_members, Group.LIGHT, "ReadAccounts"),
    Endpoint("GET", f"{A}/call-queues/{{queue}}/presence", directory.queue_presence, Group.LIGHT, "ReadPresence"),
    Endpoint("GET", f"{A}/presence", reading.account_presence, Group.HEAVY, "ReadPresence"),
    Endpoint("GET", f"{A}/extension/{{extension}}/presence", reading.presence, Group.LIGHT, "ReadPresence"),
    Endpoint("GET", f"{A}/call-log", call_log.call_log, Group.HEAVY, "ReadCallLog"),
    Endpoint("GET", f"{A}/call-log-sync", call_log.call_log_sync, Group.HEAVY, "ReadCallLog"),
    Endpoint("POST", S, subscribing.create, Group.MEDIUM),
    Endpoint("GET", S, subscribing.listed, Group.LIGHT),
    Endpoint("GET", f"{S}/{{subscription}}", subscribing.shown, Group.LIGHT),
    Endpoint("PUT", f"{S}/{{subscription}}", subscribing.changed, Group.MEDIUM),
    Endpoint("POST", f"{S}/{{subscription}}/renew", subscribing.renewed, Group.LIGHT),
    Endpoint("DELETE", f"{S}/{{subscription}}", subscribing.removed, Group.MEDIUM),
)


def ask(platform: Platform, method: str, path: str, query: Query, headers: Mapping[str, str], body: bytes) -> Answer:
    """Answer one request to the API, refusals included."""
    try:
        if open_answer := _open(platform, method, path, query, headers, body):
            return open_answer
        return dispatch(platform, Asked(method, path, query, headers, body, authenticated(platform, headers)))
    except Refusal as refusal:
        return refusal.answer


def dispatch(platform: Platform, asked: Asked) -> Answer:
    """Answer one request whose session is known, refusals included."""
    try:
        return _dispatch(platform, asked)
    except Refusal as refusal:
        return refusal.answer


def group_of(method: str, path: str) -> str:
    """The rate group that a request belongs to; empty where nothing is counted."""
    if path in ("/restapi/oauth/token", "/restapi/oauth/revoke"):
        return Group.AUTH
    return next((row.group for row in ENDPOINTS if row.method == method and row.pattern.fullmatch(path)), "")


def authenticated(platform: Platform, headers: Mapping[str, str]) -> Session:
    """The session of a request's bearer token; its first use is noted.

    Raises:
        Refusal: There is no token (AGW-401), or it is unknown, rotated out or revoked (OAU-213), or expired (OAU-128).
    """
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Refusal(401, "AGW-401", "Authorization header is not specified", headers={"WWW-Authenticate": "Bearer"})
    session = platform.sessions.by_access_token(token)
    challenge = {"WWW-Authenticate": 'Bearer realm="RingCentral REST API", error="invalid_token"'}
    if session is None:
        raise Refusal(401, "OAU-213", "Token not found", gateway="TokenInvalid", headers=challenge)
    if session.access_until <= platform.now():
        raise Refusal(401, "OAU-128", "Access token expired", gateway="TokenExpired", headers=challenge)
    session.used_at = session.used_at or platform.now()
    return session


def _open(
    platform: Platform, method: str, path: str, query: Query, headers: Mapping[str, str], body: bytes
) -> Answer | None:
    """What needs no access token; None for all else."""
    match method, path.rstrip("/"):
        case "POST", "/restapi/oauth/token":
            return oauth.token(platform, headers, body)
        case "GET" | "POST", "/restapi/oauth/authorize":
            return consent.authorize(platform, method, query, oauth.form(body))
        case "POST", "/restapi/oauth/revoke":
            return oauth.revoke(platform, headers, body)
        case "GET", "/restapi":
            versions = [VERSION | {"uri": f"{platform.server}/restapi/v1.0"}]
            server = {"serverVersion": "26.3.1", "serverRevision": "simulator"}
            return Answer(body={"uri": f"{platform.server}/restapi", "apiVersions": versions} | server)
        case "GET", "/restapi/v1.0":
            return Answer(body={"uri": f"{platform.server}/restapi/v1.0"} | VERSION)
    return None


def _found(method: str, path: str) -> tuple[Endpoint, Mapping[str, str]]:
    """The endpoint of a request, and what its path names."""
    matches = ((row, row.pattern.fullmatch(path.rstrip("/"))) for row in ENDPOINTS)
    matching = [(row, match.groupdict()) for row, match in matches if match]
    if not matching:
        raise Refusal(404, "CMN-120", "Invalid URI")
    for row, names in matching:
        if row.method == method:
            return row, names
    raise Refusal(405, "CMN-202", "Operation is not supported")


def is_about_subscriptions(path: str) -> bool:
    """Whether a path leads to subscriptions."""
    return path.startswith(f"/restapi{S}")


def _dispatch(platform: Platform, asked: Asked) -> Answer:
    row, names = _found(asked.method, asked.path)
    session = asked.session
    limited = platform.spend(session.client_id, session.owner.id, row.group)
    try:
        _check(platform, row, names, session)
        answer = row.handler(platform, replace(asked, names=names))
    except Refusal as refusal:
        refusal.headers = limited | refusal.headers
        raise
    answer.headers |= limited
    return answer


def _check(platform: Platform, row: Endpoint, names: Mapping[str, str], session: Session) -> None:
    if row.permission and not oauth.named(row.permission) & platform.scope(session):
        message = f"In order to call this API endpoint, application needs to have [{row.permission}] permission"
        raise Refusal(403, "CMN-401", message)
    if names.get("account", "~") not in ("~", platform.account.id):
        raise not_found("accountId")
