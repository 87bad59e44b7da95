"""Textual's way to the terminal, of which nothing waits."""

import asyncio
import contextlib
import logging
import os
import selectors
import signal
import termios
from typing import Any

from rich.color import ColorSystem
from textual._compositor import CompositorUpdate
from textual._xterm_parser import XTermParser
from textual.drivers.linux_driver import LinuxDriver
from textual.events import Key
from textual.message import Message

from tui.screens.frames import FRAME
from tui.terminal.found import MODES_BACK, TITLE_BACK, put_screen_back
from tui.terminal.output import Output, stdout_encoding
from tui.terminal.pace import AHEAD, ANSWER
from tui.terminal.typed import AMBIGUOUS, ESC, PASTE, PASTED, Typed
from tui.widgets.written import Written

log = logging.getLogger(__name__)

DRAIN_WITHIN = 0.5
"""Seconds that the terminal has to read the last bytes."""
FOLLOWS_WITHIN = 0.1
"""Seconds within which the rest of a key's sequence has to follow its Esc."""
AT_ONCE = 4096
"""Bytes that are read at once."""
LITTLE = 64
"""Bytes that come in one piece without being told to."""
BEGIN, END = "\x1b[?2026h", "\x1b[?2026l"
"""What is between these appears at once, on terminals that know it: synchronised output."""


class Answered(Message):
    """The terminal has answered a question of ours; see `tui.terminal.pace`."""


class Keyboard:
    """Bytes of a terminal, and the messages that Textual makes of them.

    Textual's parser knows many sequences of keys and reports. One that it does not know it hands out as keys a moment
    later, so that a terminal's name would be typed into a form; a few end it with an error.
    """

    def __init__(self) -> None:
        self._typed, self._parser = Typed(), XTermParser()

    def read(self, data: bytes) -> list[Message]:
        """What comes of the bytes that were just read."""
        return [message for part in self._typed.take(data) for message in self._parsed(part)]

    def rest(self) -> list[Message]:
        """What comes of those that were held back, once nothing has followed them for a while."""
        return [message for part in self._typed.rest() for message in self._parsed(part)] + list(self._parser.tick())

    def _parsed(self, part: str) -> list[Message]:
        if part == ESC:
            return [Key("escape", ESC)]
        if part == ANSWER:
            return [Answered()]
        try:
            messages = list(self._parser.feed(part))
        except (ValueError, OverflowError):
            messages = []
        is_sequence = part.startswith(ESC) and len(part) > AMBIGUOUS
        if is_sequence and not messages and part not in (PASTE, PASTED):
            self._parser = XTermParser()
        return messages


