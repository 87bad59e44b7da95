"""What a kiosk begins with, and begins with again and again: no start of it ends by itself.

Whatever stands in its way (a bad configuration, no network, no names, no time, no login) is told on the glass, beside
the last picture, and tried again. So is a fault of ours: nobody sits there who could start it anew.
"""

import asyncio
import contextlib
import logging
import os
import random
from collections.abc import Callable, Coroutine, Iterator
from contextlib import aclosing
from dataclasses import replace

from tui.clock import Clock
from tui.commands.account import Account
from tui.commands.invocation import Invocation
from tui.commands.last_picture import LastPicture, load_picture
from tui.commands.recording import recorder
from tui.config import Config, is_loopback, with_overrides
from tui.errors import BadConfig, LoginRefused, RingwallError, TryAgain, UsageError
from tui.feed.connecting import needs_person
from tui.feed.link import FeedEvent, Link, LinkState
from tui.feed.machine import delays
from tui.feed.standing import first_of
from tui.presence.board import Board
from tui.ringcentral.session import Session
from tui.screens.configured import check_filters
from tui.screens.keys import KEYS, Table
from tui.screens.rebinding import rebound

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks at the configuration and the clock."""
CONFIG_EVERY = 5.0
"""Seconds after which a configuration or a secret file that cannot be used is tried again, whether it looks mended or
not: a disk may have come, or a permission."""
A_RESTART = 300.0
"""Seconds for which states may have gone unseen and still count as going on: a restart, and no night without power."""
CLOCK_JUMP = 60.0
"""Seconds by which this machine's clock has to jump for the login to be tried at once: it has been set."""


