"""Logged in, and staying so: the one place that has tokens.

Every call goes through `Session.call`, which renews the access token ahead of its end and, should the platform refuse
it all the same (401), once more before it repeats the call. Processes of one user share the token pair through one file
and its lock: whoever holds the lock reads the file first, so that a pair renewed by another is taken over, and stores a
new pair before it is used, for a refresh token works only once.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from tui.clock import Clock
from tui.credentials import Credentials
from tui.errors import LoginRefused, PermissionMissing, RingwallError
from tui.ringcentral import oauth, wire
from tui.ringcentral.client import Answer, Client, Request
from tui.ringcentral.limits import Group
from tui.ringcentral.refusals import ApiError, Unauthorised
from tui.ringcentral.tokens import TokenFile, Tokens

log = logging.getLogger(__name__)

RENEW_AHEAD = 120.0
"""Seconds before its end at which an access token is renewed; less for tokens that live shorter than 10 minutes."""

NEEDED = {
    "ReadAccounts": "the list of extensions cannot be read",
    "ReadPresence": "no presence can be read",
}
WANTED = {
    "ReadCallLog": "gaps in the record stay open",
    "ReadMessages": "new voicemail is not shown",
}
"""Permissions of the app, and what does not work without each (platform documentation of each call)."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who is logged in."""

    extension_id: str
    name: str
    number: str
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class Service:
    """What the server says it is."""

    version: str
    seconds: float


class Session:
    """One login on one server.

    Args:
        client: Talks to the server.
        credentials: Gives what to log in with, read anew at each login, so that a new JWT needs no restart.
        tokens: The file shared by all processes of this login.
    """

    def __init__(self, client: Client, credentials: Callable[[], Credentials], tokens: TokenFile) -> None:
        self._client = client
        self._credentials = credentials
        self._file = tokens
        self._tokens: Tokens | None = None

    @property
    def server(self) -> str:
        """The server's address."""
        return self._client.server

    @property
    def clock(self) -> Clock:
        """Server time."""
        return self._client.clock

    @property
    def scopes(self) -> frozenset[str]:
        """The permissions that the platform granted to the app; none before the login."""
        return frozenset(self._tokens.scope.split()) if self._tokens else frozenset()

    @property
    def expires_at(self) -> float | None:
        """When the access token ends, in server time."""
        return self._tokens.expires_at if self._tokens else None

    async def call(self, request: Request) -> Answer:
        """Send a request as the one who is logged in.

        Raises:
            LoginRefused: The platform does not accept the login (any more).
            RingwallError: As `Client.send`.
        """
        token = await self._valid_token()
        try:
            return await self._client.send(request, token)
        except Unauthorised:
            log.info("the access token was refused; renewing it")
        token = await self._valid_token(refused=token)
        try:
            return await self._client.send(request, token)
        except Unauthorised as error:
            raise LoginRefused(
                f"The platform refuses a new login as well: {error}", "Is this login used elsewhere?", error.code
            ) from error

    async def log_in(self) -> None:
        """Make sure of a valid token: the shared one, a renewed one, or a new login.

        Raises:
            LoginRefused: Nothing we have is accepted.
            RingwallError: As `Client.send`.
        """
        await self._valid_token()

    def check_permissions(self) -> dict[str, str]:
        """The wanted permissions that are missing, and what does not work without each.

        Raises:
            PermissionMissing: A needed one is missing.
        """
        missing = [scope for scope in NEEDED if scope not in self.scopes]
        if missing:
            raise PermissionMissing(
                f"{', '.join(missing)} is missing: {NEEDED[missing[0]]}",
                "Add it to the app in the developer console, then log in again.",
            )
        return {scope: effect for scope, effect in WANTED.items() if scope not in self.scopes}

    async def service(self) -> Service:
        """What the server says of itself, before any login.

        Raises:
            Unreachable: It does not answer, or is no RingCentral.
        """
        answer = await self._client.send(Request("GET", "/restapi/v1.0", Group.LIGHT))
        fields = wire.decode_object(answer.body, self.server)
        if "apiVersions" not in fields and "serverVersion" not in fields and "uriString" not in fields:
            raise wire.not_ringcentral(self.server)
        return Service(wire.text(fields.get("serverVersion")), answer.received - answer.sent)

    async def whoami(self) -> Person:
        """Who is logged in; so also whether this login is still valid."""
        answer = await self.call(Request("GET", "/restapi/v1.0/account/~/extension/~", Group.LIGHT))
        fields = wire.decode_object(answer.body, self.server)
        admin = wire.mapping(wire.mapping(fields.get("permissions")).get("admin"))
        return Person(
            extension_id=wire.identity(fields.get("id")),
            name=wire.text(fields.get("name")),
            number=wire.identity(fields.get("extensionNumber")),
            is_administrator=wire.flag(admin.get("enabled")) is True,
        )

    async def log_out(self) -> None:
        """End the session on the platform and forget its tokens; that it may fail does not matter."""
        async with self._file.lock():
            tokens, self._tokens = self._tokens, None
            self._file.clear()
        if tokens is None:
            return
        try:
            await self._client.send(oauth.revocation(self._credentials(), tokens.access_token))
        except RingwallError as error:
            log.info("logging out: %s", error)

    async def _valid_token(self, refused: str | None = None) -> str:
        """An access token that is good for a while and is not the one that was just refused."""
        if self._is_good(self._tokens, refused):
            return self._tokens.access_token if self._tokens else ""
        async with self._file.lock():
            shared = self._file.load()
            if not self._is_good(shared, refused):
                shared = await self._new_tokens(shared)
                self._file.save(shared)
            self._tokens = shared
            return shared.access_token if shared else ""

    def _is_good(self, tokens: Tokens | None, refused: str | None) -> bool:
        if tokens is None or tokens.access_token == refused:
            return False
        ahead = min(RENEW_AHEAD, 0.2 * tokens.lifetime)
        return tokens.expires_at - ahead > self._client.clock.now()

    async def _new_tokens(self, old: Tokens | None) -> Tokens:
        now = self._client.clock.now()
        refresh = old.refresh_token if old and (old.refresh_expires_at or now + 1) > now else None
        grant = oauth.log_in(self._credentials(), self._file.endpoint_id, refresh)
        request = next(grant)
        while True:
            try:
                answer = await self._client.send(request)
            except ApiError as error:
                request = grant.throw(error)
                continue
            try:
                request = grant.send(answer.body)
            except StopIteration:
                return self._decoded(answer)

    def _decoded(self, answer: Answer) -> Tokens:
        fields = wire.decode_object(answer.body, self.server)
        access_token = wire.word(fields.get("access_token"))
        if not access_token:
            raise wire.not_ringcentral(self.server)
        lifetime = float(wire.whole(fields.get("expires_in")) or 3600)
        refresh_life = wire.whole(fields.get("refresh_token_expires_in"))
        return Tokens(
            access_token=access_token,
            refresh_token=wire.word(fields.get("refresh_token")) or None,
            expires_at=answer.sent + lifetime,
            lifetime=lifetime,
            refresh_expires_at=None if refresh_life is None else answer.sent + refresh_life,
            scope=wire.word(fields.get("scope")),
            owner_id=wire.identity(fields.get("owner_id")),
            session_id=wire.identity(fields.get("session_id")),
        )
