"""`ringwall watch`: every change of the chosen extensions as a line, for pipes, screen readers and scripts."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from tui.commands.account import Account
from tui.commands.headless import logged_in, pick, picks_later
from tui.commands.invocation import Invocation
from tui.commands.lines import Json, dump, entry_json, entry_sentence, event_json, event_sentence
from tui.commands.recording import new_recording
from tui.feed.feed import Feed
from tui.feed.link import FeedEvent, Link, LinkState
from tui.presence.board import Change
from tui.terminal.guard import SIGNALS

if TYPE_CHECKING:
    from tui.calllog.keeping import Recording

log = logging.getLogger(__name__)

SAME = ("at", "confirmed_at", "by")
"""Fields whose change alone makes no line."""


class _Printer:
    """Turns what the feed tells into lines; at the start one line for each extension, once it has been read."""

    def __init__(self, feed: Feed, *, as_json: bool, mask: bool) -> None:
        self._feed = feed
        self._as_json = as_json
        self._mask = mask
        self._last: dict[str, Json] = {}

    def line(self, event: FeedEvent) -> str | None:
        """The line for an event; None where it makes none."""
        now = self._feed.clock.now()
        if isinstance(event, Change) and not self._is_news(event):
            return None
        if not self._as_json:
            return event_sentence(event, now, mask=self._mask)
        said = event_json(event, self._feed.board, now)
        return None if said is None else dump(said)

    def first_lines(self, now: float) -> list[str]:
        """A line for each extension that has made none yet, when the board has come into step."""
        lines = []
        for entry in self._feed.board:
            if entry.id not in self._last:
                said = entry_json(entry, self._feed.board, at=now, by="snapshot")
                self._last[entry.id] = _content(said)
                lines.append(dump(said) if self._as_json else entry_sentence(entry, now, mask=self._mask))
        return lines

    def _is_news(self, change: Change) -> bool:
        if change.new is None:
            self._last.pop(change.id, None)
            return False
        if change.new.read_at is None and change.new.presence is None and change.new.refused is None:
            return False
        content = _content(entry_json(change.new, self._feed.board, at=change.at, by=change.by.value))
        if self._last.get(change.id) == content:
            return False
        self._last[change.id] = content
        return True


def _content(said: Json) -> Json:
    return {name: value for name, value in said.items() if name not in SAME}


async def watch(
    account: Account,
    extensions: str,
    *,
    as_json: bool,
    mask: bool,
    say: Callable[[str], None],
    record: "Callable[[Account, Feed], Recording] | None" = None,
) -> None:
    """Say a line for each change, until this task is cancelled.

    Args:
        account: Logged in, with its directory.
        extensions: What to watch; see `pick`.
        as_json: JSON objects instead of sentences.
        mask: Whether callers are masked in the sentences.
        say: Prints a line.
        record: Makes what records the calls; None where nothing does.

    Raises:
        TryAgain: Another process records.
        RingwallError: No such extension, or the record cannot be used.
    """
    picked = pick(account.directory.extensions, extensions, account.chosen)
    for extension in picked:
        if why := extension.why_not_watchable:
            _complain(f"{extension.number or extension.id} {extension.name}: {why}")
    feed = account.watch(picked, picks_later(extensions, account.chosen))
    printer = _Printer(feed, as_json=as_json, mask=mask)
    events: asyncio.Queue[FeedEvent] = asyncio.Queue()
    feed.subscribe(events.put_nowait)
    recording = None if record is None else record(account, feed)
    if recording is not None:
        recording.start()
    running = asyncio.create_task(feed.run())
    running.add_done_callback(lambda _: events.put_nowait(feed.link))
    try:
        while not running.done():
            event = await events.get()
            if (line := printer.line(event)) is not None:
                say(line)
            if isinstance(event, LinkState) and event.link is Link.LIVE:
                for line in printer.first_lines(event.at):
                    say(line)
    finally:
        await feed.close()
        await running
        if recording is not None:
            await recording.close()


async def _until_signalled(work: "asyncio.Task[None]") -> int:
    """Let the work go on until it ends or a signal comes; gives the exit code."""
    loop = asyncio.get_running_loop()
    codes: list[int] = []

    def stop(number: int) -> None:
        if not codes:
            reason = f"ended by {signal.Signals(number).name}"
            log.info("%s", reason)
            _complain(reason)
        codes.append(128 + number)
        work.cancel()

    for number in SIGNALS:
        # As by `nohup`: what was ignored when we were started is not to count.
        if signal.getsignal(number) is not signal.SIG_IGN:
            loop.add_signal_handler(number, stop, number)
    with contextlib.suppress(asyncio.CancelledError):
        await work
    return codes[0] if codes else 0


def _complain(words: str) -> None:
    """Tell the service's journal, if somebody listens."""
    with contextlib.suppress(OSError):
        click.echo(f"ringwall: {words}", err=True)


def _silent(line: str) -> None:
    """Print nothing: a service's output would fill its journal with callers."""


@click.command("watch")
@click.option("--json", "as_json", is_flag=True, help="JSON, one object a line.")
@click.option("--extensions", default="", metavar="LIST", help="Numbers or ids with commas, or all.")
@click.option("--record", is_flag=True, help="Record the calls too, and print nothing unless --json is given.")
@click.pass_obj
def command(invocation: Invocation, as_json: bool, extensions: str, record: bool) -> None:
    """Print every change of the chosen extensions as a line.

    Each extension makes one line at the start, and one for each change afterwards.
    """
    say = _silent if record and not as_json else click.echo
    recording = (lambda account, feed: new_recording(invocation, account, feed, _complain)) if record else None

    async def run() -> int:
        async with logged_in(invocation) as account:
            mask = invocation.config.mask
            watching = watch(account, extensions, as_json=as_json, mask=mask, say=say, record=recording)
            work = asyncio.create_task(watching)
            return await _until_signalled(work)

    raise SystemExit(asyncio.run(run()))
