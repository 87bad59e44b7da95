"""An open subscription over PubNub: listened to, renewed, looked at, and proven to be alive.

Proof of life (every `proof_every` seconds): the long poll stands, PubNub's origin answers a question for the time, and
the subscription has not expired and was seen alive (by a look, a renewal, or an event) within the time of two looks.
A subscription that turns out to be dead, or to have moved to another channel, proves nothing since it was last seen.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.clock import Clock
from tui.errors import LoginRefused, RingwallError
from tui.ringcentral import wire
from tui.ringcentral.push.cipher import plain
from tui.ringcentral.push.subscription import Subscription, Subscriptions
from tui.ringcentral.push.transport import Closed, Delivered, Event, Gap, ProofOfLife, Refused, Renewed
from tui.ringcentral.refusals import NotFound

if TYPE_CHECKING:
    from tui.ringcentral.push.longpoll import Hearer, LongPoll

OLD_CHANNEL_KEPT = 5.0
"""Seconds for which the old channel is still listened to after a renewal has given another."""
QUEUE = 10_000
"""Notifications that wait for the Feed, at most; it takes one in well under a millisecond."""
KEYS_KEPT = 3
"""Keys that messages are tried with, the newest first: what is under way when the key changes has the old one."""
STEP = 1.0
"""Seconds between looks at the clock: sleeping in steps notices a machine that slept."""

Connect = Callable[[Subscription, "Hearer"], Awaitable["LongPoll"]]


@dataclass(frozen=True, slots=True)
class Waits:
    """The transport's own waits, in seconds.

    Attributes:
        renew_before: Before its end the subscription is renewed, about so long.
        proof_every: Between two proofs that the link works.
        look_every: Between two looks at the subscription.
        dead_after: Without a sign of PubNub after which all is opened anew: a connection can be dead and not know it.
    """

    renew_before: float = 90.0
    proof_every: float = 20.0
    look_every: float = 30.0
    dead_after: float = 30.0


DEFAULT_WAITS = Waits()


class Stream:
    """One open subscription: its tasks put events into a queue, `events` gives them.

    Args:
        subscription: What was subscribed to.
        extension_ids: The extensions that it was asked to tell of.
        subscriptions: The calls on subscriptions.
        connect: Gives a long poll that is connected; raises Unreachable where PubNub does not answer.
        clock: Server time.
        chance: Gives the jitter of waits.
        waits: How long to wait for what.
    """

    def __init__(
        self,
        subscription: Subscription,
        extension_ids: list[str],
        subscriptions: Subscriptions,
        connect: Connect,
        clock: Clock,
        chance: random.Random,
        waits: Waits,
    ) -> None:
        self.subscription = subscription
        self._ids = extension_ids
        self._subscriptions = subscriptions
        self._connect = connect
        self._clock = clock
        self._chance = chance
        self._waits = waits
        self._keys = [subscription.encryption_key]
        self._poll: LongPoll | None = None
        self._queue: asyncio.Queue[Event | BaseException] = asyncio.Queue()
        self._lost_since: float | None = None
        self._proven_at = self._seen_at = clock.now()
        self._in_trouble = False
        self._unseen_because = "the subscription was not seen alive"
        self._taking_over = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen(self) -> None:
        """Connect to the channel; from then on nothing is missed."""
        self._poll = await self._connect(self.subscription, self)

    def start(self) -> None:
        """Begin to keep the subscription alive, and to prove that all works."""
        self._spawn(self._renew())
        self._spawn(self._keep_looking())
        self._spawn(self._prove())

    async def events(self) -> AsyncIterator[Event]:
        """All that happens, until the subscription has ended; raises what ended one of the tasks."""
        while True:
            event = await self._queue.get()
            if isinstance(event, BaseException):
                raise event
            yield event
            if isinstance(event, Closed):
                return
            if self._lost_since is not None and self._queue.empty():
                yield Gap(self._lost_since, "more events than could be taken in")
                yield ProofOfLife(self._clock.now())
                self._lost_since = None

    async def stop(self) -> None:
        """End all tasks and the poll; the subscription is left."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._poll is not None:
            await self._poll.stop()

    async def replace(self, extension_ids: list[str]) -> None:
        """Tell of exactly these extensions from now on; raises RingwallError."""
        try:
            renewed = await self._subscriptions.replace(self.subscription.id, extension_ids)
        except NotFound:
            self._end()
            return
        self._ids = extension_ids
        await self._take_over(renewed)
        self._put(Renewed(renewed.expires_at))

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if task.cancelled() or (error := task.exception()) is None:
            return
        if isinstance(error, NotFound):
            self._end()
        else:
            self._queue.put_nowait(error)

    def _put(self, event: Event) -> None:
        """Tell the Feed, all but notifications that are too many."""
        if isinstance(event, Delivered) and self._queue.qsize() >= QUEUE:
            self._lost_since = self._lost_since or self._proven_at
        else:
            self._queue.put_nowait(event)

    def _end(self) -> None:
        """The subscription has ended, nobody knows when."""
        self._put(Gap(self._seen_at, "the subscription has ended"))
        self._put(Closed("the subscription has ended"))

    def hear_trouble(self, reason: str, *, lasting: bool) -> None:
        """Messages may be missing; see `longpoll.Hearer`."""
        if lasting:
            if not self._in_trouble:
                self._in_trouble = True
                self._put(Gap(self._proven_at, reason))
        else:
            self._put(Gap(self._proven_at, reason))
            self._put(ProofOfLife(self._clock.now()))

    def hear_message(self, payload: object, received: float) -> None:
        """A message has come; see `longpoll.Hearer`."""
        try:
            notification = wire.notification(plain(payload, self._keys), self._clock.ahead)
        except wire.Undecodable as error:
            self._put(Gap(received, str(error), undecodable=True))
            self._put(ProofOfLife(self._clock.now()))
            return
        if notification is not None:
            if notification.at is not None:
                self._clock.saw_event(notification.at + self._clock.ahead)
                self._seen_at = max(self._seen_at, min(notification.at, received))
            self._put(Delivered(notification, received))

    async def _renew(self) -> None:
        """Renew ahead of the end, for as long as there is time left."""
        attempt = 0
        while True:
            life = self.subscription.expires_at - self._clock.now()
            ahead = min(self._waits.renew_before * self._chance.uniform(2 / 3, 4 / 3), life / 3)
            if attempt == 0:
                await self._clock.sleep_until(self.subscription.expires_at - ahead)
            try:
                renewed = await self._subscriptions.renew(self.subscription.id, self._ids)
            except (NotFound, LoginRefused):
                raise
            except RingwallError as error:
                attempt += 1
                if self._clock.now() >= self.subscription.expires_at:
                    self._put(Gap(self._seen_at, str(error)))
                    self._put(Closed(f"the subscription could not be renewed: {error}"))
                    return
                await asyncio.sleep(min(10.0, 2.0**attempt, max(0.2, life / 4)) * self._chance.uniform(0.5, 1.0))
                continue
            attempt = 0
            await self._take_over(renewed)
            self._put(Renewed(renewed.expires_at))

    async def _take_over(self, renewed: Subscription) -> None:
        """Take every field of an answer that has changed, and lose nothing that is under way on the old channel."""
        async with self._taking_over:
            old, self.subscription = self.subscription, renewed
            seen_at, self._seen_at = self._seen_at, self._clock.now()
            self._put(Refused(renewed.refused))
            if renewed.encryption_key != old.encryption_key:
                self._keys = [renewed.encryption_key, *self._keys][:KEYS_KEPT]
            if not renewed.channel:
                return
            if (renewed.channel, renewed.subscriber_key) == (old.channel, old.subscriber_key):
                return
            gap = Gap(seen_at, "the platform changed the channel")
            self._put(gap)
            old_poll, self._poll = self._poll, await self._connect(renewed, self)
            if old_poll is not None:
                self._spawn(_stop_later(old_poll))
            # Once more, for what was read before the new channel was listened to.
            self._put(gap)
            self._put(ProofOfLife(self._clock.now()))

    async def _keep_looking(self) -> None:
        """Look at the subscription again and again; sooner after a look that failed."""
        while True:
            is_seen = self._clock.now() - self._seen_at < self._waits.look_every
            wait = self._waits.look_every if is_seen else self._waits.look_every / 4
            await self._clock.sleep_until(self._clock.now() + wait * self._chance.uniform(0.8, 1.0))
            try:
                seen = await self._subscriptions.look(self.subscription.id, self._ids)
            except (NotFound, LoginRefused):
                raise
            except RingwallError as error:
                self._unseen_because = str(error)
            else:
                await self._take_over(seen)

    async def _prove(self) -> None:
        """Prove again and again that the link works; while it does not, look more often."""
        answered_at, is_unseen = self._clock.now(), False
        while True:
            pause = min(STEP, self._waits.proof_every) if self._in_trouble else self._waits.proof_every
            await self._clock.sleep_until(self._clock.now() + pause)
            now = self._clock.now()
            poll = self._poll
            answers = poll is not None and poll.stands and await poll.origin_answers() and poll.stands
            if answers:
                answered_at = now
            is_seen = now - self._seen_at <= 2 * self._waits.look_every and now < self.subscription.expires_at
            if answers and is_seen:
                self._in_trouble = is_unseen = False
                self._proven_at = now
                self._put(ProofOfLife(now))
            elif not is_seen and not is_unseen:
                # Told beside any other trouble, for it takes back more.
                self._in_trouble = is_unseen = True
                self._put(Gap(self._seen_at, self._unseen_because))
            elif not self._in_trouble:
                self._in_trouble = True
                self._put(Gap(self._proven_at, "no answer from PubNub"))
            if self._clock.now() - answered_at > max(self._waits.dead_after, 2 * self._waits.proof_every):
                self._put(Closed("no answer from PubNub"))
                return


async def _stop_later(poll: "LongPoll") -> None:
    try:
        await asyncio.sleep(OLD_CHANNEL_KEPT)
    finally:
        await poll.stop()
