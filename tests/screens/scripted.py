"""A feed that does what a test tells it to, on the real Board, and an account that watches by it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from tests.screens.drawn_wall import LIVE, NOW, PEOPLE
from tui.clock import Clock
from tui.commands.call_record import Record
from tui.credentials import Credentials, LoginStep, StepState
from tui.errors import RingwallError
from tui.feed.health import Report
from tui.feed.link import FeedEvent, LinkState
from tui.presence.board import Board, By, Change, Entry
from tui.presence.extension import Extension
from tui.presence.views import SavedView
from tui.screens.ports import CallRecord


class ScriptedFeed:
    """A feed whose board holds these entries, and whose time stands still.

    Attributes:
        asked: What was asked of it: `choose 3`, `reread`, `run`, `close`.
        fault: What `run` raises when it is `break_down`.
    """

    def __init__(self, entries: Iterable[Entry] = PEOPLE, link: LinkState = LIVE) -> None:
        self.time = 0.0
        self.clock = Clock(running=lambda: self.time, wall=lambda: NOW)
        self.board = Board()
        self.board._entries = {entry.id: entry for entry in entries}
        self.link = link
        self.asked: list[str] = []
        self.fault: Exception | None = None
        self._listeners: list[Callable[[FeedEvent], None]] = []
        self._ended = asyncio.Event()

    def subscribe(self, listener: Callable[[FeedEvent], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def choose(self, extensions: Sequence[Extension]) -> None:
        self.asked.append(f"choose {len(extensions)}")
        for change in self.board.choose(extensions, self.clock.now()):
            self.tell(change)

    def reread(self) -> None:
        self.asked.append("reread")

    async def run(self) -> None:
        self.asked.append("run")
        await self._ended.wait()
        if self.fault is not None:
            raise self.fault

    async def close(self) -> None:
        self.asked.append("close")
        self._ended.set()

    def break_down(self, fault: Exception) -> None:
        """Let `run` raise."""
        self.fault = fault
        self._ended.set()

    def tell(self, event: FeedEvent) -> None:
        """Tell the listeners."""
        for listener in self._listeners:
            listener(event)

    def change(self, number: str, by: By = By.EVENT, **what: object) -> None:
        """Somebody's entry changes, a while after whatever happened before."""
        self.time += 1.0
        old = next(entry for entry in self.board if entry.extension.number == number)
        new = replace(old, **what)  # type: ignore[arg-type]
        self.board._entries[new.id] = new
        self.tell(Change(old, new, by, self.clock.now()))


def record_in(
    path: Path, extensions: Iterable[Extension] = (), problem: str = "", results: str = "", *, is_wanted: bool = False
) -> Record:
    """The record of account 1 in a file."""
    return Record(path, lambda: "1", lambda: extensions, lambda: problem, lambda: results, is_wanted=is_wanted)


NO_RECORD = record_in(Path("/nonexistent/calls.sqlite"))


class ScriptedDirectory:
    """A directory that has been read."""

    complete = True
    problem = ""

    def __init__(self, extensions: Sequence[Extension]) -> None:
        self.extensions = extensions
        self.total = len(extensions)


class WatchingAccount:
    """An account with a scripted feed."""

    def __init__(self, feed: ScriptedFeed, chosen: Sequence[str] | None = None, *, is_demo: bool = False) -> None:
        self.feed = feed
        self.is_demo = is_demo
        self.directory = ScriptedDirectory([entry.extension for entry in feed.board])
        self.chosen: Sequence[str] = feed.board.ids if chosen is None else chosen
        self.views: Sequence[SavedView] = ()
        self.refusal: RingwallError | None = None
        self.report: Report | None = None
        self.record: CallRecord = NO_RECORD

    def save_choice(self, ids: Sequence[str]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.chosen = tuple(ids)

    def save_views(self, views: Sequence[SavedView]) -> None:
        if self.refusal is not None:
            raise self.refusal
        self.views = tuple(views)

    def health(self) -> Report | None:
        return self.report

    def watch(self, extensions: Sequence[Extension]) -> ScriptedFeed:
        self.feed.choose(extensions)
        return self.feed

    async def close(self) -> None:
        self.feed.asked.append("close account")


class OpenDoor:
    """A way in that lets everybody in at once.

    Attributes:
        next_account: What the next login leads to.
    """

    remembers_at = "~/.local/state/ringwall/login.json"
    secret_file = ""

    def __init__(self, account: WatchingAccount) -> None:
        self.prefilled = Credentials(client_id="client", client_secret="secret", jwt="jwt")
        self.account: WatchingAccount | None = None
        self.is_closed = False
        self.next_account = account

    async def log_in(self, credentials: Credentials, *, remember: bool) -> AsyncIterator[LoginStep]:
        self.account = self.next_account
        yield LoginStep("Extensions", StepState.OK, f"{self.account.directory.total}")

    def answer(self, pasted: str) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        self.is_closed = True
