"""What the screens ask of the rest; `tui.commands` hands them in."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # Only names here, and the login screen waits for none of what they are the names of.
    from tui.calllog.outbox import SinkState
    from tui.calllog.payload import GapRow
    from tui.calllog.rows import CallRow
    from tui.calllog.standing import Count
    from tui.clock import Clock
    from tui.credentials import Credentials, LoginStep
    from tui.feed.health import Report
    from tui.feed.link import FeedEvent, LinkState
    from tui.presence.alerts import Alert
    from tui.presence.board import Board
    from tui.presence.extension import Extension
    from tui.presence.filter import Filter
    from tui.presence.views import SavedView


class Directory(Protocol):
    """The extensions of the account, while and after they are read."""

    @property
    def extensions(self) -> Sequence[Extension]:
        """Those read so far."""

    @property
    def total(self) -> int | None:
        """How many there are in all, once the platform has said."""

    @property
    def complete(self) -> bool:
        """Whether all have been read."""

    @property
    def problem(self) -> str:
        """Why reading them stopped, in words for a person; empty where it did not."""


class Shown(Protocol):
    """What a wall shows: a board that is true, or says that it is not."""

    @property
    def board(self) -> Board:
        """What is known; read it, never change it."""

    @property
    def link(self) -> LinkState:
        """The link now."""

    @property
    def clock(self) -> Clock:
        """Server time."""

    def subscribe(self, listener: Callable[[FeedEvent], None]) -> Callable[[], None]:
        """Tell a listener of everything that happens; it must only put it into a queue. Gives the way to stop it."""

    def reread(self) -> None:
        """Read all that is chosen again, now."""


class Watching(Shown, Protocol):
    """A Feed: it keeps its board true."""

    def choose(self, extensions: Sequence[Extension]) -> None:
        """Watch exactly these from now on."""

    async def run(self) -> None:
        """Keep the board true until `close`; an exception means a fault of ours."""

    async def close(self) -> None:
        """Leave: delete the subscription (within two seconds) and end `run`."""


@dataclass(frozen=True, slots=True)
class CallsPage:
    """A part of the record, as of one moment.

    Attributes:
        calls: The newest that were asked for, the newest first.
        has_more: Whether there are older ones.
        gaps: The times from today, or from the oldest of these calls on, in which calls went unseen, oldest first.
        known: What is known of extensions, by id.
        since: When the record begins; None where nothing was recorded yet.
        until: When a recorder, of this process or another, was last known to listen; None where there was none.
        count: The calls of today.
        counts: The calls of today of each extension, by its id.
    """

    calls: Sequence[CallRow]
    has_more: bool
    gaps: Sequence[GapRow]
    known: Mapping[str, Extension]
    since: float | None
    until: float | None
    count: Count
    counts: Mapping[str, Count]


class CallRecord(Protocol):
    """The record of calls. All that reads it may take its time, blocks nothing, and may raise RingwallError."""

    @property
    def is_wanted(self) -> bool:
        """Whether this wall is to record calls; another process may do so in its place."""

    @property
    def problem(self) -> str:
        """Why calls are not recorded now, in words for a person; empty where they are, or are not to be."""

    @property
    def results_problem(self) -> str:
        """Why the account's call log tells no results now; empty where it does, or nobody asks it."""

    @property
    def place(self) -> str:
        """The record's file, as a person writes it."""

    async def page(self, asked: Filter, most: int, now: float, midnight: float) -> CallsPage | None:
        """The newest calls that pass a filter; None where there is no record.

        Args:
            asked: A filter of the vocabulary `tui.calllog.standing.CALLS`.
            most: How many calls, at most.
            now: Server time.
            midnight: When today began.
        """

    async def of_extension(self, extension_id: str, most: int) -> Sequence[CallRow]:
        """The newest calls of an extension."""

    async def call(self, call_id: str) -> CallRow | None:
        """A call as it is by now; None where it is no more."""

    async def sinks(self) -> Sequence[SinkState]:
        """How far each is to whom the record is sent."""


class Account(Protocol):
    """An account that somebody has logged in to."""

    @property
    def is_demo(self) -> bool:
        """Whether it is an account of the simulator."""

    @property
    def directory(self) -> Directory:
        """Its extensions."""

    @property
    def chosen(self) -> Sequence[str]:
        """The ids of the extensions that were chosen and saved."""

    @property
    def record(self) -> CallRecord:
        """The record of its calls."""

    def save_choice(self, ids: Sequence[str]) -> None:
        """Save the choice.

        Raises:
            RingwallError: The file cannot be written.
        """

    def save_views(self, views: Sequence[SavedView]) -> None:
        """Save the views that Ringwall keeps, in place of those saved before.

        Raises:
            RingwallError: The file cannot be written.
        """

    def watch(self, extensions: Sequence[Extension]) -> Watching:
        """The account's Feed, watching these; it is made at the first call and lives as long as the account."""

    def health(self) -> Report | None:
        """How the Feed is now; None before there is one."""

    async def close(self) -> None:
        """Close its connections, once its Feed is closed; the login stays."""


class Door(Protocol):
    """The way in."""

    @property
    def prefilled(self) -> Credentials:
        """What is known of the credentials already: from environment, files and the last time, or of the last login."""

    @property
    def secret_file(self) -> str:
        """The file that the login's secret is read from, as a person writes it; empty where it is from elsewhere."""

    @property
    def remembers_at(self) -> str:
        """The file in which a login is remembered, as a person writes it: `~/.local/state/...`."""

    @property
    def account(self) -> Account | None:
        """The account, after a login that succeeded."""

    def log_in(self, credentials: Credentials, *, remember: bool) -> AsyncIterator[LoginStep]:
        """Log in, and tell each step as it begins and ends; a step whose state is NO is the last.

        The account of an earlier login stays as it is; whoever goes on to the new one closes it.
        """

    def answer(self, pasted: str) -> None:
        """Hand a login that waits for a browser what somebody pasted: the address that the browser was sent to."""

    async def close(self) -> None:
        """Close the connections of the login there was."""


class Start(Shown, Protocol):
    """What a wall begins with that nobody sits before: the last picture, and why there is no other yet."""

    @property
    def is_demo(self) -> bool:
        """Whether the server is a simulator."""

    @property
    def secret_file(self) -> str:
        """The file that the login's secret is read from, as a person writes it; empty where it is from elsewhere."""

    async def account(self) -> Account:
        """Log in, however long that takes; `link` tells what stands in the way."""

    async def configured_anew(self) -> None:
        """Wait until the configuration is another one that can be used."""

    async def close(self) -> None:
        """Close the connections of the login there was."""


class Alarming(Protocol):
    """Tells somebody of alarms who does not sit before the wall."""

    def tell(self, alarms: Sequence[Alert]) -> None:
        """There are new alarms. Returns at once."""

    async def close(self) -> None:
        """Tell of nothing any more."""


@dataclass(frozen=True, slots=True)
class Outside:
    """What there is beside the glass.

    Attributes:
        alarms: Is told of new alarms; None where nobody is.
        save_snapshot: Saves a picture and a text, as of a moment in seconds since 1970; gives where, as a person writes
            it. It may take a while, and raise `RingwallError`. None where there is no place for them.
    """

    alarms: Alarming | None = None
    save_snapshot: Callable[[str, str, float], str] | None = None


NOTHING_OUTSIDE = Outside()
