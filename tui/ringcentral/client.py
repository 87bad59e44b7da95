"""One HTTP client for everything that is asked of the platform: limits, retries, and errors that people can read.

It sends a `Request`, under the rate limit of its group, and gives an `Answer` or raises. It does not log in: the token
is an argument (see `session`).
"""

import asyncio
import email.utils
import logging
import random
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

import httpx
import msgspec

from tui import __version__
from tui.clock import Clock
from tui.errors import PermissionMissing, TryAgain, Unreachable
from tui.ringcentral import wire
from tui.ringcentral.limits import DEFAULT_PENALTY, SOON, Group, default_limits, penalty
from tui.ringcentral.network import network_words, trusted, unusable_proxy
from tui.ringcentral.refusals import ApiError, refusal

log = logging.getLogger(__name__)

BACKGROUND_RESERVE = 3
"""Calls of each group that reads in the background leave for renewing and for what people ask."""
FIRST_ALONE = 2.0
"""Seconds that calls wait, at most, for the first of their group to tell what others have used of the limit."""
LONGEST_WAIT = 60.0
"""Seconds that a call waits for its turn; whoever would have to wait longer is told so."""
TRIES = 3
"""How often a read is tried before its fault is told."""
TIMEOUT = httpx.Timeout(15.0, connect=8.0)
SAFE = {"GET", "HEAD"}


