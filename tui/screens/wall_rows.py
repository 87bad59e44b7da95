"""The rows around the tiles, as a picture and its feed fill them. Pure."""

from collections.abc import Sequence

from textual.strip import Strip

from tui.cells import fit, width
from tui.feed.link import Link
from tui.screens.keys import On, first_key, key_words
from tui.screens.looks import Looks
from tui.screens.picture import Picture
from tui.screens.ports import Shown
from tui.widgets import chrome, header
from tui.widgets.header import Header, clock_time
from tui.widgets.palette import BOLD, NORMAL
from tui.widgets.rows import first_fitting, row

LEAST_ATTENTION = 50
"""Cells that who wants attention keeps beside a frozen order."""
NOTICE = 4.0
"""Seconds for which a notice stands in the last row."""
HINTS = {"help": "help", "find": "find", "free": "free only", "view": "views", "details": "details", "quit": "quit"}
REFUSED_HINTS = {
    "help": "help",
    "reread": "try again",
    "diagnostics": "diagnostics",
    "details": "log in",
    "quit": "quit",
}
"""What the last row says of the keys: the name of each, and what it does in a word or two."""


def rows_above(picture: Picture, watching: Shown, looks: Looks, columns: int, *, secret_file: str) -> list[Strip]:
    """The three rows above the tiles: status, counts, and what wants attention.

    Args:
        picture: What is shown.
        watching: The feed.
        looks: How it is painted.
        columns: How wide the rows are.
        secret_file: The file that the login's secret comes from; empty where it was typed in.
    """
    now, link, clock, palette = watching.clock.now(), watching.link, watching.clock, looks.palette
    shown, chosen = picture.shown_of_all
    first = Header(
        view=picture.view_name,
        shown=shown,
        chosen=chosen,
        order=picture.order_words,
        link=link,
        is_demo=looks.is_demo,
        messages=picture.message_words,
        machine_time=None if clock.is_set else now + clock.local_error,
    )
    if header.is_lost(link, now):
        keys = (first_key("reread", On.WALL, looks.table), first_key("details", On.WALL, looks.table))
        untold = header.untold_reason(first, now, columns)
        third = header.picture_row(
            link, now, columns, keys, untold=untold, secret_file=secret_file, unattended=looks.unattended
        )
    elif looks.record is not None and looks.record.problem:
        third = _unrecorded_row(picture, looks, looks.record.problem, now, columns)
    elif picture.frozen_at is not None:
        third = _frozen_row(picture, looks, now, columns)
    else:
        third = _attention_row(picture, looks, now, columns)
    return [header.status_row(first, now, columns), chrome.counts_row(picture.counts, palette, columns), third]


def _attention_row(picture: Picture, looks: Looks, now: float, columns: int) -> Strip:
    key = first_key("acknowledge", On.WALL, looks.table)
    alerts, entries = picture.alerts(now), picture.entries.values()
    return chrome.attention_row(alerts, entries, now, columns, key, quiet=looks.palette.quiet)


def _frozen_row(picture: Picture, looks: Looks, now: float, columns: int) -> Strip:
    """That the order is frozen; who wants attention is still told, and comes first where both do not fit."""
    since = f"ORDER FROZEN since {clock_time(picture.frozen_at)[:5]}"
    release = f"{first_key('freeze', On.WALL, looks.table)} to release"
    rest = (f"states and timers go on   {release}", release, "")
    return _beside_attention((since, "FROZEN"), rest, picture, looks, now, columns)


def _unrecorded_row(picture: Picture, looks: Looks, problem: str, now: float, columns: int) -> Strip:
    """That calls are not recorded, and why."""
    key = "" if looks.unattended else first_key("calls", On.WALL, looks.table)
    rest = (f"{problem}   {key} shows calls" if key else problem, problem)
    return _beside_attention(("CALLS NOT RECORDED", "NOT RECORDED"), rest, picture, looks, now, columns)


def _beside_attention(
    said: Sequence[str], rest: Sequence[str], picture: Picture, looks: Looks, now: float, columns: int
) -> Strip:
    """Something that is so for a while, and what else there is to say of it; both in more and in fewer words.

    Who wants attention is told in place of the rest, and comes first where both do not fit.
    """
    if not picture.alerts(now):
        room = max(0, columns - width(said[0]) - 5)
        more = first_fitting(rest, room)
        return row([(f" {said[0]}", BOLD), (f"   {fit(more, min(width(more), room))}", NORMAL)], columns)
    short = first_fitting([f" {words}" for words in said], columns - LEAST_ATTENTION)
    room = columns - width(short) - 2
    return Strip.join([row([(short, BOLD)], columns - room), _attention_row(picture, looks, now, room)])


def selected_rows(
    picture: Picture, watching: Shown, looks: Looks, extension_id: str | None, columns: int
) -> Sequence[Strip]:
    """The two rows that show the extension under the cursor in full; where nobody is shown, the way back."""
    if picture.entries and not picture.shown_of_all[0] and not looks.unattended:
        said = f" Nobody is shown. {first_key('back', On.WALL, looks.table)} goes one step back."
        return [row([(said, NORMAL)], columns), row([], columns)]
    entry = picture.entries.get(extension_id or "")
    confirmed_at = None if entry is None else watching.board.last_confirmed(entry)
    return chrome.selected_rows(entry, confirmed_at, watching.clock.now(), columns, mask=looks.privacy.masked)


class LastRow:
    """The last row while nobody types there: the keys that matter most, a notice for a while, or one text alone."""

    def __init__(self) -> None:
        self._notice = ("", float("-inf"))
        self._alone = ""

    def say(self, notice: str, now: float) -> None:
        """Show a notice for a while; an empty one ends what was said before."""
        self._notice = (notice, now + NOTICE if notice else float("-inf"))

    def show_alone(self, text: str) -> None:
        """Show a text, and nothing beside it, until a key is pressed."""
        self._alone = text

    def key_pressed(self) -> None:
        """Somebody has seen what stood alone."""
        self._alone = ""

    def row(self, looks: Looks, columns: int, now: float, link: Link, page: tuple[int, int]) -> Strip:
        """The row. Its last cell stays blank.

        Args:
            looks: How it is painted, and the keys as they are bound.
            columns: How wide it is.
            now: Server time.
            link: The link now.
            page: The page that is shown, counted from 0, and how many there are.
        """
        if self._alone:
            return row([(f" {self._alone}", NORMAL)], columns)
        notice, until = self._notice
        words = {} if looks.unattended else REFUSED_HINTS if link is Link.REFUSED else HINTS
        keys = key_words(words, On.WALL, looks.table)
        says = (notice,) if now < until else keys or ("",)
        return chrome.footer_row(says, *page, columns, quiet=looks.palette.quiet)
