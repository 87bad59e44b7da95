"""One PubNub client listening to one channel: the pubnub library, with its traps designed around.

Seen in trials of pubnub 10.8 against a local server, and what is done about each:

- The default event engine delivers twice after a fault, and gives up after six tries: the legacy manager is used.
- An answer without `t`, or a message without one of its mandatory fields, kills the poll without a word: every answer
  is checked before the library sees it. A bad answer becomes an ordinary failure; a bad message is taken out and told.
- A listener that raises ends all delivery: ours only puts into a queue, inside a try.
- Its decryption hashes keys and cannot do ECB: no key is given to it.
- A poll waits for minutes without a byte, on a connection that may be dead without a word: the system asks for it.
- A request that is cancelled gives an error instead of ending its task: our tasks never wait for one directly. For the
  same reason a client that is stopped between two tries would go on trying for ever: once stopped, it sends nothing.
- It retries for ever only when told so, and announces "reconnected" before it has tried: what it announces is not
  listened to. Whether the poll stands is read from the requests themselves.
- A client that has ended stays in memory until Python's garbage collector comes by, for minutes in a program of this
  size, and each reads the certificates anew (18 ms and 1 MB): all clients share one reading of them.
"""

import asyncio
import logging
import socket
import ssl
import warnings
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from tui.clock import Clock
from tui.ringcentral.network import proxy_for, trusted

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from pubnub.callbacks import SubscribeCallback
    from pubnub.enums import PNReconnectionPolicy
    from pubnub.pnconfiguration import PNConfiguration
    from pubnub.pubnub_asyncio import AsyncioSubscriptionManager, PubNubAsyncio
    from pubnub.request_handlers.async_httpx import AsyncHttpxRequestHandler, PubNubAsyncHTTPTransport

log = logging.getLogger(__name__)

DEFAULT_ORIGIN = "ringcentral.pubnubapi.com"
"""Where the platform's PubNub messages come from (read in the platform's own SDK)."""
RETRY_AFTER = 1
"""Seconds from which the library's own waits between tries grow."""
RETRY_CAP = 15
"""Seconds at which they stop growing."""
FULL_QUEUE = 100
"""Messages PubNub keeps for a channel: an answer with so many may have lost older ones, and does not say so."""
MANDATORY = ("c", "d", "f", "k", "p")
"""Fields without which the library fails on a message (read in its code)."""
_KEEP_ALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)] + [
    (socket.IPPROTO_TCP, getattr(socket, name), value)
    for name, value in {"TCP_KEEPIDLE": 20, "TCP_KEEPALIVE": 20, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}.items()
    if hasattr(socket, name)
]
"""The system asks after 20 silent seconds whether the other end is there; Linux and macOS name it apart."""
BETWEEN_POLLS = 3.0
"""Seconds without any poll under way in which the poll still counts as standing: the next one begins at once."""
APART = 0.02
"""Seconds from the beginning of one poll to that of the next, at least. While much happens an answer then brings what
came meanwhile, for a request costs more of the processor's time than many events do."""
SETTLED_AFTER = 1.5
"""Seconds a poll must be under way after a failed one before it counts as standing."""


class Hearer(Protocol):
    """Who is told; called inside the pubnub library, so neither may raise or wait."""

    def hear_message(self, payload: object, received: float) -> None:
        """A message as it came, a base64 text where it is encrypted, else JSON; and when, in server time."""

    def hear_trouble(self, reason: str, *, lasting: bool) -> None:
        """Something after which messages may be missing; `lasting` says that the poll does not stand now."""


class BadAnswer(ValueError):
    """An answer of PubNub's that the library would die of."""


