"""The first row of the wall, which tells of the link, and the row that takes the place of the alerts while it is lost.

Pure: each function gives a row as text with styles, in exactly the width it is given.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from textual.strip import Strip

from tui.cells import fit, width
from tui.feed.link import Link, LinkState
from tui.presence.words import timer
from tui.widgets.palette import BOLD, NORMAL, REVERSE
from tui.widgets.rows import first_fitting, row, two_sides

LEAST_ORDER = 10
"""Cells that the order and the filter need in the first row to be worth showing."""
LEAST_REASON = 8
"""Cells that a reason needs in the bar to be worth reading."""
AGE_FROM = 10.0
"""Seconds without a sign of life after which the link's age is shown."""
LOST_AFTER = 3.0
"""Seconds of doubt after which the link counts as lost for the header: most doubts are over in one."""
EARLIEST = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
"""No clock is right that says less: a machine without a battery starts in 1970, and no certificate holds then."""
TRANSPORTS = {"pubnub": "PubNub", "websocket": "WebSocket", "polling": "polling"}
_WORKING = {
    Link.AUTHORISING: "LOGGING IN",
    Link.SUBSCRIBING: "SUBSCRIBING",
    Link.SYNCING: "READING",
    Link.DOUBTFUL: "CHECKING",
    Link.CLOSED: "CLOSED",
}


@dataclass(frozen=True, slots=True)
class Header:
    """What the first row is made of.

    Attributes:
        view: The name of the view.
        shown: How many tiles the view has.
        chosen: How many extensions are chosen.
        order: The order and the filter, in words.
        messages: New messages, in words.
        machine_time: What the machine's own clock says; None once the platform's time is known.
    """

    view: str
    shown: int
    chosen: int
    order: str
    link: LinkState
    is_demo: bool
    messages: str = ""
    machine_time: float | None = None


def is_lost(link: LinkState, now: float) -> bool:
    """Whether the header says that the link is lost: it was there, and has not been for a while."""
    if link.link in {Link.WAITING, Link.REFUSED}:
        return True
    return link.link is not Link.LIVE and link.lost_since is not None and now - link.lost_since > LOST_AFTER


def status_row(header: Header, now: float, columns: int) -> Strip:
    """The first row: view, order and link; a bar over its whole width where the wall cannot be trusted."""
    clock = clock_time(now)
    if header.machine_time is not None and header.machine_time < EARLIEST:
        today = datetime.fromtimestamp(header.machine_time).astimezone().date()
        what, says = "CLOCK WRONG", f"this machine says {today}"
        reasons = (f"{says}; waiting for network time", f"{says}; waiting for the time", says)
        return _bar([what, first_fitting(reasons, _room_for_reason([what, ""], clock, columns))], clock, columns)
    if is_lost(header.link, now):
        what, reason, *following = _lost_words(header.link, now)
        if _told_below(header.link, untold_reason(header, now, columns), columns):
            reason = ""
        return _bar([what, reason, *following], _lost_end(header, now), columns)
    demo, link, short = "DEMO" if header.is_demo else "", _link_words(header.link, now), _link_word(header.link, now)
    counts = f"{header.shown}/{header.chosen}"
    view, counts = fit(header.view, 15), fit(counts, max(5, width(counts)), right=True)
    for words in ((header.messages, demo, link), (header.messages, demo, short), (demo, short)):
        end = f"{'  '.join(word for word in words if word)}  {clock}"
        room = columns - width(end) - 3
        if room >= width(view + counts):
            break
    else:
        counts = f" {counts.strip()}"
        view = fit(header.view, max(0, room - width(counts)))
    gap = " " * max(2, 22 - width(view + counts))
    order = f"{gap}{header.order}" if room >= width(view + counts) + LEAST_ORDER else ""
    return two_sides([(view, BOLD), (counts, NORMAL), (order, NORMAL)], [(end, NORMAL)], columns)


def _link_words(link: LinkState, now: float) -> str:
    if link.link is not Link.LIVE:
        return _WORKING.get(link.link, link.link.value.upper())
    words = f"LIVE {TRANSPORTS.get(link.transport, link.transport)}"
    age = 0.0 if link.proof_at is None else now - link.proof_at
    return f"{words} {timer(age)}" if age >= AGE_FROM else words


def untold_reason(header: Header, now: float, columns: int) -> str:
    """Why the link is lost, where the first row has no room for all of it; else empty."""
    reason = header.link.reason
    left = _room_for_reason(_lost_words(header.link, now), _lost_end(header, now), columns)
    return reason if width(reason) > left else ""


