"""No push at all: everything chosen is read again and again, as often as the rate limits allow with a reserve.

For platforms that refuse every subscription. A read is its own proof of life, and heals every loss before it.
"""

import asyncio
import random
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence

from tui.clock import Clock
from tui.errors import LoginRefused, RingwallError, TryAgain
from tui.presence.notification import PresenceNews
from tui.ringcentral import snapshot
from tui.ringcentral.limits import Group, GroupLimit
from tui.ringcentral.push.transport import Delivered, Event, Gap, Opened, ProofOfLife, Refused
from tui.ringcentral.snapshot import PresenceReader, Step

SHARE = 0.6
"""The part of a rate limit that polling may use: the rest is for people, for reconciling, and for other programs."""
SHORTEST = 1.0
"""Seconds between two rounds, at least."""
RETRY_CAP = 30.0
"""Seconds that the wait after a fault grows to."""


def period(steps: Sequence[Step], limits: Mapping[Group, GroupLimit]) -> float:
    """Seconds from one round to the next that keep within our share of the limit, as the platform has told it."""
    limit = limits[Group.HEAVY if any(step.page for step in steps) else Group.LIGHT]
    return max(SHORTEST, limit.window * len(steps) / (SHARE * limit.limit))


def quickest(ids: Sequence[str], account_size: int | None, limits: Mapping[Group, GroupLimit]) -> list[Step]:
    """The calls of a round, by the way whose rounds can follow each other soonest; see `snapshot.plans`."""
    return min(snapshot.plans(ids, account_size), key=lambda steps: (period(steps, limits), len(steps)))


class PollingTransport:
    """The transport without push.

    Args:
        reader: Makes the calls.
        account_size: How many extensions the account has, as far as is known: for the quickest way.
        limits: The rate limits of its calls.
        clock: Server time.
        chance: Gives the jitter of waits.
    """

    name = "polling"

    def __init__(
        self,
        reader: PresenceReader,
        account_size: Callable[[], int | None],
        limits: Mapping[Group, GroupLimit],
        clock: Clock,
        chance: random.Random,
    ) -> None:
        self._reader = reader
        self._account_size = account_size
        self._limits = limits
        self._clock = clock
        self._chance = chance
        self._ids: list[str] = []

    async def open(self, extension_ids: Sequence[str]) -> AsyncGenerator[Event, None]:
        """Read in rounds until the stream is closed; see `Transport.open`."""
        self._ids = list(extension_ids)
        yield Opened(self.name, pushes=False)
        proven_at = self._clock.now()
        faults = 0
        while True:
            began = self._clock.now()
            steps = quickest(self._ids, self._account_size(), self._limits)
            refused: dict[str, str] = {}
            missing = set(self._ids)
            try:
                for step in steps:
                    reading = await self._reader.read(step, background=True)
                    refused |= reading.refused
                    missing.difference_update(reading.presences, reading.refused)
                    for extension_id, presence in reading.presences.items():
                        if extension_id in self._ids:
                            yield Delivered(PresenceNews(extension_id, presence, at=reading.sent), reading.received)
                    if step is steps[-1] and step.page:
                        # Not all extensions stand on the account's pages: a round proves only whom it has read.
                        steps += snapshot.plan(sorted(missing), None)
            except LoginRefused:
                raise
            except RingwallError as error:
                if not faults:
                    yield Gap(proven_at, str(error))
                faults += 1
                after = (error.after if isinstance(error, TryAgain) else None) or 0.0
                await asyncio.sleep(max(after, min(RETRY_CAP, 2.0**faults) * self._chance.uniform(0.5, 1.0)))
                continue
            faults = 0
            proven_at = began
            yield Refused(refused)
            yield ProofOfLife(began)
            await self._clock.sleep_until(began + period(steps, self._limits) * self._chance.uniform(0.95, 1.05))

    async def replace(self, extension_ids: Sequence[str]) -> None:
        """Read exactly these from the next round on; see `Transport.replace`."""
        self._ids = list(extension_ids)
