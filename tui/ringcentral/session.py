"""Logged in, and staying so: the one place that has tokens.

Every call goes through `Session.call`. What is tried, in this order:

    the access token is good        use it; one that ends soon is renewed first, as long as it still works
    it has ended, or 401            the next pair by the refresh token, and the call again
    that is refused, or 401 again   the session is lost: a new one by JWT or password, and the call again
    that is refused, or 401 again   the login is refused

Processes of one user share the token pair through one file and its lock: whoever holds the lock reads the file first,
so that a pair renewed by another is taken over, and stores a new pair before it is used, for a refresh token works only
once. In the same file stands what went wrong and until when nothing is tried: that holds for all of them, and for
every loop that calls (see `grants` and `trouble`).
"""

import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tui.clock import Clock
from tui.credentials import Credentials
from tui.errors import LoginLost, LoginRefused, PermissionMissing, RingwallError
from tui.ringcentral import oauth, wire
from tui.ringcentral.authorization import Authorization
from tui.ringcentral.client import Answer, Client, Request
from tui.ringcentral.grants import Grants
from tui.ringcentral.limits import Group
from tui.ringcentral.refusals import ApiError, Unauthorised
from tui.ringcentral.tokens import TokenFile, Tokens
from tui.ringcentral.trouble import MINUTE

log = logging.getLogger(__name__)

LOOK_EVERY = 5.0
"""Seconds between looks at the secret files while the login is refused."""

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
    """Who is logged in, and to which account."""

    extension_id: str
    name: str
    number: str
    is_administrator: bool
    account_id: str


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
        minute: Seconds that a minute of waiting lasts after the login went wrong.

    Attributes:
        trouble: Why nothing can be asked for a while, though the login is not refused; empty where it can.
    """

    def __init__(
        self, client: Client, credentials: Callable[[], Credentials], tokens: TokenFile, minute: float = MINUTE
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._file = tokens
        self._grants = Grants(client, credentials, tokens, minute)
        self._tokens: Tokens | None = None
        self.trouble = ""

    @property
    def server(self) -> str:
        """The server's address."""
        return self._client.server

    @property
    def trust(self) -> ssl.SSLContext:
        """The certificates that are trusted."""
        return self._client.trust

    @property
    def clock(self) -> Clock:
        """Server time."""
        return self._client.clock

    @property
    def scopes(self) -> frozenset[str]:
        """The permissions that the platform granted to the app; none before the login."""
        return frozenset(self._tokens.scope.split()) if self._tokens else frozenset()

    @property
    def needs_person(self) -> bool:
        """Whether somebody has to log in again when the access token ends: in a browser, and it cannot be renewed."""
        return bool(self._tokens and not self._tokens.refresh_token and self._credentials().in_browser)

    @property
    def expires_at(self) -> float | None:
        """When the access token ends, in server time."""
        return self._tokens.expires_at if self._tokens else None

    async def call(self, request: Request) -> Answer:
        """Send a request as the one who is logged in.

        Raises:
            LoginRefused: The platform does not accept the login (any more).
            LoginLost: The login was lost too often, and is left alone for a while.
            RingwallError: As `Client.send`.
        """
        token = await self._valid_token()
        for anew in (False, True):
            try:
                return await self._client.send(request, token)
            except Unauthorised:
                log.info("the access token was refused; %s", "logging in anew" if anew else "renewing it")
            token = await self._valid_token(token, anew=anew)
        try:
            return await self._client.send(request, token)
        except Unauthorised as error:
            raise await self._refused_after_all(token, error) from error

    async def carried(self, request: Request, carry: Callable[[], Awaitable[Answer]]) -> Answer:
        """A call through a WebSocket of this session: it needs no token, and counts as any other.

        Raises:
            RingwallError: As `Client.carried`.
        """
        return await self._client.carried(request, carry)

    async def log_in(self, *, insist: bool = False) -> None:
        """Make sure of a valid token: the shared one, a renewed one, or a new login.

        Args:
            insist: Whether a person asks for it, so that a login that was refused is tried before its wait is over.

        Raises:
            LoginRefused: Nothing we have is accepted.
            LoginLost: The login was lost too often, and is left alone for a while.
            RingwallError: As `Client.send`.
        """
        if insist:
            self._grants.forget_refusal()
        await self._valid_token()

    async def log_in_by_code(self, code: str, asked: Authorization) -> None:
        """Begin a new session with the code that a person's browser was given.

        Raises:
            NoCode: The code is not good (any more); another one may be.
            LoginRefused: The app is not accepted.
            RingwallError: As `Client.send`.
        """
        async with self._file.lock():
            self._tokens = await self._grants.by_code(code, asked)

    async def changed(self) -> None:
        """Wait until a refused login is worth another try: other secrets are there, or another process got tokens."""
        while True:
            await self.clock.sleep_until(self.clock.now() + LOOK_EVERY)
            if self._grants.has_changed:
                return

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
        try:
            answer = await self._client.send(Request("GET", "/restapi/v1.0", Group.LIGHT))
        except ApiError as error:
            # RingCentral tells everybody what it is.
            raise wire.not_ringcentral(self.server) from error
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
            account_id=wire.identity(wire.mapping(fields.get("account")).get("id")) or wire.account_in(fields),
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

    async def _valid_token(self, refused: str | None = None, *, anew: bool = False) -> str:
        """An access token that is good for a while and is not the one that was just refused.

        Args:
            refused: The one that was.
            anew: Whether it had just been renewed, so that renewing it once more is of no use.
        """
        if self._tokens is not None and self._grants.is_good(self._tokens, refused):
            return self._tokens.access_token
        async with self._file.lock():
            shared, self._tokens = self._file.load(), None
            if shared is None or not self._grants.is_good(shared, refused):
                try:
                    shared = await self._grants.get(shared, refused, anew=anew)
                except LoginLost as error:
                    self.trouble = str(error)
                    raise
            self.trouble = ""
            self._grants.accept()
            self._tokens = shared
            return shared.access_token

    async def _refused_after_all(self, token: str, error: Unauthorised) -> LoginRefused:
        refusal = LoginRefused(
            f"The platform refuses a new login as well: {error}", "Is this login used elsewhere?", error.code
        )
        async with self._file.lock():
            shared = self._file.load()
            self._tokens = None
            return self._grants.refuse(refusal) if shared is None or shared.access_token == token else refusal