def _told_below(link: LinkState, untold: str, columns: int) -> str:
    """As much of an untold reason as the third row tells; of a long one the shorter half says what is wrong.

    `No answer from https://…: no such host`, `the disk is full: ~/… cannot be written`. Where only a person can do
    something, the third row is for that alone.
    """
    if link.link is Link.REFUSED:
        return ""
    first, _, last = untold.rpartition(": ")
    told = (untold, *sorted((first, last), key=width))
    return next((why for why in told if 0 < width(why) <= columns - 2), "")


def _lost_end(header: Header, now: float) -> str:
    return f"DEMO  {clock_time(now)}" if header.is_demo else clock_time(now)


def _link_word(link: LinkState, now: float) -> str:
    """The shortest form; a wall that polls is never taken for one that is told at once."""
    return "POLLING" if (link.link, link.transport) == (Link.LIVE, "polling") else _link_words(link, now).split()[0]


def _lost_words(link: LinkState, now: float) -> list[str]:
    """What is wrong and since when, why, and what comes next."""
    what = "LOGIN REFUSED" if link.link is Link.REFUSED else "LINK LOST" if link.lost_since else "NO LINK"
    since = f" since {clock_time(link.lost_since)}" if link.lost_since else ""
    if link.link is Link.REFUSED:
        return [what + since, link.reason]
    return [what + since, link.reason, "trying now" if link.retry_at is None else next_try(link, now)]


def next_try(link: LinkState, now: float) -> str:
    """When the link is tried again: `next try in 4m50s`; empty where that is not known."""
    return "" if link.retry_at is None else f"next try in {_wait(link.retry_at - now)}"


def _bar(words: Sequence[str], end: str, columns: int) -> Strip:
    """A reversed bar: what is wrong, why, and what comes next. Where it is narrow, the reason is cut, or gives way."""
    what, reason, *following = words
    room = max(0, columns - width(end) - 4)
    after = _joined("", *following)
    left = _room_for_reason(words, end, columns)
    text = (
        f"{what}   {fit(reason, min(width(reason), left))}{after}" if reason and left >= LEAST_REASON else what + after
    )
    return row([(" " + fit(text, room) + f"  {end} ", REVERSE + BOLD)], columns)


def _room_for_reason(words: Sequence[str], end: str, columns: int) -> int:
    what, _, *following = words
    return columns - width(end) - 4 - width(_joined(f"{what}   ", *following))


def _joined(first: str, *others: str) -> str:
    return first + "".join(f"   {other}" for other in others if other)


def picture_row(
    link: LinkState,
    now: float,
    columns: int,
    keys: tuple[str, str] = ("r", "Enter"),
    *,
    untold: str = "",
    secret_file: str = "",
    unattended: bool = False,
) -> Strip:
    """The third row while the link is lost: what the picture is, and what can be done.

    What the first row had no room to say comes before what can be done, unless only a person can do it.

    Args:
        link: The link.
        now: Server time.
        columns: How wide the row is.
        keys: Which key tries the link now, and which leads to the login; empty where only a command does.
        untold: Why the link is lost, where the first row does not tell; see `untold_reason`.
        secret_file: The file that the login's secret comes from; empty where it was typed in.
        unattended: Whether nobody sits there who could press something.
    """
    seen = f"The picture is of {clock_time(link.lost_since)[:5]}. " if link.lost_since else ""
    if link.link is Link.REFUSED and secret_file:
        todo = [f"Replace {secret_file}; {next_try(link, now)}", f"Replace {secret_file}"]
    elif unattended:
        todo = [link.todo]
    elif link.link is not Link.REFUSED:
        try_now = keys[0] or ":reread"
        todo = [f"Press {try_now} to try now", f"{try_now}: try now"]
    else:
        log_in = keys[1] or ":details"
        todo = [f"Press {log_in} to log in; all else stays as it is", f"Press {log_in} to log in", f"{log_in}: log in"]
    texts = [*(seen + words for words in todo), *todo]
    if told := _told_below(link, untold, columns):
        picture = seen.removesuffix(". ")
        texts = [_joined(picture, told, words) if picture else _joined(told, words) for words in todo]
        texts += [*(_joined(told, words) for words in todo), told]
    text = first_fitting(texts, columns - 2)
    return row([(fit(f" {text}", columns), BOLD)], columns)


def clock_time(moment: float | None) -> str:
    """A moment as the clock on the wall shows it, in local time."""
    return "--:--:--" if moment is None else datetime.fromtimestamp(moment).astimezone().strftime("%H:%M:%S")


def _wait(seconds: float) -> str:
    whole = max(0, int(seconds))
    return f"{whole}s" if whole < 60 else f"{whole // 60}m{whole % 60:02}s"
