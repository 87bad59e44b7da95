"""The last changes of each extension, as details show them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from tui.presence.board import By, Change, Entry
from tui.presence.presence import Call
from tui.presence.status import Status
from tui.widgets.tile import leading_call

KEPT = 20
"""Changes that are kept of each extension."""


@dataclass(frozen=True, slots=True)
class Past:
    """What an extension was at a moment.

    Attributes:
        at: When that became known, in server time.
        by: What made it known.
        status: The state, as it was last known where nothing confirmed it (`stale`).
        call: The call that made the state; None without one.
    """

    at: float
    by: By
    status: Status
    stale: bool
    call: Call | None
    message: str

    def looks_like(self, other: "Past") -> bool:
        """Whether people would read the same of both."""
        return self._read == other._read

    @property
    def _read(self) -> tuple[object, ...]:
        return self.status, self.stale, self.call, self.message


class History:
    """The last `KEPT` changes of each extension that people would see."""

    def __init__(self) -> None:
        # Tuples: most hold one change, and a deque takes seven hundred bytes before it holds any.
        self._pasts: dict[str, tuple[Past, ...]] = {}

    def take(self, change: Change) -> None:
        """Keep a change; of an extension that left, nothing is kept."""
        if change.new is None:
            self._pasts.pop(change.id, None)
            return
        pasts, past = self._pasts.get(change.id, ()), _past(change.new, change)
        if not pasts:
            self._pasts[change.id] = _alone(past)
        elif not past.looks_like(pasts[0]):
            self._pasts[change.id] = (*_alone(past), *pasts[: KEPT - 1])

    def of(self, extension_id: str) -> Sequence[Past]:
        """The changes of an extension, the last one first."""
        return self._pasts.get(extension_id, ())


@lru_cache(maxsize=256)
def _alone(past: Past) -> tuple[Past, ...]:
    """One change, kept once for all to whom it happens at once, as by a read or with the link.

    So the first read takes 1.2 MB less of ten thousand extensions, and so does each time that the link is lost.
    """
    return (past,)


def _past(entry: Entry, change: Change) -> Past:
    message = (entry.presence.message if entry.presence else None) or ""
    return Past(change.at, change.by, entry.status, entry.stale, leading_call(entry), message)
