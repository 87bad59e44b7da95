"""Gets tokens: the next pair of a session, or a new session; and leaves the login alone after it went wrong.

What is asked for, in this order:

    a pair by the refresh token     unless there is none, or its pair was refused as soon as it was used
    a session by JWT or password    where the session there was is lost: only if that does not happen time and again
    a person in a browser           where they log in so; `by_code` takes what comes of it
    nothing                         inside the wait after a login that was refused or lost (see `trouble`)

All of it happens under the lock of the token file, and stands in that file before it is used.
"""

import contextlib
import logging
from collections.abc import Callable

import msgspec

from tui.credentials import Credentials
from tui.errors import LoginRefused, RingwallError, TryAgain, Unreachable
from tui.logs import register_secret
from tui.ringcentral import oauth, wire
from tui.ringcentral.authorization import Authorization
from tui.ringcentral.client import Client, Request
from tui.ringcentral.refusals import ApiError
from tui.ringcentral.tokens import TokenFile, Tokens
from tui.ringcentral.trouble import MINUTE, Cause, Trouble, met

log = logging.getLogger(__name__)

RENEW_AHEAD = 120.0
"""Seconds before its end at which an access token is renewed; less for tokens that live shorter than 10 minutes."""
RENEW_AGAIN = 10.0
"""Seconds until a renewal that had no answer is tried again while the token is good (platform's guide to errors)."""
TOO_MANY_WALLS = "this login is used by too many walls"

Troubles = dict[Cause, Trouble]


