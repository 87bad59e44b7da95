"""The transport that the platform grants: the first of several that opens.

A platform that answers a request to subscribe with a refusal of its own (any 4xx) does not grant that transport any
more, and the next one takes its place; what is no answer to the question (the login, a limit, a fault, no network)
leaves it to be tried again. What was learned is remembered, so that the next start does not ask in vain; after a while
it is asked again, for platforms change.
"""

import logging
from collections.abc import AsyncGenerator, Sequence
from pathlib import Path
from typing import Protocol

import msgspec

from tui.clock import Clock
from tui.errors import PermissionMissing, RingwallError
from tui.files import read_private, write_private
from tui.ringcentral.push.transport import Event, Transport
from tui.ringcentral.refusals import ApiError, Unauthorised
from tui.ringcentral.session import NEEDED, WANTED

log = logging.getLogger(__name__)

NO_WORD_AGAINST = frozenset({"SUB-402", "SUB-403", "SUB-404", "SUB-405", "SUB-406", "SUB-407", "SUB-408", "SUB-505"})
"""Codes that say nothing against a transport: all who are chosen may not be watched, or there are as many subscriptions
as the platform allows (its documentation of error codes)."""
OF_THE_CHOICE = frozenset({"SUB-508"})
"""Codes that deny a transport for what is asked for now, such as too many filters: the next start may ask for less."""
REMEMBERED = 7 * 86400.0
"""Seconds after which a transport that was refused is asked for again."""


class Memory(Protocol):
    """Which transports the platform has refused lately."""

    def refused(self, at: float) -> set[str]:
        """Their names.

        Args:
            at: Server time.
        """

    def refuse(self, transport: str, at: float) -> None:
        """The platform does not grant this one."""


class AutoTransport:
    """Opens the first of some transports that the platform grants.

    Args:
        transports: In the order in which they are wanted; the last one is tried whatever is remembered of it. A single
            one is what the configuration names.
        memory: Which were refused.
        clock: Server time.
    """

    def __init__(self, transports: Sequence[Transport], memory: Memory, clock: Clock) -> None:
        self._transports = transports
        self._memory = memory
        self._clock = clock
        self._open = transports[0]

    @property
    def name(self) -> str:
        """The name of the one in use."""
        return self._open.name

    async def open(self, extension_ids: Sequence[str]) -> AsyncGenerator[Event, None]:
        """Open the first that the platform grants, and tell what it tells; see `Transport.open`."""
        *others, last = self._transports
        refused = self._memory.refused(self._clock.now())
        for transport in (*(one for one in others if one.name not in refused), last):
            self._open = transport
            is_open = False
            stream = transport.open(extension_ids)
            try:
                async for event in stream:
                    is_open = True
                    yield event
                return
            except RingwallError as error:
                if is_open or not denies(error):
                    raise
                if transport is last:
                    raise last_refusal(transport.name, error) from error
                log.warning("%s is not granted: %s", transport.name, error)
                if not (isinstance(error, ApiError) and error.code in OF_THE_CHOICE):
                    self._memory.refuse(transport.name, self._clock.now())
            finally:
                await stream.aclose()

    async def replace(self, extension_ids: Sequence[str]) -> None:
        """Tell of exactly these extensions from now on; see `Transport.replace`."""
        await self._open.replace(extension_ids)


def denies(error: RingwallError) -> bool:
    """Whether a refusal says that the platform does not grant a transport, rather than "not now"."""
    if isinstance(error, PermissionMissing):
        # The permission to be told at all; what is to be told of needs others, which are missing on every transport.
        return error.code != "CMN-408" and not any(name in str(error) for name in (*NEEDED, *WANTED))
    return isinstance(error, ApiError) and not isinstance(error, Unauthorised) and error.code not in NO_WORD_AGAINST


def last_refusal(transport: str, error: RingwallError) -> RingwallError:
    """What it means that no other takes the place of a transport that is not granted.

    The platform's own words for it name a parameter that nobody at a wall has ever seen.
    """
    if not isinstance(error, ApiError):
        return error
    code = error.code or f"HTTP {error.status}"
    words = f'transport = "{transport}" is refused ({code}); try "auto"'
    return ApiError(words, error.status, error.code, error.error)


class TransportFile:
    """The memory in a file of its own. Without it each start asks anew, so a disk that takes nothing is only logged.

    Args:
        path: Where it lies.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._refused: dict[str, float] | None = None

    def refused(self, at: float) -> set[str]:
        """See `Memory.refused`."""
        return {transport for transport, then in self._known().items() if 0 <= at - then < REMEMBERED}

    def refuse(self, transport: str, at: float) -> None:
        """See `Memory.refuse`."""
        known = self._known()
        known[transport] = at
        try:
            write_private(self._path, msgspec.json.encode(known))
        except RingwallError as error:
            log.warning("the refused transport is asked for again at the next start: %s", error)

    def _known(self) -> dict[str, float]:
        if self._refused is None:
            try:
                content = read_private(self._path)
                self._refused = msgspec.json.decode(content, type=dict[str, float]) if content else {}
            except (msgspec.DecodeError, RingwallError) as error:
                log.warning("what was learned of transports cannot be read: %s", error)
                self._refused = {}
        return self._refused
