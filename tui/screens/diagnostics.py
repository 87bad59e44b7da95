"""How well the wall is: the link, what was missed, what is left to ask with, and the log."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from tui.cells import fit
from tui.errors import RingwallError
from tui.feed.health import Budget, Report
from tui.feed.link import Gap, LinkState, Subscription
from tui.presence.words import masked, timer
from tui.screens.keys import On, Table
from tui.screens.ports import CallRecord
from tui.screens.reading import NOTHING, Line, ReadingScreen, text, title
from tui.widgets.header import TRANSPORTS
from tui.widgets.palette import Palette
from tui.widgets.rows import wrapped

if TYPE_CHECKING:
    from tui.calllog.outbox import SinkState

NAMES = 14
"""Columns for the names of the facts."""
SINKS_EVERY = 2.0
"""Seconds between two looks at how far the record is sent."""


class DiagnosticsScreen(ReadingScreen):
    """The health of the feed, once a second, and the log below it.

    Args:
        health: Makes a report; None before there is a feed.
        record: The record of calls.
        log: Gives the last entries of the log, oldest first.
        table: The keys as they are bound.
        palette: How it is painted.
    """

    heading = "Diagnostics"

    def __init__(
        self,
        health: Callable[[], Report | None],
        record: CallRecord,
        log: Callable[[], Sequence[str]],
        table: Table,
        palette: Palette,
    ) -> None:
        super().__init__(On.DIAGNOSTICS, table, palette)
        self._health = health
        self._record = record
        self._sinks: Sequence[SinkState] = ()
        self._unread = ""
        self._log = log

    def on_mount(self) -> None:
        """Paint it again each second."""
        super().on_mount()
        self.set_interval(1.0, self.show)
        self.run_worker(self._read_sinks(), name="sinks", exit_on_error=True)
        self.set_interval(SINKS_EVERY, self._read_sinks)

    async def _read_sinks(self) -> None:
        try:
            self._sinks, self._unread = await self._record.sinks(), ""
        except RingwallError as error:
            self._unread = str(error)
        self.show()

    def lines(self) -> Sequence[Line]:
        """The report, section by section, and the log with its newest entry first."""
        room = max(1, self.size.width - 2)
        report = self._health()
        found: list[Line] = []
        if report is not None:
            self.heading = f"Diagnostics   Ringwall {report.version}, pid {report.pid}"
            found += [*_section("Link", _link_facts(report), room), *_section("Events", _event_facts(report), room)]
            found += _gaps(report, room)
            found += _section("Record of calls", self._record_facts(report.at), room)
        found += [NOTHING, title("Log, newest first")]
        for entry in reversed(self._log()):
            found += [text(line) for words in entry.splitlines() for line in _hanging(words, room)]
        return found

    def _record_facts(self, now: float) -> dict[str, str]:
        """Whether calls are recorded, and how far each is to whom they are sent."""
        record = self._record
        kept = f"in {record.place}" if record.is_wanted else "off; record.enabled = true in config.toml turns it on"
        state = f"NOT RECORDED: {record.problem}" if record.problem else kept
        return {
            "calls": state,
            **({"call log": record.results_problem} if record.results_problem else {}),
            **({"unreadable": self._unread} if self._unread else {}),
            **{f"to {sink.name}": _sink(sink, now) for sink in self._sinks},
        }


def _sink(sink: "SinkState", now: float) -> str:
    oldest = "" if sink.oldest_at is None else f" for {timer(now - sink.oldest_at)}"
    waiting = f"{sink.waiting:,} waiting{oldest}" if sink.waiting else "all is sent"
    dead = f", {sink.dead:,} refused for good" if sink.dead else ""
    return f"{waiting}{dead}{f'; {sink.problem}' if sink.problem else ''}"


def _link_facts(report: Report) -> dict[str, str]:
    now = report.at
    return {
        "link": _link(report.link),
        "reason": report.link.reason,
        "next try": _until(report.link.retry_at, now),
        "last proof": _ago(report.link.proof_at, now),
        "session": f"until {_until(report.session_expires_at, now)}" if report.session_expires_at else "none",
        "subscription": _subscription(report.subscription, now),
        "reconciling": f"every {timer(report.reconcile_period)}, {report.reconcile_reason or 'as configured'}",
        "calls left": ", ".join(_left(group.value, budget) for group, budget in report.budgets.items()),
        "extensions": f"{report.chosen:,} chosen, {report.stale:,} not confirmed",
    }


def _link(link: LinkState) -> str:
    by = f" by {TRANSPORTS.get(link.transport, link.transport)}" if link.transport else ""
    return f"{link.link}{by} since {_clock(link.at)}"


def _subscription(subscription: Subscription | None, now: float) -> str:
    if subscription is None or not subscription.id:
        return "none"
    name = masked(subscription.id)
    if subscription.expires_at is None:
        return f"{name}, lives as long as its connection"
    return f"{name} until {_until(subscription.expires_at, now)}, {_renewed(subscription.renewals)}"


def _left(group: str, budget: Budget) -> str:
    silent = f" (silent until {_clock(budget.silent_until)})" if budget.silent_until else ""
    return f"{group} {budget.left} of {budget.limit}{silent}"


def _event_facts(report: Report) -> dict[str, str]:
    counts = report.counts
    return {
        "events": f"{counts.events:,}, of which applied {counts.applied:,}",
        "dropped": f"{counts.duplicates:,} duplicates, {counts.late:,} late, {counts.strangers:,} of others",
        "undecodable": f"{counts.undecodable:,}",
        "ghost calls": f"{counts.ghosts:,} removed by a read",
    }


def _gaps(report: Report, room: int) -> Iterator[Line]:
    count = len(report.gaps) + (report.open_gap is not None)
    yield NOTHING
    yield title(f"Gaps today: {count or 'none'}")
    if report.open_gap is not None:
        yield from _texts(f"{_clock(report.open_gap)} until now: {report.link.reason}", room)
    for gap in reversed(report.gaps):
        yield from _texts(_gap(gap), room)


def _gap(gap: Gap) -> str:
    return f"{_clock(gap.start)} to {_clock(gap.end)}: {gap.reason}; healed by {gap.healed_by}"


def _section(heading: str, facts: dict[str, str], room: int) -> Iterator[Line]:
    yield NOTHING
    yield title(heading)
    for name, value in facts.items():
        for number, line in enumerate(wrapped(value, room - NAMES)):
            yield text(fit("" if number else name, NAMES) + line)


def _texts(words: str, room: int) -> Iterable[Line]:
    return (text(line) for line in _hanging(words, room))


def _hanging(words: str, room: int) -> list[str]:
    """The text in lines, those after the first a little to the right."""
    first, *others = wrapped(words, room) or [""]
    return [first, *(f"  {line}" for line in wrapped(" ".join(others), room - 2))]


def _until(moment: float | None, now: float) -> str:
    return "" if moment is None else f"{_clock(moment)}, in {timer(moment - now)}"


def _ago(moment: float | None, now: float) -> str:
    return "not yet" if moment is None else f"{_clock(moment)}, {timer(now - moment)} ago"


def _renewed(count: int) -> str:
    return f"renewed {count:,} times" if count > 1 else "renewed once" if count else "not renewed yet"


def _clock(moment: float) -> str:
    return datetime.fromtimestamp(moment).astimezone().strftime("%H:%M:%S")
