"""The PubNub origin: channels, timetokens and the long poll of `/v2/subscribe`.

Source: PubNub's subscribe protocol as its Python client 10.8 speaks it, and its published limit of 100 messages a
queue. A timetoken is a count of 100 ns since 1970; asking with one gives all that is newer and still in the queue.
"""

import asyncio
from collections import deque
from dataclasses import dataclass, field

Json = dict[str, object]

QUEUE = 100
"""Messages that one subscribe can still get; older ones are gone without a word."""

REGION = 12


@dataclass(slots=True)
class _Channel:
    messages: deque[tuple[int, Json]] = field(default_factory=lambda: deque(maxlen=QUEUE))
    waiting: set["asyncio.Future[None]"] = field(default_factory=set)


class Origin:
    """All channels of one subscribe key.

    Attributes:
        subscribe_key: The key that all subscriptions of the box share, as the platform's do.
    """

    def __init__(self, subscribe_key: str, idle: float) -> None:
        self.subscribe_key = subscribe_key
        self._idle = idle
        self._channels: dict[str, _Channel] = {}
        self._last = 0
        self._closed = False

    def timetoken(self, now: float) -> int:
        """A timetoken for the moment `now`, newer than every one before."""
        self._last = max(self._last + 1, int(now * 10_000_000))
        return self._last

    def publish(self, channel_name: str, payload: object, now: float) -> None:
        """Put a message into a channel's queue and wake those who wait for it."""
        channel = self._channels.setdefault(channel_name, _Channel())
        timetoken = self.timetoken(now)
        envelope = {
            "a": "4",
            "f": 0,
            "i": "simulator",
            "p": {"t": str(timetoken), "r": REGION},
            "k": self.subscribe_key,
            "c": channel_name,
            "d": payload,
            "b": channel_name,
        }
        channel.messages.append((timetoken, envelope))
        for waiter in channel.waiting:
            if not waiter.done():
                waiter.set_result(None)

    async def subscribe(self, names: list[str], since: int, now: float) -> Json:
        """What is new in some channels; waits until there is something, or for the idle time.

        Args:
            names: The channels.
            since: The timetoken to go on from; 0 gives one to begin with.
            now: The moment of asking.
        """
        if since == 0:
            return _answer(self.timetoken(now), [])
        channels = [self._channels.setdefault(name, _Channel()) for name in names]
        fresh = _newer(channels, since)
        if not fresh and not self._closed:
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            for channel in channels:
                channel.waiting.add(waiter)
            try:
                await asyncio.wait([waiter], timeout=self._idle)
            finally:
                for channel in channels:
                    channel.waiting.discard(waiter)
            fresh = _newer(channels, since)
        return _answer(fresh[-1][0] if fresh else since, [envelope for _, envelope in fresh])

    def queued(self, channel_name: str) -> int:
        """How many messages can still be had from a channel."""
        channel = self._channels.get(channel_name)
        return len(channel.messages) if channel else 0

    def forget(self, channel_name: str) -> None:
        """Drop the queue of a channel that no one publishes to any more."""
        channel = self._channels.get(channel_name)
        if channel and not channel.waiting:
            del self._channels[channel_name]

    def close(self) -> None:
        """Let go everyone who waits, now and later."""
        self._closed = True
        for channel in self._channels.values():
            for waiter in channel.waiting:
                if not waiter.done():
                    waiter.set_result(None)


def _newer(channels: list[_Channel], since: int) -> list[tuple[int, Json]]:
    messages = [message for channel in channels for message in channel.messages if message[0] > since]
    return sorted(messages, key=lambda message: message[0])[-QUEUE:]


def _answer(timetoken: int, envelopes: list[Json]) -> Json:
    return {"t": {"t": str(timetoken), "r": REGION}, "m": envelopes}
