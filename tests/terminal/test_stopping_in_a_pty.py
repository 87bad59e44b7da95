"""A wall that somebody wants to stop, and one that was stopped: it goes on, and takes its terminal again."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.test_leaving_in_a_pty import assert_as_found
from tests.terminal.tty import Tty, program

CTRL_Z = "\x1a"
SAID = "Ctrl-Z does nothing here"


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def ring(box: BoxProcess, tty: Tty, number: str) -> None:
    """A call comes in, and the wall shows it."""
    before = tty.lines[4].count("RINGING")
    box.ask("POST", "/simulator/calls", {"to": number, "from": "+4930123454821", "ring": 60, "end": "missed"})
    tty.until(lambda: tty.lines[4].count("RINGING") == before + 1, "the call")


def test_on_every_screen_ctrl_z_does_nothing_and_says_so(box: BoxProcess, tmp_path: Path) -> None:
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("Log in to RingCentral")
        tty.type(CTRL_Z)
        tty.until_shown(SAID)
        tty.type("\t")
        tty.until(lambda: SAID not in tty.text, "the keys again")
        tty.type("\r")
        tty.until_shown("101    Ana Martins")
        tty.type(CTRL_Z)
        tty.until_shown(SAID)
        tty.type(" ")
        tty.until_shown("[x] 101")
        tty.type("\r")
        tty.until_shown("LIVE PubNub")
        tty.type(CTRL_Z)
        tty.until_shown(SAID)
        for key, heading in (("?", "Help: "), ("\r", "presence"), ("D", "Diagnostics")):
            tty.type(key)
            tty.until_shown(heading)
            tty.until_shown("Esc back")
            tty.type(CTRL_Z)
            tty.until_shown(SAID)
            tty.type("\x1b")
            tty.until_shown("LIVE PubNub")
        tty.type("q")
        assert tty.exit_code() == 0


def test_a_signal_to_stop_stops_nothing(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("LIVE PubNub")
        tty.signal(signal.SIGTSTP)
        ring(box, tty, "101")
        tty.type("q")
        assert tty.exit_code() == 0
        assert_as_found(tty)


def test_one_that_was_stopped_takes_its_terminal_again_and_gives_it_back(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    with program(box.environment(tmp_path)) as tty:
        tty.until_shown("LIVE PubNub")
        own = tty.settings
        tty.signal(signal.SIGSTOP)
        assert os.WIFSTOPPED(os.waitpid(tty.pid, os.WUNTRACED)[1])
        # What a shell does meanwhile.
        tty.set(tty.settings_before)
        tty.show(b"\x1b[?1049l\x1b[?25h\x1b[?2004h\x1b[2Jsomebody's shell\r\n")
        seen = len(tty.raw)
        box.ask("POST", "/simulator/presence", {"extension": "102", "dndStatus": "DoNotAcceptAnyCalls"})
        tty.signal(signal.SIGCONT)
        tty.until(lambda: "102 " in tty.lines[3] and "DND" in tty.lines[4], "the wall")
        assert "somebody" not in tty.text
        taken = tty.raw[seen:]
        assert all(sequence in taken for sequence in (b"\x1b[?1049h", b"\x1b[?25l", b"\x1b[?2004h", b"\x1b[?7l"))
        assert tty.settings == own
        tty.signal(signal.SIGCONT)
        ring(box, tty, "103")
        tty.type("m")
        tty.until_shown("+49..4821")
        tty.type("q")
        assert tty.exit_code() == 0
        assert_as_found(tty)