class PatientDriver(LinuxDriver):
    """Writes through `Output`: Textual's own writer holds thirty writes, and then blocks the event loop.

    It writes to stdout, so that `2>` may lead elsewhere.

    A signal to stop does nothing, for a wall that stands still shows what is no longer true. SIGSTOP cannot be refused:
    after it the terminal is taken again. Textual's own handlers would start a second reader of keys, and take the
    terminal of the shell's for the one that was found.
    """

    _output: Output | None = None
    _later: asyncio.TimerHandle | None = None
    _is_synchronised = False
    _is_leaving = False
    _own_settings: list[Any] | None = None
    _is_titled = False

    def start_application_mode(self) -> None:
        """Take the terminal."""
        self._written = Written()
        self._output = Output(1, stdout_encoding(), self._paint_anew)
        super().start_application_mode()  # type: ignore[no-untyped-call]
        with contextlib.suppress(termios.error):
            self._own_settings = termios.tcgetattr(self.fileno)
        # No SIG_IGN: the programs that we start would inherit it.
        signal.signal(signal.SIGTSTP, lambda *_: None)
        signal.signal(signal.SIGCONT, lambda *_: self._loop.call_soon_threadsafe(self._take_again))

    def _run_input_thread(self) -> None:
        """Read keys until the end, or until the terminal is lost; what else goes wrong is the guard's affair."""
        try:
            self.run_input_thread()
        except OSError as error:
            log.warning("no more keys: %s", error)

    def run_input_thread(self) -> None:
        """Read keys until the end. Textual's own reader ends for good at the first byte that it cannot read."""
        keys = Keyboard()
        with selectors.SelectSelector() as keyboard:
            keyboard.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                is_there = keyboard.select(FOLLOWS_WITHIN)
                for message in keys.read(os.read(self.fileno, AT_ONCE)) if is_there else keys.rest():
                    if isinstance(message, Answered):
                        self._hear_answer()
                    else:
                        self.process_message(message)

    def write(self, data: str) -> None:
        """Write, or leave it out: while the terminal is behind, and from when it is given back."""
        if self._output is not None and not self._is_leaving:
            self._output.write(data)

    def paint(self, update: CompositorUpdate, colors: ColorSystem, *, synchronised: bool) -> None:
        """Write what an update changes on the glass, now or as soon as the line has room for it.

        Args:
            update: What Textual paints.
            colors: How many colours the terminal has.
            synchronised: Whether it knows how to show a frame at once.
        """
        self._is_synchronised = synchronised
        self._written.take(update, colors)
        # While the line is behind no frame comes: this is what a key has done, and nobody is to wait for that.
        self._write_what_differs(2 * AHEAD)

    def forget_glass(self) -> None:
        """Write everything with the next update: something else may have written on the terminal."""
        self._written.forget()

    def _write_what_differs(self, ahead: float = AHEAD) -> None:
        output = self._output
        if output is None or self._is_leaving:
            return
        if (room := output.room(ahead)) and (text := self._written.next(room)):
            output.paint(f"{BEGIN}{text}{END}" if self._is_synchronised and len(text) > LITTLE else text)
        output.is_owing = not self._written.is_complete
        if output.is_owing and self._later is None:
            self._later = self._loop.call_later(FRAME, self._go_on)

    def _go_on(self) -> None:
        self._later = None
        self._write_what_differs()

    def _hear_answer(self) -> None:
        if self._output is not None:
            self._output.answered()
            with contextlib.suppress(RuntimeError):  # a loop that is closed paints no more
                self._loop.call_soon_threadsafe(self._write_what_differs)

    def name_window(self, title: str) -> None:
        """Give the terminal's window a title; the one that it has comes back at the end.

        Source: xterm's control sequences: CSI 22 ; 2 t keeps the title, OSC 2 sets it, CSI 23 ; 2 t restores it.
        """
        if not self._is_titled:
            self._is_titled = True
            self.write("\x1b[22;2t")
        self.write(f"\x1b]2;{title}\x07")

    def stop_application_mode(self) -> None:
        """Give back what was taken.

        The glass goes at once; the keys stay ours until the terminal has told all that it was asked for: the shell
        would take it for keys. Textual does both the other way round.
        """
        signal.signal(signal.SIGCONT, signal.SIG_DFL)
        self.write((MODES_BACK + (TITLE_BACK if self._is_titled else b"")).decode())
        self._is_leaving = True
        if self._output is not None:
            self._output.hear_out()
        self.disable_input()
        if self.attrs_before is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self.attrs_before)

    def close(self) -> None:
        """Give the terminal the last bytes; if it does not read them, get back without it."""
        output, self._output = self._output, None
        if output is not None and not output.close(DRAIN_WITHIN):
            put_screen_back(1)
        super().close()

    def _take_again(self) -> None:
        """Set every mode once more: a shell has had the terminal meanwhile."""
        if self._is_leaving:
            return
        if self._own_settings is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(self.fileno, termios.TCSANOW, self._own_settings)
        self.write("\x1b[?1049h\x1b[?25l\x1b[?1004h")
        self._enable_mouse_support()
        self._enable_bracketed_paste()
        self._disable_line_wrap()
        self._app.refresh()

    def _paint_anew(self) -> None:
        self._loop.call_soon_threadsafe(self._app.refresh)
