"""`health.json`: how the wall is, written again and again, so that monitoring needs no login of its own.

Only the wall writes it. Where several walls of one user run, the first one does, and another takes over once that has
left or died. It says `closed` after leaving; one that is older than three times `EVERY` is of a wall that died.
"""

import asyncio
import contextlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path

import msgspec

from tui.clock import iso
from tui.commands.lines import Json, dump
from tui.commands.processes import is_running
from tui.errors import RingwallError
from tui.feed.feed import Feed
from tui.feed.health import Report
from tui.feed.link import FeedEvent, Link, LinkState
from tui.files import write_private

log = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two writings while nothing changes."""


def report_json(report: Report) -> Json:
    """A report as JSON: times in ISO 8601 and UTC, null for what is not known."""
    link, subscription = report.link, report.subscription
    gaps = [
        {"from": iso(gap.start), "to": iso(gap.end), "reason": gap.reason, "healed_by": gap.healed_by}
        for gap in report.gaps
    ]
    if report.open_gap is not None:
        gaps.append({"from": iso(report.open_gap), "to": None, "reason": link.reason, "healed_by": None})
    return {
        "at": iso(report.at),
        "pid": report.pid,
        "version": report.version,
        "link": link.link.value,
        "since": iso(link.at),
        "transport": link.transport or None,
        "reason": link.reason or None,
        "lost_since": iso(link.lost_since),
        "retry_at": iso(link.retry_at),
        "proof_at": iso(link.proof_at),
        "session_expires_at": iso(report.session_expires_at),
        "subscription_expires_at": iso(subscription.expires_at) if subscription else None,
        "renewals": subscription.renewals if subscription else None,
        "chosen": report.chosen,
        "stale": report.stale,
        "events": asdict(report.counts),
        "reconcile_every": report.reconcile_period,
        "reconcile_reason": report.reconcile_reason or None,
        "calls_left": {group.value: budget.left for group, budget in report.budgets.items()},
        "gaps": gaps,
    }


class HealthFile:
    """Keeps `health.json` written, every half minute and at each change of the link, from now until `close`.

    Args:
        path: The file.
        feed: Tells when the link changes.
        report: Makes a report.
    """

    def __init__(self, path: Path, feed: Feed, report: Callable[[], Report]) -> None:
        self._path = path
        self._report = report
        self._changed = asyncio.Event()
        self._is_leaving = False
        self._said = ""
        self._forget = feed.subscribe(self._hear)
        self._keeping = asyncio.create_task(self._keep(), name="health.json")

    async def close(self) -> None:
        """Write for the last time that the link is closed."""
        self._forget()
        self._is_leaving = True
        self._changed.set()
        await self._keeping

    def _hear(self, event: FeedEvent) -> None:
        if isinstance(event, LinkState):
            self._changed.set()

    async def _keep(self) -> None:
        while not self._is_leaving:
            self._changed.clear()
            await self._write(self._report)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(EVERY):
                    await self._changed.wait()
        await self._write(self._last_report)

    def _last_report(self) -> Report:
        report = self._report()
        return replace(report, link=replace(report.link, link=Link.CLOSED, retry_at=None))

    async def _write(self, report: Callable[[], Report]) -> None:
        """Write it off the loop, for the disk may be slow; what goes wrong is logged once, and tried again."""
        fault = None
        try:
            problem = await asyncio.to_thread(self._write_unless_anothers, report())
        except RingwallError as error:
            problem = str(error)
        except Exception as error:
            problem, fault = "a fault of ours", error
        if problem and problem != self._said:
            log.warning("health.json is not written: %s", problem, exc_info=fault)
        self._said = problem

    def _write_unless_anothers(self, report: Report) -> str:
        if writer := _living_writer(self._path):
            return f"the wall of process {writer} does"
        write_private(self._path, dump(report_json(report)).encode() + b"\n")
        return ""


class _Written(msgspec.Struct):
    """What of a file tells whose it is."""

    pid: int
    link: str


def _living_writer(path: Path) -> int | None:
    """The process, other than this one, that keeps the file written; None where there is none."""
    try:
        written = msgspec.json.decode(path.read_bytes(), type=_Written)
        is_old = time.time() - path.stat().st_mtime > 3 * EVERY
    except (OSError, msgspec.DecodeError):
        return None
    if is_old or written.pid == os.getpid() or written.link == Link.CLOSED:
        return None
    return written.pid if is_running(written.pid) else None