class Grants:
    """Gets tokens for one login.

    Args:
        client: Talks to the server.
        credentials: Gives what to log in with, read anew at each try.
        tokens: The file shared by all processes of this login.
        minute: Seconds that a minute of `trouble.WAITS` lasts.
    """

    def __init__(
        self, client: Client, credentials: Callable[[], Credentials], tokens: TokenFile, minute: float = MINUTE
    ) -> None:
        self._client = client
        self._credentials = credentials
        self._file = tokens
        self._minute = minute
        self._tried: Credentials | None = None
        self._renew_again_at = float("-inf")

    def is_good(self, tokens: Tokens | None, refused: str | None = None) -> bool:
        """Whether the access token will work for a while; it will not if it is the one that was refused."""
        if tokens is None or tokens.access_token == refused:
            return False
        now = self._client.clock.now()
        ahead = 0.0 if now < self._renew_again_at else min(RENEW_AHEAD, 0.2 * tokens.lifetime)
        return tokens.expires_at - ahead > now

    @property
    def has_changed(self) -> bool:
        """Whether there is something else to log in with than what was tried last, or tokens of another process."""
        try:
            return self._credentials() != self._tried or self.is_good(self._file.load())
        except RingwallError as error:
            log.info("looking for another login: %s", error)
            return False

    def accept(self) -> None:
        """The shared tokens are used: what they came from needs no try of ours."""
        if self._tried is None:
            with contextlib.suppress(RingwallError):
                self._tried = self._credentials()

    def forget_refusal(self) -> None:
        """Somebody wants the login to be tried although it was refused."""
        self._tried = None

    async def get(self, old: Tokens | None, refused: str | None = None, *, anew: bool = False) -> Tokens:
        """Tokens in place of the old ones, stored.

        Args:
            old: Those of the file.
            refused: An access token that a call was refused with.
            anew: Whether that had just been renewed, so that renewing it once more is of no use.

        Raises:
            LoginRefused: Nothing we have is accepted, or was a while ago.
            LoginLost: The session was lost too often.
            RingwallError: As `Client.send`.
        """
        credentials, now = self._credentials(), self._client.clock.now()
        troubles = self._troubles(credentials)
        refresh_token = None if old is None or anew else old.refresh_token_at(now)
        if old and refresh_token:
            # Whatever comes of the refresh token, nobody is to use a dead access token again.
            is_dead = old.access_token == refused or old.expires_at <= now
            kept = msgspec.structs.replace(old, expires_at=min(old.expires_at, now))
            try:
                return await self._granted(oauth.refresh(credentials, self._file.endpoint_id, refresh_token), troubles)
            except (TryAgain, Unreachable) as error:
                if is_dead:
                    self._file.save(kept, troubles)
                    raise
                log.info("the access token is used on for a while, for it could not be renewed: %s", error)
                self._renew_again_at = now + RENEW_AGAIN * self._client.chance.uniform(1.0, 1.5)
                return old
            except ApiError as error:
                if error.error == "invalid_client" or not oauth.is_refusal(error):
                    raise self._told(error, credentials, troubles, kept) from error
                log.info("the refresh token was refused")
        if old and (refresh_token or (old.access_token == refused and old.expires_at > now)):
            self._lost(troubles)
        try:
            return await self._granted(oauth.log_in(credentials, self._file.endpoint_id), troubles)
        except ApiError as error:
            raise self._told(error, credentials, troubles) from error

    async def by_code(self, code: str, asked: Authorization) -> Tokens:
        """Tokens of a new session for the code that a person's browser was given, stored. Under the lock.

        Raises:
            NoCode: The code is not good (any more); another one may be.
            LoginRefused: The app is not accepted.
            RingwallError: As `Client.send`.
        """
        for secret in (code, asked.verifier):
            register_secret(secret)
        self._tried = credentials = self._credentials()
        try:
            return await self._granted(oauth.log_in_by_code(credentials, self._file.endpoint_id, code, asked), {})
        except ApiError as error:
            raise oauth.code_refusal(error, credentials) if oauth.is_refusal(error) else error from error

    def refuse(self, refusal: LoginRefused) -> LoginRefused:
        """Even new tokens are refused: leave the login alone for a while; gives the error to raise. Under the lock."""
        return self._refused(refusal, self._file.troubles)

    def _troubles(self, credentials: Credentials) -> Troubles:
        """What went wrong so far; that other credentials were refused says nothing.

        Raises:
            LoginRefused, LoginLost: So that nothing is to be tried now.
        """
        troubles, now = self._file.troubles, self._client.clock.now()
        if credentials != self._tried:
            troubles.pop(Cause.REFUSED, None)
        self._tried = credentials
        for trouble in troubles.values():
            if trouble.left(now, self._minute):
                raise trouble.error(now)
        return troubles

    async def _granted(self, request: Request, troubles: Troubles) -> Tokens:
        answer = await self._client.send(request)
        fields = wire.decode_object(answer.body, self._client.server)
        access_token = wire.word(fields.get("access_token"))
        if not access_token:
            raise wire.not_ringcentral(self._client.server)
        lifetime = float(wire.whole(fields.get("expires_in")) or 3600)
        refresh_life = wire.whole(fields.get("refresh_token_expires_in"))
        tokens = Tokens(
            access_token=access_token,
            refresh_token=wire.word(fields.get("refresh_token")) or None,
            expires_at=answer.sent + lifetime,
            lifetime=lifetime,
            refresh_expires_at=None if refresh_life is None else answer.sent + refresh_life,
            scope=wire.word(fields.get("scope")),
            owner_id=wire.identity(fields.get("owner_id")),
            session_id=wire.identity(fields.get("session_id")),
        )
        self._file.save(tokens, troubles)
        return tokens

    def _told(
        self, error: ApiError, credentials: Credentials, troubles: Troubles, kept: Tokens | None = None
    ) -> RingwallError:
        return self._refused(oauth.refusal(error, credentials), troubles, kept) if oauth.is_refusal(error) else error

    def _refused(self, refusal: LoginRefused, troubles: Troubles, kept: Tokens | None = None) -> LoginRefused:
        trouble = self._met(Cause.REFUSED, troubles, str(refusal), refusal.hint, refusal.code)
        self._file.save(kept, troubles)
        refusal.after = trouble.until - self._client.clock.now()
        return refusal

    def _lost(self, troubles: Troubles) -> None:
        """The session is lost; that is stored at once, so that no loss is counted twice.

        Raises:
            LoginLost: It was lost not long ago as well.
        """
        hint = "Walls of one user on one machine share a session; give those elsewhere a login of their own."
        trouble = self._met(Cause.LOST, troubles, TOO_MANY_WALLS, hint)
        self._file.save(None, troubles)
        now = self._client.clock.now()
        if trouble.left(now, self._minute):
            raise trouble.error(now)

    def _met(self, cause: Cause, troubles: Troubles, words: str, hint: str, code: str = "") -> Trouble:
        now, chance = self._client.clock.now(), self._client.chance
        troubles[cause] = met(cause, troubles.get(cause), now, chance, self._minute, words, hint, code)
        log.warning("the login was %s; it is left alone for %.0f s", cause, troubles[cause].until - now)
        return troubles[cause]
