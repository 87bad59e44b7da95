"""When a screen that changes all the time is painted."""

from collections.abc import Callable

from tui.terminal.output import is_writable

FRAME = 0.03
"""Seconds between two frames, at least, while much happens."""


class Frames:
    """Paints at once when the last frame is old enough, else when it will be, and never while the terminal is stalled.

    Args:
        paint: Paints what has changed.
        after: Calls something so many seconds later.
        running: A clock that never jumps, in seconds.
        is_shown: Whether anything would be seen. Beneath another screen nothing is waited for: each time that Textual
            calls us there, it paints the other one anew.
    """

    def __init__(
        self,
        paint: Callable[[], None],
        after: Callable[[float, Callable[[], None]], object],
        running: Callable[[], float],
        is_shown: Callable[[], bool],
    ) -> None:
        self._paint = paint
        self._after = after
        self._running = running
        self._is_shown = is_shown
        self._painted_at = float("-inf")
        self._is_waiting = False

    def soon(self) -> None:
        """Something has changed."""
        if self._is_waiting:
            return
        wait = self._painted_at + FRAME - self._running()
        if wait <= 0:
            self._frame()
        else:
            self._wait(wait)

    def _wait(self, seconds: float) -> None:
        self._is_waiting = True
        self._after(seconds, self._frame)

    def _frame(self) -> None:
        self._is_waiting = False
        if not self._is_shown():
            return
        if is_writable():
            self._painted_at = self._running()
            self._paint()
        else:
            self._wait(FRAME)
