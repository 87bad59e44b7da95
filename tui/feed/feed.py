"""The Feed: keeps one Board true, or says that it is not.

Four loops, and nothing else, move it: one holds the link (see `connecting`), one reads what is in doubt, one looks at
the clock, one reads the directory now and then. They share one `Standing`; what they learn goes to the Board, and what
changes there goes to the listeners, in order.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence

from tui.clock import Clock
from tui.errors import RingwallError
from tui.feed.connecting import Connection, needs_person
from tui.feed.link import FeedEvent, Link, LinkState, Subscription
from tui.feed.machine import LISTENING, Input, delays
from tui.feed.ports import DEFAULT_WAITS, Directory, Login, Waits
from tui.feed.reading import Reading
from tui.feed.standing import Standing
from tui.presence.board import Board, By
from tui.presence.extension import Extension
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
        self._reading = reading(self.board)
        self._standing = Standing(self.board, clock, self._reading.refused)
        self._connection = Connection(self._standing, login, transport, chance, waits)
        self._login = login
        self._chance = chance
        self._waits = waits
        self._directory = directory
        self._directory_differs = asyncio.Event()
        self._later: Callable[[Extension], bool] | None = None
        self._leaving = asyncio.Event()
        self._left = asyncio.Event()

    @property
    def link(self) -> LinkState:
        """The link now."""
        return self._standing.link

    @property
    def subscription(self) -> Subscription | None:
        """The subscription that the link stands on; None while there is none."""
        return self._connection.subscription

    # What people and programs ask for

    def subscribe(self, listener: Callable[[FeedEvent], None]) -> Callable[[], None]:
        """Tell a listener of everything from now on; it must only put it into a queue. Gives the way to stop it."""
        return self._standing.listeners.add(listener)

    def choose(self, extensions: Sequence[Extension], later: Callable[[Extension], bool] | None = None) -> None:
        """Watch exactly these from now on; the living subscription follows.

        Args:
            extensions: Whom to watch.
            later: Who is to be watched, too, once the directory lists them; None for nobody.
        """
        self._later = later
        before = set(self.board.ids)
        self._standing.tell(*self.board.choose(extensions, self.clock.now()))
        if set(self.board.ids) != before:
            self._connection.chosen_anew.set()

    def reread(self) -> None:
        """Read all again now; while the link is down, try it now."""
        if self.link.link in LISTENING:
            self._standing.doubt(self.clock.now(), "asked for", stands=self._standing.stands)
        else:
            self._connection.insists = True
        self._standing.wake.set()

    async def run(self) -> None:
        """Keep the board true until `close`. An exception other than a cancellation is a fault of ours."""
        try:
            async with asyncio.TaskGroup() as loops:
                tasks = [
                    loops.create_task(loop(), name=name)
                    for name, loop in (
                        ("link", self._connection.keep),
                        ("reads", self._keep_read),
                        ("ticks", self._tick),
                        ("directory", self._keep_directory),
                    )
                ]
                await self._leaving.wait()
                for task in tasks:
                    task.cancel()
        finally:
            self._standing.move(Input.LEFT)
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

    # Reading

    async def _keep_read(self) -> None:
        """Read what is in doubt, a little while after it came into doubt, so that several doubts make one read."""
        standing, waits = self._standing, delays(self._chance, cap=self._waits.retry_cap)
        while True:
            await standing.read_now.wait()
            standing.read_now.clear()
            if self.link.link not in LISTENING or not standing.stands:
                continue
            try:
                # Not by a name: it would be kept until the next read, half a megabyte of ten thousand.
                await self._read(self._unread(), background=False, by=By.SNAPSHOT)
            except RingwallError as error:
                if needs_person(error):
                    standing.interrupt(str(error))
                await self._retry_read(str(error), max(next(waits), getattr(error, "after", None) or 0.0))
                continue
            waits = delays(self._chance, cap=self._waits.retry_cap)
            standing.note_synced()
            await asyncio.sleep(self._reading.pause)
            if self.board.doubtful:
                standing.read_now.set()

    def _unread(self) -> list[str]:
        """The ids of all that are in doubt."""
        return sorted({*self.board.doubtful, *self.board.unread_since(self._standing.in_doubt_at)})

    async def _retry_read(self, reason: str, wait: float) -> None:
        retry_at = self.clock.now() + wait
        if self.link.link in LISTENING:
            self._standing.out_of_step(self._standing.proof_or(self.clock.now()), reason)
            self._standing.move(Input.DOUBTED, reason=reason, retry_at=retry_at)
        await self._standing.wait(retry_at, self._standing.wake)
        self._standing.read_now.set()

    async def _read(self, ids: Sequence[str], *, background: bool, by: By) -> None:
        refused = set(self._reading.refused)
        async for changes in self._reading.read(ids, by=by, background=background):
            self._standing.tell(*changes)
            if self._standing.pushes:
                self._standing.losses.suspect(changes, self._standing.reconciled_at)
        self._standing.refuse()
        if refused != set(self._reading.refused):
            self._directory_differs.set()

    # The clock

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        apart = self.clock.running() - loop.time()
        async with asyncio.TaskGroup() as group:
            reconciling: asyncio.Task[None] | None = None
            while True:
                await asyncio.sleep(min(TICK, self._waits.confirm_after / TICKS))
                self._standing.tell(*self.board.age(self.clock.now()))
                if loss := self._standing.losses.found(self.clock.now()):
                    self._standing.tell(loss)
                before, apart = apart, self.clock.running() - loop.time()
                if apart - before > SLEPT:
                    self._standing.interrupt("the machine slept")
                elif self._is_silent:
                    self._standing.doubt(self._standing.proof_or(self.clock.now()), "nothing was heard of the link")
                elif self.link.link is Link.LIVE and self._login.trouble:
                    # Events may go on, but nothing could be repaired.
                    self._standing.doubt(self._standing.proof_or(self.clock.now()), self._login.trouble)
                if self._reconciliation_is_due and (reconciling is None or reconciling.done()):
                    reconciling = group.create_task(self._reconcile(), name="reconcile")

    @property
    def _is_silent(self) -> bool:
        now = self.clock.now()
        return self.link.link is Link.LIVE and now - self._standing.proof_or(now) > self._waits.confirm_after

    @property
    def reconcile_period(self) -> float:
        """Seconds between two reads of everything: what is configured, or more where the rate budget is short."""
        return max(self._waits.reconcile_every, self._reading.least_period)

    @property
    def _reconciliation_is_due(self) -> bool:
        return self.link.link is Link.LIVE and self.clock.now() - self._standing.reconciled_at >= self.reconcile_period

    async def _reconcile(self) -> None:
        """Read all, to repair what was lost in silence. Where that fails, all that was so lost may still be shown."""
        began = self.clock.now()
        try:
            await self._read(self.board.ids, background=True, by=By.RECONCILE)
        except RingwallError as error:
            self._standing.doubt(began, str(error), stands=self._standing.stands)
        else:
            self._standing.reconciled_at = began

    # The directory

    async def _keep_directory(self) -> None:
        """Read the directory now and then, and where reads tell that it differs; the board follows it."""
        if self._directory is None:
            return
        while True:
            if not self._directory_differs.is_set():
                every = self._waits.directory_every * self._chance.uniform(0.8, 1.0)
                await self._standing.wait(self.clock.now() + every, self._directory_differs)
            self._directory_differs.clear()
            try:
                known = await self._directory()
            except RingwallError as error:
                log.info("reading the directory again: %s", error)
                continue
            extensions = [known.get(entry.id, entry.extension) for entry in self.board]
            if (later := self._later) is not None:
                extensions += [one for one in known.values() if one.id not in self.board and later(one)]
            self.choose(extensions, later)
