"""`picture.json`: what a kiosk showed last, so that after a restart it shows at once what it knew, as old.

It is masked whatever the wall shows: callers' names, and what identifies their calls, are not in it. A file that is
empty, half written or somebody else's is as good as none.
"""

import asyncio
import contextlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from tui.errors import RingwallError
from tui.feed.feed import Feed
from tui.feed.link import FeedEvent, Link
from tui.files import read_private, write_private
from tui.presence.board import Board, Entry
from tui.presence.presence import Call
from tui.presence.words import masked

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two writings, at least."""
_LATEST = 4_102_444_800.0
"""No moment lies after this one, the year 2100: dates that are too far away cannot be written as such."""


class LastPicture(msgspec.Struct, frozen=True):
    """What a wall showed.

    Attributes:
        server: The server whose extensions they are.
        at: When, in server time.
        entries: What was known of each extension, without callers.
    """

    server: str
    at: float
    entries: tuple[Entry, ...]

    def of(self, server: str, ids: Sequence[str]) -> "LastPicture | None":
        """The part of it that is of these extensions, in this order; None where it is of another server."""
        if self.server != server:
            return None
        known = {entry.id: entry for entry in self.entries}
        return LastPicture(server, self.at, tuple(known[one] for one in ids if one in known))


def load_picture(path: Path) -> LastPicture | None:
    """What was shown last, all of it stale; None where there is nothing of use."""
    try:
        content = read_private(path)
        picture = None if content is None else msgspec.json.decode(content, type=LastPicture)
    except (RingwallError, msgspec.DecodeError) as error:
        log.warning("the last picture is of no use: %s", error)
        return None
    if picture is None or not _is_moment(picture.at):
        return None
    entries = tuple(_as_old(entry) for entry in picture.entries if _has_moments(entry))
    return LastPicture(picture.server, picture.at, entries)


def save_picture(path: Path, picture: LastPicture) -> None:
    """Write what is shown, masked.

    Raises:
        RingwallError: It cannot be written.
    """
    bare = LastPicture(picture.server, picture.at, tuple(map(_without_callers, picture.entries)))
    write_private(path, msgspec.json.encode(bare))


class PictureFile:
    """Keeps the file written from the first moment at which the link is live until `close`.

    Args:
        path: The file.
        server: The server that is watched.
        feed: What is shown.
    """

    def __init__(self, path: Path, server: str, feed: Feed) -> None:
        self._path = path
        self._server = server
        self._feed = feed
        self._is_live = asyncio.Event()
        self._said = ""
        self._forget = feed.subscribe(self._hear)
        self._keeping = asyncio.create_task(self._keep(), name="picture.json")

    async def close(self) -> None:
        """Write no more; one that is being written is written whole."""
        self._forget()
        self._keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeping

    def _hear(self, _: FeedEvent) -> None:
        if self._feed.link.link is Link.LIVE:
            self._is_live.set()

    async def _keep(self) -> None:
        while True:
            self._is_live.clear()
            if self._feed.link.link is not Link.LIVE:
                await self._is_live.wait()
            picture = LastPicture(self._server, self._feed.clock.now(), _known(self._feed.board))
            await asyncio.to_thread(self._write, picture)
            await asyncio.sleep(EVERY)

    def _write(self, picture: LastPicture) -> None:
        """Write it; what goes wrong is logged once, and tried again."""
        problem, fault = "", None
        try:
            save_picture(self._path, picture)
        except RingwallError as error:
            problem = str(error)
        except Exception as error:
            problem, fault = "a fault of ours", error
        if problem and problem != self._said:
            log.warning("the picture is not kept: %s", problem, exc_info=fault)
        self._said = problem


def _known(board: Board) -> tuple[Entry, ...]:
    """What is known by now, each with the moment at which it was last known to be true."""
    return tuple(replace(entry, confirmed_at=board.last_confirmed(entry)) for entry in board if entry.presence)


def _without_callers(entry: Entry) -> Entry:
    presence = entry.presence
    if presence is not None:
        presence = replace(presence, calls=tuple(map(_without_caller, presence.calls or (), range(99))))
    return replace(entry, presence=presence, answered=())


def _without_caller(call: Call, place: int) -> Call:
    return Call(
        call.telephony_status,
        call.direction,
        from_number=masked(call.from_number),
        to_number=masked(call.to_number),
        queue=call.queue,
        id=str(place),
        started_at=call.started_at,
    )


def _as_old(entry: Entry) -> Entry:
    """The entry as one that nothing has confirmed since, and that is to be read."""
    return replace(
        _without_callers(entry),
        stale=entry.presence is not None,
        doubted_at=entry.confirmed_at,
        sequence=None,
        event_at=None,
        read_at=None,
        proven_at=None,
    )


def _has_moments(entry: Entry) -> bool:
    calls = (entry.presence.calls if entry.presence else None) or ()
    moments = (entry.since, entry.confirmed_at, entry.changed_at, *(call.started_at for call in calls))
    return all(moment is None or _is_moment(moment) for moment in moments)


def _is_moment(moment: float) -> bool:
    return 0.0 <= moment <= _LATEST
