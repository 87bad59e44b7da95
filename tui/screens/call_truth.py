"""Whether the list of calls is true: that calls are not recorded, and how much of today nobody saw. Pure."""

from collections.abc import Iterator, Sequence

from rich.style import Style

from tui.calllog import telling
from tui.calllog.payload import GapRow
from tui.presence.words import timer
from tui.screens.ports import CallRecord, CallsPage
from tui.widgets.palette import NORMAL, Palette

SILENT_AFTER = 30.0
"""Seconds without a sign of a recorder after which there is none: it gives one every five, and another would have taken
its place."""


def state_words(
    page: CallsPage | None, record: CallRecord, problem: str, now: float, palette: Palette
) -> tuple[str, Style]:
    """Whether the list is true: what cannot be read or is not recorded, or how much of today nobody saw.

    Args:
        page: What was read last; None where there is no record.
        record: Where it comes from.
        problem: Why it could not be read; empty where it could.
        now: Server time.
        palette: How it is painted.
    """
    colors = palette.colors
    if problem:
        return problem, colors.bad
    if record.problem:
        return f"NOT RECORDED: {record.problem}", colors.bad
    if page is None:
        return "", NORMAL
    if said := unrecorded(page, now):
        return said, colors.bad if record.is_wanted else colors.amiss
    today = telling.midnight(now)
    unseen = [gap for gap in page.gaps if gap.filled_at is None and (gap.ended_at is None or gap.ended_at >= today)]
    if not unseen:
        since = page.since
        begin = "all of today was seen" if since is not None and since <= today else ""
        return begin or ("" if since is None else f"recorded since {telling.when(since, now)}"), palette.quiet
    return f"not seen today: {'; '.join(_unseen(unseen, today, now))}", colors.amiss


def _unseen(gaps: Sequence[GapRow], today: float, now: float) -> Iterator[str]:
    """How often and how long nothing was seen, and of how many extensions more than that was missed."""
    whole = [gap for gap in gaps if gap.extension_id is None]
    if whole:
        times = "once" if len(whole) == 1 else f"{len(whole):,} times"
        ends = (now if gap.ended_at is None else gap.ended_at for gap in whole)
        seconds = sum(end - max(gap.started_at, today) for gap, end in zip(whole, ends, strict=True))
        yield f"{times}, {timer(seconds)}"
    if some := len({gap.extension_id for gap in gaps if gap.extension_id is not None}):
        yield f"{some:,} extension{'' if some == 1 else 's'} in part"


def seen_until(page: CallsPage | None, now: float) -> float:
    """Until when it is known that calls went on: now, or when somebody last recorded."""
    return page.until if page is not None and page.until is not None and unrecorded(page, now) else now


def unrecorded(page: CallsPage, now: float) -> str:
    """That nobody records, and since when; empty where some process does, or said itself that it hears nothing."""
    if page.until is None:
        return "NOT RECORDED"
    if now - page.until <= SILENT_AFTER or any(gap.ended_at is None and not gap.extension_id for gap in page.gaps):
        return ""
    return f"NOT RECORDED since {telling.when(page.until, now)}"