class Standby:
    """The last picture, why there is no other yet, and the way to one; as `tui.screens.ports.Start` wants it.

    Args:
        invocation: What the command line said.

    Attributes:
        config: The configuration; where it cannot be used, what the command line and the defaults say.
        table: The keys as they are bound.
        board: The last picture.
        link: What is tried, and what stood in the way.
        clock: Server time, as well as it is known.
    """

    def __init__(self, invocation: Invocation) -> None:
        self.clock = Clock()
        self.board = Board()
        self.link = LinkState(Link.AUTHORISING, self.clock.now())
        self._invocation = invocation
        self._seen = _content(invocation)
        self._problem: BadConfig | None = None
        self._account: Account | None = None
        self._session: Session | None = None
        self._picture: LastPicture | None = None
        self._wake = asyncio.Event()
        self._listeners: list[Callable[[FeedEvent], None]] = []
        try:
            self.config, self.table = configured(invocation)
        except BadConfig as error:
            self._problem = error
            self.config, self.table = with_overrides(Config(), invocation.overrides), KEYS
        self._recall()

    @property
    def is_demo(self) -> bool:
        """Whether the server is a simulator."""
        return is_loopback(self.config.server)

    @property
    def secret_file(self) -> str:
        """The file that the login's secret is read from, as a person writes it; empty where it is from elsewhere."""
        return self._invocation.secret_file if self._problem is None else ""

    def subscribe(self, listener: Callable[[FeedEvent], None]) -> Callable[[], None]:
        """Tell a listener what becomes of the link."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def reread(self) -> None:
        """Try again now."""
        self._wake.set()

    async def account(self) -> Account:
        """Log in, however long that takes."""
        waits = delays(random.Random(), cap=self.config.feed.retry_cap)  # noqa: S311 - jitter, no secret
        while True:
            self._tell(replace(self.link, link=Link.AUTHORISING, at=self.clock.now(), retry_at=None))
            try:
                self._account = await self._logged_in()
            except Exception as error:
                await self._wait(error, waits)
            else:
                return self._account

    async def configured_anew(self) -> None:
        """Wait until the configuration is another one that can be used."""
        changing = self._seen
        while True:
            await asyncio.sleep(LOOK_EVERY)
            content = _content(self._invocation)
            # Twice the same: an editor may have written only half of it the first time.
            is_settled, changing = content == changing, content
            if content == self._seen or not is_settled:
                continue
            self._seen = content
            try:
                configured(replace(self._invocation))
            except BadConfig as error:
                log.warning("the configuration was changed and cannot be used: %s", error)
                if self._problem is not None:
                    self._problem = error
                    self.reread()
            else:
                return

    async def close(self) -> None:
        """Close the connections of the login there was."""
        if self._account is not None:
            await self._account.close()

    def _recall(self) -> None:
        """Begin with the last picture of what is chosen; of all, where nobody knows what is chosen."""
        picture = load_picture(self._invocation.paths.picture)
        if picture is not None and self._problem is None:
            picture = picture.of(self.config.server, self.config.choice.extensions)
        if picture is not None and picture.entries:
            self.board.recall(picture.entries)
            self.link = replace(self.link, lost_since=picture.at)
            self._picture = picture

    async def _logged_in(self) -> Account:
        if self._problem is not None:
            raise self._problem
        if not self.config.choice.extensions:
            raise UsageError("No extensions are chosen", "Choose them once:   ringwall   without --kiosk")
        invocation, self._session = self._invocation, None
        account = Account(
            self.config,
            invocation.paths,
            invocation.credentials,
            tells_health=True,
            keeps_picture=True,
            records=recorder(invocation),
        )
        self._session = account.session
        # Its own clock is a new one: this machine's may have been set since the last try.
        self.clock = account.clock
        try:
            async with aclosing(account.log_in()) as steps:
                async for step in steps:
                    for amiss in step.more:
                        log.warning("%s", amiss)
            if not {extension.id for extension in account.directory.extensions} & set(account.chosen):
                raise UsageError("The account has none of the chosen extensions", "Choose anew, without --kiosk.")
            # Only now is the time known.
            if self._picture is not None and self.clock.now() - self._picture.at <= A_RESTART:
                account.recalled = self._picture.entries
        except BaseException:
            await account.close()
            raise
        return account

    async def _wait(self, error: Exception, waits: Iterator[float]) -> None:
        """Tell what stands in the way, and wait until it is time to try again, or something has changed."""
        reason, todo = self._in_words(error)
        delay = self._delay(error, waits)
        refused = isinstance(error, RingwallError) and needs_person(error)
        now, link = self.clock.now(), Link.REFUSED if refused else Link.WAITING
        self._tell(replace(self.link, link=link, at=now, reason=reason, todo=todo, retry_at=now + delay))
        log.warning("not logged in: %s", reason)
        self._wake.clear()
        changes: list[Coroutine[object, object, object]] = [self._wake.wait(), self._clock_set()]
        if refused and self._session is not None:
            changes.append(self._session.changed())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(delay):
                await first_of(*changes)

    async def _clock_set(self) -> None:
        """Wait until somebody sets this machine's clock, as a network does some time after the start."""
        off = self.clock.local_error
        while abs(self.clock.local_error - off) < CLOCK_JUMP or self.clock.is_set:  # noqa: ASYNC110 - nothing tells us
            await asyncio.sleep(LOOK_EVERY)
        log.info("this machine's clock was set")

    def _in_words(self, error: Exception) -> tuple[str, str]:
        if isinstance(error, BadConfig):
            # The first row has no room for a path; the third one has.
            folder = f"{self._invocation.paths.config.parent}{os.sep}"
            return "bad configuration", f"{error}. {error.hint}".replace(folder, "")
        if isinstance(error, RingwallError):
            return str(error), error.hint
        log.error("a fault of ours", exc_info=error)
        return f"a fault of Ringwall's own: {type(error).__name__}", "The log tells more"

    def _delay(self, error: Exception, waits: Iterator[float]) -> float:
        if isinstance(error, BadConfig | UsageError):
            return CONFIG_EVERY
        if isinstance(error, LoginRefused):
            return self.config.feed.refused_retry if error.after is None else error.after
        after = error.after if isinstance(error, TryAgain) else None
        return max(next(waits), after or 0.0)

    def _tell(self, link: LinkState) -> None:
        self.link = link
        for listener in self._listeners:
            listener(link)


def configured(invocation: Invocation) -> tuple[Config, Table]:
    """The configuration, and the keys as it binds them.

    Raises:
        BadConfig: It cannot be used.
    """
    config = invocation.config
    check_filters(config)
    view = invocation.overrides.get("wall.view") or config.kiosk.view or config.wall.view
    return with_overrides(config, {"mask": True, "wall.view": view}), rebound(config.keys)


def _content(invocation: Invocation) -> bytes | None:
    """What stands in the configuration; None where it cannot be read."""
    try:
        return invocation.paths.config.read_bytes()
    except OSError:
        return None