class LongPoll:
    """Listens to a channel until it is stopped.

    Args:
        origin: Host and port of PubNub.
        secure: Whether TLS is spoken; off only for a box on this machine.
        subscriber_key: The key that may listen.
        channel: What to listen to.
        hearer: Is told everything, in order.
        clock: Server time.
        trust: The certificates that are trusted; None for the usual ones.
    """

    def __init__(
        self,
        origin: str,
        subscriber_key: str,
        channel: str,
        hearer: Hearer,
        clock: Clock,
        *,
        secure: bool = True,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self.channel = channel
        self._hearer = hearer
        self._clock = clock
        self._began: list[float] = []
        self._began_at = float("-inf")
        self._ended_at = clock.running()
        self._failed = False
        self.is_stopped = False
        self.connected = asyncio.Event()
        self._client = PubNubAsyncio(
            _configuration(origin, subscriber_key, secure=secure),
            subscription_manager=AsyncioSubscriptionManager,
            custom_request_handler=_checking(
                self, trust or trusted(), proxy_for(f"{'https' if secure else 'http'}://{origin}")
            ),
        )
        self._client.add_listener(_Listener(self))

    def start(self) -> None:
        """Begin to listen; `connected` is set when the first poll was answered and nothing can be missed."""
        self._client.subscribe().channels([self.channel]).execute()

    @property
    def stands(self) -> bool:
        """Whether a poll is under way, or one ended well just now."""
        now = self._clock.running()
        if not self.connected.is_set():
            return False
        if self._failed:
            return any(now - began >= SETTLED_AFTER for began in self._began)
        return bool(self._began) or now - self._ended_at < BETWEEN_POLLS

    async def origin_answers(self) -> bool:
        """Whether PubNub answers a question for the time."""
        asking = asyncio.ensure_future(self._client.time().future())
        try:
            await asyncio.wait((asking,))
            return not asking.result().is_error()
        finally:
            asking.cancel()

    async def stop(self) -> None:
        """Listen no more."""
        self.is_stopped = True
        await self._client.stop()

    async def keep_apart(self) -> None:
        """Wait before a poll, if the last one began just now."""
        await asyncio.sleep(max(0.0, self._began_at + APART - self._clock.running()))

    async def polled(self, request: Awaitable[object]) -> object:
        """Watch one request of the library's for a poll, and check its answer."""
        began = self._began_at = self._clock.running()
        self._began.append(began)
        try:
            envelope = await request
            result = self.checked(getattr(envelope, "result", None))
        except Exception as error:
            self._failed = True
            log.warning("a poll of PubNub failed: %s", type(error).__name__)
            self._trouble("no answer from PubNub", lasting=True)
            raise
        finally:
            self._began.remove(began)
            self._ended_at = self._clock.running()
        self._failed = False
        self.connected.set()
        setattr(envelope, "result", result)  # noqa: B010 - the envelope has no type that knows the attribute
        return envelope

    def checked(self, answer: object) -> Mapping[str, object]:
        """An answer to a poll that the library can live with.

        Raises:
            BadAnswer: It cannot be mended.
        """
        fields = answer if isinstance(answer, dict) else {}
        token = fields.get("t")
        token = token if isinstance(token, dict) else {}
        if not str(token.get("t", "")).isdecimal() or not str(token.get("r", "")).isdecimal():
            raise BadAnswer("an answer without a time token")
        listed = fields.get("m", [])
        messages = listed if isinstance(listed, list) else []
        good = [message for message in messages if _is_whole(message, self.channel)]
        if len(good) < len(messages) or not isinstance(listed, list):
            self._trouble("PubNub sent a message that cannot be read", lasting=False)
        if len(messages) >= FULL_QUEUE:
            self._trouble("PubNub's queue was full", lasting=False)
        return {"t": token, "m": good}

    def hear_message(self, channel: object, payload: object) -> None:
        """The library delivers a message."""
        if channel == self.channel and not self.is_stopped:
            self._hearer.hear_message(payload, self._clock.now())

    def _trouble(self, reason: str, *, lasting: bool) -> None:
        if not self.is_stopped:
            self._hearer.hear_trouble(reason, lasting=lasting)


class _Listener(SubscribeCallback):
    def __init__(self, poll: LongPoll) -> None:
        self._poll = poll

    def status(self, pubnub: object, status: object) -> None:
        """What the library believes of its connection; see the module's docstring."""

    def message(self, pubnub: object, message: object) -> None:
        try:
            self._poll.hear_message(getattr(message, "channel", None), getattr(message, "message", None))
        except Exception:
            log.exception("a message of PubNub's could not be told")

    def presence(self, pubnub: object, presence: object) -> None:
        """Presence of PubNub's own clients; RingCentral does not use it."""


def _configuration(origin: str, subscriber_key: str, *, secure: bool) -> PNConfiguration:
    configuration = PNConfiguration()
    configuration.disable_config_locking = False  # the library warns of the other way
    configuration.subscribe_key = subscriber_key
    configuration.uuid = "ringwall"
    configuration.origin = origin
    configuration.ssl = secure
    configuration.suppress_leave_events = True
    configuration.reconnect_policy = PNReconnectionPolicy.EXPONENTIAL
    configuration.reconnection_interval = RETRY_AFTER
    configuration.maximum_reconnection_interval = RETRY_CAP
    configuration.maximum_reconnection_retries = -1
    return configuration


def _checking(poll: LongPoll, trust: ssl.SSLContext, proxy: str | None) -> type[AsyncHttpxRequestHandler]:
    """The library's own way to send requests, with our check on what comes back from a poll."""

    class CheckingRequestHandler(AsyncHttpxRequestHandler):
        def __init__(self, pubnub: object) -> None:
            # In place of the library's own, which shares no certificates, keeps no connection alive and knows no proxy.
            # It speaks HTTP/2, which is of no use to one poll at a time.
            self.pubnub = pubnub
            self._connector = PubNubAsyncHTTPTransport(verify=trust, socket_options=_KEEP_ALIVE, proxy=proxy)

        async def async_request(self, options_func: Callable[[], object], cancellation_event: object) -> object:
            is_poll = str(getattr(options_func(), "path", "")).startswith("/v2/subscribe")
            if is_poll:
                await poll.keep_apart()
            if poll.is_stopped:
                raise asyncio.CancelledError  # the one error after which the library does not try again
            if not is_poll:
                return await super().async_request(options_func, cancellation_event)
            return await poll.polled(super().async_request(options_func, cancellation_event))

    return CheckingRequestHandler


def _is_whole(message: object, channel: str) -> bool:
    """Whether the library can live with a message: all mandatory fields, our channel, and an ordinary type."""
    if not isinstance(message, dict) or any(field not in message for field in MANDATORY):
        return False
    published = message["p"]
    times = (published.get("t"), published.get("r")) if isinstance(published, dict) else (None, None)
    is_published = all(str(time).isdecimal() for time in times)
    return is_published and message["c"] == channel and message.get("e") in (None, 0)
