"""Push over PubNub: a subscription, and the long poll that listens to its channel."""

import asyncio
import contextlib
import random
import ssl
from collections.abc import AsyncGenerator, Sequence
from typing import TYPE_CHECKING

from tui.clock import Clock
from tui.errors import RingwallError, Unreachable
from tui.ringcentral.push.stream import DEFAULT_WAITS, Stream, Waits
from tui.ringcentral.push.subscription import Subscription, Subscriptions
from tui.ringcentral.push.transport import Event, Opened, ProofOfLife, Refused
from tui.ringcentral.refusals import NotFound
from tui.ringcentral.tokens import SubscriptionFile

if TYPE_CHECKING:
    from tui.ringcentral.push.longpoll import Hearer, LongPoll

CONNECT_WITHIN = 15.0
"""Seconds for the first poll to be answered."""
LEAVE_WITHIN = 2.0
"""Seconds that deleting the subscription may take."""


class PubNubTransport:
    """The transport over PubNub.

    Args:
        subscriptions: The calls on subscriptions.
        owned: Remembers which subscriptions are ours, so that a later run can remove what this one leaves behind.
        clock: Server time.
        chance: Gives the jitter of waits.
        waits: How long to wait for what.
        origin: Host and port of PubNub; empty for the platform's own.
        secure: Whether TLS is spoken with it.
        trust: The certificates that are trusted; None for the usual ones.
    """

    name = "pubnub"

    def __init__(
        self,
        subscriptions: Subscriptions,
        owned: SubscriptionFile,
        clock: Clock,
        chance: random.Random,
        waits: Waits = DEFAULT_WAITS,
        origin: str = "",
        *,
        secure: bool = True,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._subscriptions = subscriptions
        self._owned = owned
        self._clock = clock
        self._chance = chance
        self._waits = waits
        self._origin = origin
        self._secure = secure
        self._trust = trust
        self._stream: Stream | None = None
        self._left_behind: set[str] = set()

    async def open(self, extension_ids: Sequence[str]) -> AsyncGenerator[Event, None]:
        """Subscribe, listen, and tell what comes until the stream is closed; see `Transport.open`."""
        await self._remove_leftovers()
        subscription = await self._subscriptions.create(extension_ids)
        self._owned.add(subscription.id)
        stream = self._stream = Stream(
            subscription,
            list(extension_ids),
            self._subscriptions,
            self._connect,
            self._clock,
            self._chance,
            self._waits,
        )
        try:
            await stream.listen()
            yield Opened(self.name, subscription.id, subscription.expires_at)
            yield Refused(subscription.refused)
            yield ProofOfLife(self._clock.now())
            stream.start()
            async for event in stream.events():
                yield event
        finally:
            self._stream = None
            await stream.stop()
            await self._delete(stream.subscription.id)

    async def replace(self, extension_ids: Sequence[str]) -> None:
        """Tell of exactly these extensions from now on; see `Transport.replace`."""
        if self._stream is not None:
            await self._stream.replace(list(extension_ids))

    async def _connect(self, subscription: Subscription, hearer: "Hearer") -> "LongPoll":
        # pubnub takes 250 ms to import: not before something is to be listened to.
        from tui.ringcentral.push.longpoll import DEFAULT_ORIGIN, LongPoll

        poll = LongPoll(
            self._origin or DEFAULT_ORIGIN,
            subscription.subscriber_key,
            subscription.channel,
            hearer,
            self._clock,
            secure=self._secure,
            trust=self._trust,
        )
        poll.start()
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await poll.connected.wait()
        except BaseException as error:
            await poll.stop()
            if isinstance(error, TimeoutError):
                raise Unreachable(
                    "no answer from PubNub", f"Is {self._origin or DEFAULT_ORIGIN} open in the firewall?"
                ) from error
            raise
        return poll

    async def _remove_leftovers(self) -> None:
        """Delete what dead runs of ours left behind, and what we could not delete ourselves: few may live at a time."""
        for subscription_id in [*self._owned.leftovers(), *self._left_behind]:
            if not await self._delete(subscription_id):
                return

    async def _delete(self, subscription_id: str) -> bool:
        self._left_behind.add(subscription_id)
        with contextlib.suppress(RingwallError, TimeoutError):
            async with asyncio.timeout(LEAVE_WITHIN):
                with contextlib.suppress(NotFound):
                    await self._subscriptions.delete(subscription_id)
                self._owned.remove(subscription_id)
                self._left_behind.discard(subscription_id)
        return subscription_id not in self._left_behind
