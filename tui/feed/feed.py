"""The Feed: keeps one Board true, or says that it is not.

Four loops, and nothing else, move it: one holds the link (log in, subscribe, listen, and again), one reads what is in
doubt, one looks at the clock, one reads the directory now and then. They share the state of `machine`; what they learn
goes to the Board, and what changes there goes to the listeners, in order.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import aclosing
from dataclasses import replace

from tui.clock import Clock
from tui.errors import LoginRefused, PermissionMissing, RingwallError, TryAgain
from tui.feed.link import FeedEvent, Gap, Link, LinkState, Subscription
from tui.feed.losses import Losses
from tui.feed.machine import LISTENING, Input, delays, moved
from tui.feed.ports import DEFAULT_WAITS, Directory, Listeners, Login, Waits
from tui.feed.reading import Reading
from tui.presence.board import Board, By
from tui.presence.extension import Extension
from tui.presence.notification import MessageNews, Notification
from tui.ringcentral.push import transport as push
from tui.ringcentral.push.transport import Transport

log = logging.getLogger(__name__)

TICK = 1.0
"""Seconds between looks at the clock, at most: ages, reconciliation, sleep."""
TICKS = 10
"""Looks at the clock within `confirm_after`, at least."""
SLEPT = 3.0
"""Seconds by which the clocks must part between two looks for the machine to have slept."""
LEAVE_WITHIN = 2.5
"""Seconds that leaving may take."""


class Feed:
    """One board of the chosen extensions, and the link that keeps it true.

    Args:
        login: Makes sure of the login, and tells when a refused one is worth another try.
        transport: How the platform pushes.
        reading: How presences are read.
        clock: Server time.
        chance: Gives the jitter of every wait.
        waits: How long to wait for what.
        directory: Reads the directory, so that who is renamed, deleted or brought back while running is seen.

    Attributes:
        board: What is known of the chosen extensions.
        link: The link now.
        subscription: The subscription that the link stands on; None before the first.
    """

    def __init__(
        self,
        login: Login,
        transport: Transport,
        reading: Callable[[Board], Reading],
        clock: Clock,
        chance: random.Random,
        waits: Waits = DEFAULT_WAITS,
        directory: Directory | None = None,
    ) -> None:
        self.board = Board(waits.confirm_after)
        self.clock = clock
        self.link = LinkState(Link.AUTHORISING, clock.now())
        self.subscription: Subscription | None = None
        self._login = login
        self._insists = False
        self._transport = transport
        self._reading = reading(self.board)
        self._chance = chance
        self._waits = waits
        self._directory = directory
        self._listeners = Listeners()
        self._tell = self._listeners.tell
        self._losses = Losses()
        self._refused_filters: dict[str, str] = {}
        self._doubted_since: float | None = None
        self._doubt_reason = ""
        self._in_doubt_at = self._reconciled_at = clock.now()
        self._stands = False
        self._was_live = False
        self._read_now = asyncio.Event()
        self._chosen_anew = asyncio.Event()
        self._opened = asyncio.Event()
        self._directory_differs = asyncio.Event()
        self._wake = asyncio.Event()
        self._interrupted = asyncio.Event()
        self._leaving = asyncio.Event()
        self._left = asyncio.Event()

    # What people and programs ask for

    def subscribe(self, listener: Callable[[FeedEvent], None]) -> Callable[[], None]:
        """Tell a listener of everything from now on; it must only put it into a queue. Gives the way to stop it."""
        return self._listeners.add(listener)

    def choose(self, extensions: Sequence[Extension]) -> None:
        """Watch exactly these from now on; the living subscription follows."""
        before = set(self.board.ids)
        self._tell(*self.board.choose(extensions, self.clock.now()))
        if set(self.board.ids) != before:
            self._chosen_anew.set()

    def reread(self) -> None:
        """Read all again now; while the link is down, try it now."""
        if self.link.link in LISTENING:
            self._doubt(self.clock.now(), "asked for", stands=self._stands)
        else:
            self._insists = True
        self._wake.set()

    async def run(self) -> None:
        """Keep the board true until `close`. An exception other than a cancellation is a fault of ours."""
        try:
            async with asyncio.TaskGroup() as loops:
                tasks = [
                    loops.create_task(loop(), name=name)
                    for name, loop in (
                        ("link", self._keep_link),
                        ("reads", self._keep_read),
                        ("ticks", self._tick),
                        ("directory", self._keep_directory),
                    )
                ]
                await self._leaving.wait()
                for task in tasks:
                    task.cancel()
        finally:
            self._move(Input.LEFT)
            self._left.set()

    async def close(self) -> None:
        """Leave: end `run`, and delete the subscription if that takes no longer than about two seconds."""
        if self._leaving.is_set():
            return
        self._leaving.set()
        try:
            async with asyncio.timeout(LEAVE_WITHIN):
                await self._left.wait()
        except TimeoutError:
            log.warning("leaving took too long; the subscription will end by itself")

    # The link

    async def _keep_link(self) -> None:
        waits = self._fresh_delays()
        while True:
            after = 0.0
            try:
                reason, happened = await self._connect_once(), Input.LOST
            except RingwallError as error:
                # A permission that is missing may come back any minute; a refused login needs a person.
                is_refused = isinstance(error, LoginRefused) and not isinstance(error, PermissionMissing)
                reason, happened = str(error), Input.REFUSED if is_refused else Input.LOST
                after = (error.after or 0.0) if isinstance(error, TryAgain | LoginRefused) else 0.0
            if self._was_live:
                waits = self._fresh_delays()
                self._was_live = False
            self._out_of_step(self._proof_or(self.clock.now()), reason)
            retry_at = self.clock.now() + max(after, next(waits))
            self._move(happened, reason=reason, retry_at=retry_at)
            noticing = asyncio.create_task(self._notice_login(), name="login")
            try:
                await self._wait(retry_at, self._wake)
            finally:
                noticing.cancel()
            self._move(Input.RETRIED)

    def _fresh_delays(self) -> Iterator[float]:
        return delays(self._chance, cap=self._waits.retry_cap)

    async def _notice_login(self) -> None:
        """A refused login is tried again as soon as there is another one."""
        if self.link.link is Link.REFUSED:
            await self._login.changed()
            self._wake.set()

    async def _wait(self, until: float, wake: asyncio.Event) -> None:
        """Wait for a moment of server time, or until woken."""
        wake.clear()
        asleep = asyncio.ensure_future(self.clock.sleep_until(until))
        awake = asyncio.ensure_future(wake.wait())
        try:
            await asyncio.wait((asleep, awake), return_when=asyncio.FIRST_COMPLETED)
        finally:
            asleep.cancel()
            awake.cancel()

    async def _connect_once(self) -> str:
        """Log in, subscribe and listen until the link is lost; gives the reason."""
        insist, self._insists = self._insists, False
        await self._login.log_in(insist=insist)
        self._move(Input.AUTHORISED)
        while not self.board.ids:
            await self._chosen_anew.wait()
            self._chosen_anew.clear()
        work = [
            asyncio.create_task(self._listen(), name="listen"),
            asyncio.create_task(self._follow_choice(), name="choice"),
            asyncio.create_task(self._interruption(), name="interruption"),
        ]
        try:
            done, _ = await asyncio.wait(work, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for task in work:
                task.cancel()
            await asyncio.gather(*work, return_exceptions=True)

    async def _listen(self) -> str:
        self._opened.clear()
        self._chosen_anew.clear()
        async with aclosing(self._transport.open(self.board.ids)) as stream:
            async for event in stream:
                if isinstance(event, push.Closed):
                    return event.reason
                self._take(event)
        return "the stream ended"

    async def _interruption(self) -> str:
        self._interrupted.clear()
        await self._interrupted.wait()
        return self._doubt_reason

    async def _follow_choice(self) -> str:
        """Let the living subscription follow the choice, for as long as it lives."""
        await self._opened.wait()
        while True:
            await self._chosen_anew.wait()
            self._chosen_anew.clear()
            if self.board.ids:
                await self._transport.replace(self.board.ids)
                self._read_now.set()

    def _take(self, event: push.Event) -> None:
        match event:
            case push.Delivered(notification, received):
                self._deliver(notification, received)
            case push.ProofOfLife(at):
                self._prove(at)
            case push.Gap(since, reason, undecodable):
                self.board.counts.undecodable += undecodable
                self._doubt(since, reason)
            case push.Renewed(expires_at) if self.subscription is not None:
                self.subscription = replace(
                    self.subscription, expires_at=expires_at, renewals=self.subscription.renewals + 1
                )
            case push.Refused(extensions):
                self._refused_filters = extensions
                self._apply_refusals()
                if words := event.missing_permission(self.board.ids):
                    raise PermissionMissing(words)
            case push.Opened(transport, subscription_id, expires_at):
                self.subscription = Subscription(subscription_id, expires_at)
                self._opened.set()
                self.board.forget_sequences()
                self._in_doubt_at = self.clock.now()
                self.board.doubt(self._in_doubt_at)
                self._move(Input.OPENED, transport=transport)
                self._prove(self.clock.now())
                self._read_now.set()
                self._wake.set()

    def _deliver(self, notification: Notification, received: float) -> None:
        if isinstance(notification, MessageNews):
            self._tell(notification)
            return
        self._losses.clear(notification)
        change = self.board.apply(notification, received)
        if change is not None:
            self._tell(change)
        entry = self.board.get(notification.extension_id)
        if entry is not None and entry.needs_reading and self.link.link is Link.LIVE:
            self._read_now.set()
        self.link = replace(self.link, proof_at=received)

    def _prove(self, at: float) -> None:
        self.link = replace(self.link, proof_at=at)
        self._stands = True
        if self.link.link is Link.LIVE:
            self.board.prove(at)
        elif self.link.link is Link.DOUBTFUL:
            self._read_now.set()

    def _doubt(self, since: float, reason: str, *, stands: bool = False) -> None:
        """Something may have been missed since then; `stands` tells whether the link works all the same."""
        self._stands = stands
        self._out_of_step(since, reason)
        self._in_doubt_at = self.clock.now()
        self.board.doubt(self._in_doubt_at, since)
        self._move(Input.DOUBTED, reason=reason)
        if stands:
            self._read_now.set()

    def _out_of_step(self, since: float, reason: str) -> None:
        """From then on the board may differ from the platform; remembered until it is in step again."""
        if self._doubted_since is None:
            self._doubted_since, self._doubt_reason = since, reason

    def _proof_or(self, otherwise: float) -> float:
        return otherwise if self.link.proof_at is None else self.link.proof_at

    # Reading

    async def _keep_read(self) -> None:
        """Read what is in doubt, a little while after it came into doubt, so that several doubts make one read."""
        waits = delays(self._chance, cap=self._waits.retry_cap)
        while True:
            await self._read_now.wait()
            self._read_now.clear()
            if self.link.link not in LISTENING or not self._stands:
                continue
            try:
                ids = {*self.board.doubtful, *self.board.unread_since(self._in_doubt_at)}
                await self._read(sorted(ids), background=False, by=By.SNAPSHOT)
            except RingwallError as error:
                if isinstance(error, LoginRefused) and not isinstance(error, PermissionMissing):
                    self._interrupt(str(error))
                await self._retry_read(str(error), max(next(waits), getattr(error, "after", None) or 0.0))
                continue
            waits = delays(self._chance, cap=self._waits.retry_cap)
            self._note_synced()
            await asyncio.sleep(self._reading.pause)
            if self.board.doubtful:
                self._read_now.set()

    async def _retry_read(self, reason: str, wait: float) -> None:
        retry_at = self.clock.now() + wait
        if self.link.link in LISTENING:
            self._out_of_step(self._proof_or(self.clock.now()), reason)
            self._move(Input.DOUBTED, reason=reason, retry_at=retry_at)
        await self._wait(retry_at, self._wake)
        self._read_now.set()

    async def _read(self, ids: Sequence[str], *, background: bool, by: By) -> None:
        refused = set(self._reading.refused)
        async for changes in self._reading.read(ids, by=by, background=background):
            self._tell(*changes)
            self._losses.suspect(changes, self._reconciled_at)
        self._apply_refusals()
        if refused != set(self._reading.refused):
            self._directory_differs.set()

    def _apply_refusals(self) -> None:
        self._tell(*self.board.refuse({**self._reading.refused, **self._refused_filters}, self.clock.now()))
        if self.board.doubtful and self.link.link is Link.LIVE:
            self._read_now.set()

    def _note_synced(self) -> None:
        """After a read: where all was read since it came into doubt and the link stands, the board is in step again.

        What single events have put in doubt meanwhile is read in its turn, and keeps nothing else waiting.
        """
        if not self._stands or self.board.unread_since(self._in_doubt_at):
            return
        now = self.clock.now()
        if self._move(Input.SYNCED):
            self._was_live = True
            self._reconciled_at = max(self._reconciled_at, self._in_doubt_at)
            self.board.prove(self._proof_or(now))
        if self._doubted_since is not None:
            self._tell(Gap(self._doubted_since, now, self._doubt_reason, "snapshot"))
            self._doubted_since = None

    # The clock

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        apart = self.clock.running() - loop.time()
        async with asyncio.TaskGroup() as group:
            reconciling: asyncio.Task[None] | None = None
            while True:
                await asyncio.sleep(min(TICK, self._waits.confirm_after / TICKS))
                self._tell(*self.board.age(self.clock.now()))
                if loss := self._losses.found(self.clock.now()):
                    self._tell(loss)
                before, apart = apart, self.clock.running() - loop.time()
                if apart - before > SLEPT:
                    self._interrupt("the machine slept")
                elif self._is_silent:
                    self._doubt(self._proof_or(self.clock.now()), "nothing was heard of the link")
                if self._reconciliation_is_due and (reconciling is None or reconciling.done()):
                    reconciling = group.create_task(self._reconcile(), name="reconcile")

    @property
    def _is_silent(self) -> bool:
        now = self.clock.now()
        return self.link.link is Link.LIVE and now - self._proof_or(now) > self._waits.confirm_after

    @property
    def reconcile_period(self) -> float:
        """Seconds between two reads of everything: what is configured, or more where the rate budget is short."""
        return max(self._waits.reconcile_every, self._reading.least_period)

    @property
    def _reconciliation_is_due(self) -> bool:
        return self.link.link is Link.LIVE and self.clock.now() - self._reconciled_at >= self.reconcile_period

    async def _reconcile(self) -> None:
        """Read all, to repair what was lost in silence. Where that fails, all that was so lost may still be shown."""
        began = self.clock.now()
        try:
            await self._read(self.board.ids, background=True, by=By.RECONCILE)
        except RingwallError as error:
            self._doubt(began, str(error), stands=self._stands)
        else:
            self._reconciled_at = began

    # The directory

    async def _keep_directory(self) -> None:
        """Read the directory now and then, and where reads tell that it differs; names and types follow it."""
        if self._directory is None:
            return
        while True:
            if not self._directory_differs.is_set():
                every = self._waits.directory_every * self._chance.uniform(0.8, 1.0)
                await self._wait(self.clock.now() + every, self._directory_differs)
            self._directory_differs.clear()
            try:
                known = await self._directory()
            except RingwallError as error:
                log.info("reading the directory again: %s", error)
                continue
            extensions = [known.get(entry.id, entry.extension) for entry in self.board]
            self._tell(*self.board.choose(extensions, self.clock.now()))

    def _interrupt(self, reason: str) -> None:
        """Open the link anew."""
        log.info("the link is opened anew: %s", reason)
        self._out_of_step(self._proof_or(self.clock.now()), reason)
        self._interrupted.set()

    # Telling

    def _move(self, happened: Input, *, reason: str = "", retry_at: float | None = None, transport: str = "") -> bool:
        """Make a move of the machine and tell of it; False where the table has none, or nothing new is to be told."""
        new = moved(self.link, happened, self.clock.now(), reason=reason, retry_at=retry_at, transport=transport)
        if new is None:
            return False
        self.link = new
        log.info("link: %s %s", new.link, new.reason)
        self._tell(new)
        return True
