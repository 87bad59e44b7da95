"""What the screen of calls holds: calls and gaps in one list, the newest first, the filter and the cursor. Pure."""

from collections.abc import Sequence

from tui.calllog.payload import GapRow
from tui.calllog.rows import CallRow
from tui.calllog.standing import CALLS
from tui.presence.filter import EVERYTHING, FilterError, parse
from tui.screens.ports import CallsPage

AT_ONCE = 200
"""Calls that are read beyond the one under the cursor."""
FOREVER = float("inf")

Row = CallRow | GapRow


class CallList:
    """Calls and gaps, and where somebody is in them.

    Until a key chooses a row there is no cursor, and the newest calls are shown as they come. From then on the cursor
    stays on its row, and what stands around it does, whatever comes above.

    Attributes:
        text: The filter as it was typed.
        error: What is wrong with it; the rows are then those of the last filter that could be read.
        asked: The last filter that could be read.
        page: What was read last; None before, and where there is no record.
        rows: Calls and gaps, the newest first.
        cursor: The place of the cursor; None where there is none.
        top: The place of the first row that can be seen.
    """

    def __init__(self) -> None:
        self.text = ""
        self.error: FilterError | None = None
        self.asked = EVERYTHING
        self.page: CallsPage | None = None
        self.rows: Sequence[Row] = ()
        self.cursor: int | None = None
        self.top = 0

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return None if self.cursor is None else self.rows[self.cursor]

    @property
    def wanted(self) -> int:
        """How many calls are to be read, so that there are more below the cursor."""
        return AT_ONCE * (1 + ((self.cursor or 0) + AT_ONCE // 2) // AT_ONCE)

    def filter(self, text: str) -> None:
        """Ask for the calls that match a filter; where it cannot be read, `error` says why and all stays."""
        self.text = text
        try:
            asked = parse(text, CALLS)
        except FilterError as error:
            self.error = error
            return
        self.error = None
        if asked != self.asked:
            self.asked = asked
            self.cursor, self.top = None, 0

    def take(self, page: CallsPage | None) -> None:
        """Show what was read; what was under the cursor stays there, and stays where it is seen."""
        before, seen_at = self.current, (self.cursor or 0) - self.top
        self.page = page
        self.rows = () if page is None else _merged(page, with_filled=not self.asked.groups)
        if before is None:
            return
        key = key_of(before)
        self.cursor = next((place for place, row in enumerate(self.rows) if key_of(row) == key), None)
        if self.cursor is None and self.rows:
            # It is another call by now, or forgotten: the one that began just before it.
            self.cursor = next((place for place, row in enumerate(self.rows) if moment(row) <= moment(before)), 0)
        if self.top and self.cursor is not None:
            self.top = max(0, self.cursor - seen_at)

    def move(self, by: int) -> None:
        """Move the cursor by so many rows; where there is none, the first step is onto the first row that is seen."""
        if self.rows:
            to = self.top + max(0, by - 1) if self.cursor is None else self.cursor + by
            self.cursor = max(0, min(len(self.rows) - 1, to))

    def go(self, place: int) -> None:
        """Put the cursor on a row, or on the nearest there is."""
        if self.rows:
            self.cursor = max(0, min(len(self.rows) - 1, place))

    def newest(self) -> None:
        """Back to the newest calls, without a cursor."""
        self.cursor, self.top = None, 0

    def scroll(self, page: int) -> None:
        """Scroll as little as brings the cursor among so many rows; below the oldest call one row is left."""
        if self.cursor is not None:
            self.top = max(self.cursor - page + 1, min(self.top, self.cursor))
        has_more = self.page is not None and self.page.has_more
        self.top = max(0, min(self.top, len(self.rows) - page + (not has_more)))


def key_of(row: Row) -> str:
    """What makes a row known in the next list."""
    return row.call_id if isinstance(row, CallRow) else f"gap:{row.gap_id}"


def moment(row: Row) -> float:
    """The moment by which a row is in order: when a call began; when calls were seen again.

    Extensions that may not be watched are so for ever, and there may be many: above all calls they would hide these.
    """
    if isinstance(row, CallRow):
        return row.began or 0.0
    if row.ended_at is None:
        return FOREVER if row.extension_id is None else row.started_at
    return row.ended_at


def _merged(page: CallsPage, *, with_filled: bool) -> Sequence[Row]:
    """Calls and gaps in one order: on the way down the end of a gap comes before the calls of its time."""
    gaps: list[Row] = [gap for gap in page.gaps if with_filled or gap.filled_at is None]
    if page.has_more and page.calls:
        oldest = moment(page.calls[-1])
        gaps = [gap for gap in gaps if moment(gap) >= oldest]
    # Equals keep their order, gaps before calls.
    return sorted([*gaps[::-1], *page.calls], key=moment, reverse=True)