@dataclass(frozen=True, slots=True)
class Request:
    """One call of the platform's API.

    Attributes:
        group: The rate-limit group it counts in (platform documentation of each call).
        params: Query parameters; a list repeats its name.
        body: What is sent as JSON.
        form: What is sent as a form, instead of a body.
        basic: User and password of basic authentication, instead of a token.
        reserve: Calls of its group that it leaves to what is more urgent.
    """

    method: str
    path: str
    group: Group
    params: Mapping[str, str | list[str]] = field(default_factory=dict)
    body: object = None
    form: Mapping[str, str] | None = field(default=None, repr=False)
    basic: tuple[str, str] | None = field(default=None, repr=False)
    accept: str = "application/json"
    reserve: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    Attributes:
        sent: When the request went out, in server time.
        received: When the answer was there, in server time.
        headers: By name in small letters.
    """

    status: int
    body: bytes = field(repr=False)
    sent: float = 0.0
    received: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Client:
    """Talks to one server.

    Args:
        server: Its address, `https://host`.
        clock: Set from the `Date` of every answer.
        chance: Gives the jitter of waits.
        transport: Where httpx sends its requests; None for the network.
        trust: The certificates that are trusted, for all that is asked of the platform; None for the usual ones.
        usual_penalty: Seconds to be silent after a 429 that does not say how long.

    Raises:
        BadConfig: A proxy of the environment cannot be used.
    """

    def __init__(
        self,
        server: str,
        clock: Clock,
        chance: random.Random,
        transport: httpx.AsyncBaseTransport | None = None,
        trust: ssl.SSLContext | None = None,
        usual_penalty: float = DEFAULT_PENALTY,
    ) -> None:
        self.server = server.rstrip("/")
        self.clock = clock
        self.limits = default_limits()
        self._usual_penalty = usual_penalty
        self.chance = chance
        self.trust = trust or trusted()
        try:
            self._http = httpx.AsyncClient(
                base_url=self.server,
                verify=self.trust,
                timeout=TIMEOUT,
                transport=transport,
                follow_redirects=False,
                headers={"User-Agent": f"Ringwall/{__version__}"},
            )
        except (ImportError, ValueError) as error:
            raise unusable_proxy() from error

    async def close(self) -> None:
        """Close all connections."""
        await self._http.aclose()

    async def send(self, request: Request, token: str | None = None) -> Answer:
        """Send a request and give its answer, if that says success.

        Reads are tried up to three times where the network or the server fails; nothing else is repeated.

        Raises:
            Unreachable: The server does not answer.
            TryAgain: It answers 429 or 5xx, or said not long ago that it will.
            Unauthorised: The token is not valid.
            PermissionMissing: The app or the user may not do this.
            NotFound, ApiError: It refuses otherwise.
        """
        tries = TRIES if request.method in SAFE else 1
        for attempt in range(1, tries + 1):
            try:
                return await self._send_once(request, token)
            except TryAgain as error:
                if attempt == tries or error.after is not None:
                    raise
            except Unreachable:
                if attempt == tries:
                    raise
            await asyncio.sleep(self.chance.uniform(0.3, 0.6) * 2**attempt)
        raise AssertionError("unreachable: the last try returns or raises")

    async def carried(self, request: Request, carry: Callable[[], Awaitable[Answer]]) -> Answer:
        """Make one call under the limits of its group, whatever carries it: HTTP, or a WebSocket.

        Args:
            request: What is asked.
            carry: Sends it, and gives what comes back, success or not.

        Raises:
            RingwallError: As `send`, and whatever `carry` raises.
        """
        await self._wait_for_turn(request)
        limit, sent = self.limits[request.group], self.clock.running()
        limit.sent()
        try:
            answer = await carry()
        finally:
            limit.ended(self.clock.running())
        self._note_headers(request.group, answer.headers, sent)
        if not 200 <= answer.status < 300:
            self._refuse(request, answer)
        return answer

    async def _send_once(self, request: Request, token: str | None) -> Answer:
        return await self.carried(request, lambda: self._over_http(request, token))

    async def _over_http(self, request: Request, token: str | None) -> Answer:
        headers = {"Accept": request.accept}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        sent = self.clock.now()
        try:
            # A response that has read its content keeps it until the garbage collector comes by, a megabyte a page.
            async with self._http.stream(
                request.method,
                request.path,
                params=request.params,
                content=None if request.body is None else msgspec.json.encode(request.body),
                data=request.form,
                auth=request.basic,
                headers=headers if request.body is None else headers | {"Content-Type": "application/json"},
            ) as response:
                body = b"".join([part async for part in response.aiter_bytes()])
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            log.warning("%s %s: %s", request.method, request.path, type(error).__name__)
            raise Unreachable(
                f"No answer from {self.server}: {network_words(error)}", "Check the network and the address."
            ) from error
        return Answer(response.status_code, body, sent, self.clock.now(), dict(response.headers))

    async def _wait_for_turn(self, request: Request) -> None:
        """Wait while the window is full. A penalty is not waited for, but told: people see why, and until when.

        Where nothing is known of the window, one call goes first: another program may have used most of it.
        The login waits for neither, for it holds the lock that others wait for.
        """
        limit, is_login = self.limits[request.group], request.group is Group.AUTH
        patient_until = self.clock.running() + (0.0 if is_login else FIRST_ALONE)
        while True:
            now = self.clock.running()
            if (delay := limit.delay(now, request.reserve)) > 0:
                if limit.is_silent(now) or is_login or delay > LONGEST_WAIT:
                    raise refusal(429, {}, delay)
            elif now < patient_until and limit.is_unknown(now):
                delay = SOON
            else:
                return
            await asyncio.sleep(delay * self.chance.uniform(1.0, 1.05))

    def _note_headers(self, group: Group, headers: Mapping[str, str], sent: float) -> None:
        received = self.clock.running()
        if (date := _http_date(headers.get("date"))) is not None:
            self.clock.saw_date(date, sent, received)
        window = _number(headers.get("x-rate-limit-window"))
        remaining = _number(headers.get("x-rate-limit-remaining"))
        most = _number(headers.get("x-rate-limit-limit"))
        self.limits[_named_group(headers) or group].told(
            received, None if most is None else int(most), None if remaining is None else int(remaining), window
        )

    def _silence(self, group: Group, headers: Mapping[str, str]) -> float:
        """Begin the penalty of a 429; gives its seconds.

        One that does not say which group it is of comes from another limit, such as that of the account or of our
        address, and silences all (platform documentation of rate limits).
        """
        said = _number(headers.get("retry-after"))
        seconds = penalty(said, self._usual_penalty) * self.chance.uniform(1.0, 1.05)
        is_of_group = any(name.startswith("x-rate-limit") for name in headers)
        for each in {group, _named_group(headers) or group} if is_of_group else set(Group):
            self.limits[each].refused(self.clock.running(), seconds)
        return seconds

    def _refuse(self, request: Request, answer: Answer) -> NoReturn:
        after = _number(answer.headers.get("retry-after"))
        if answer.status == 429:
            after = self._silence(request.group, answer.headers)
        if answer.status // 100 == 3:
            raise Unreachable(
                f"{self.server} sends us elsewhere (HTTP {answer.status}), which RingCentral does not",
                "Check the address.",
            )
        error = refusal(answer.status, wire.decode_any(answer.body), after)
        code = error.code if isinstance(error, ApiError | PermissionMissing) else ""
        log.warning("%s %s: %s %s", request.method, request.path, answer.status, code)
        raise error


def _named_group(headers: Mapping[str, str]) -> Group | None:
    named = headers.get("x-rate-limit-group", "").lower()
    return Group(named) if named in set(Group) else None


def _http_date(value: str | None) -> float | None:
    if not value:
        return None
    try:
        return email.utils.parsedate_to_datetime(value).timestamp()
    except (ValueError, OverflowError):
        return None


def _number(value: str | None) -> float | None:
    try:
        return None if value is None else max(0.0, min(float(value), 86400.0))
    except ValueError:
        return None
