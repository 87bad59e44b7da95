"""The rows around the tiles, as a picture and its feed fill them. Pure."""

from collections.abc import Sequence

from textual.strip import Strip

from tui.screens.picture import Picture
from tui.screens.ports import Watching
from tui.widgets import chrome, header
from tui.widgets.header import Header
from tui.widgets.palette import Palette


def rows_above(
    picture: Picture, watching: Watching, palette: Palette, columns: int, *, is_demo: bool, secret_file: str
) -> list[Strip]:
    """The three rows above the tiles: status, counts, and what wants attention.

    Args:
        picture: What is shown.
        watching: The feed.
        palette: How it is painted.
        columns: How wide the rows are.
        is_demo: Whether the account is a simulator's.
        secret_file: The file that the login's secret comes from; empty where it was typed in.
    """
    now, link, clock = watching.clock.now(), watching.link, watching.clock
    shown, chosen = picture.shown_of_all
    first = Header(
        view=picture.view_name,
        shown=shown,
        chosen=chosen,
        order=picture.order_words,
        link=link,
        is_demo=is_demo,
        messages=picture.message_words,
        machine_time=None if clock.is_set else now + clock.local_error,
    )
    if header.is_lost(link, now):
        third = header.picture_row(link, now, columns, secret_file=secret_file)
    else:
        third = chrome.attention_row(
            picture.alerts(now), picture.entries.values(), now, columns, plain=palette.is_plain
        )
    return [header.status_row(first, now, columns), chrome.counts_row(picture.counts, palette, columns), third]


def selected_rows(
    picture: Picture, watching: Watching, extension_id: str | None, columns: int, *, mask: bool
) -> Sequence[Strip]:
    """The two rows that show the extension under the cursor in full."""
    entry = picture.entries.get(extension_id or "")
    confirmed_at = None if entry is None else watching.board.last_confirmed(entry)
    return chrome.selected_rows(entry, confirmed_at, watching.clock.now(), columns, mask=mask)
