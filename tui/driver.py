"""Textual's way to the terminal, of which nothing waits."""

from textual.drivers.linux_driver import LinuxDriver

from tui.terminal.found import put_screen_back
from tui.terminal.output import Output, stdout_encoding

DRAIN_WITHIN = 0.5
"""Seconds that the terminal has to read the last bytes."""


class PatientDriver(LinuxDriver):
    """Writes through `Output`: Textual's own writer holds thirty writes, and then blocks the event loop.

    It writes to stdout, so that `2>` may lead elsewhere.
    """

    _output: Output | None = None

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._output = Output(1, stdout_encoding(), self._paint_anew)
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def write(self, data: str) -> None:
        """Write, or leave it out while the terminal is behind."""
        if self._output is not None:
            self._output.write(data)

    def close(self) -> None:
        """Give the terminal the last bytes; if it does not read them, get back without it."""
        output, self._output = self._output, None
        if output is not None and not output.close(DRAIN_WITHIN):
            put_screen_back(1)
        super().close()

    def _paint_anew(self) -> None:
        self._loop.call_soon_threadsafe(self._app.refresh)
