"""A terminal that reads nothing for a while: the wall goes on beneath, memory stays, and then the screen is true."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.test_leaving_in_a_pty import CTRL_L, FAULTY
from tests.terminal.tty import Tty, program

STALL = 6.0
"""Seconds: much longer than Textual's own queue would hold."""


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def stall(tty: Tty, seconds: float) -> None:
    """Fill the terminal, and go on typing without reading anything."""
    tty.stall(CTRL_L)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        tty.type(f"{CTRL_L}jk")
        time.sleep(0.1)


def memory(pid: int) -> float:
    """MB that a process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def until_idle(pid: int) -> None:
    """Wait until a process has done all that it had to do: it takes hardly any time of the processor."""
    ticks = os.sysconf("SC_CLK_TCK")
    used = -1.0
    while (now := sum(map(int, Path(f"/proc/{pid}/stat").read_text().split()[13:15])) / ticks) - used > 0.1:
        used = now
        time.sleep(0.5)


def test_the_loop_goes_on_and_the_memory_stays(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, *(str(400 + number) for number in range(1, 41)))
    gap = tmp_path / "gap"
    with program(box.environment(tmp_path), "gaps", str(gap), python=FAULTY, columns=200, rows=50) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("r")
        tty.until(gap.exists, "the measuring")
        before = memory(tty.pid)
        stall(tty, STALL)
        grown = memory(tty.pid) - before
        longest = float(gap.read_text())
        tty.type("q")
        assert tty.exit_code() == 0
    print(f"longest gap {longest * 1000:.0f} ms, {grown:.1f} MB more")  # noqa: T201 - the figures of docs/reliability.md
    assert longest < 0.5
    assert grown < 8


def test_afterwards_the_screen_shows_what_happened_meanwhile(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, "401", "402", "403")
    with program(box.environment(tmp_path), columns=200, rows=50) as tty:
        tty.until_shown("LIVE PubNub")
        stall(tty, 1.0)
        box.ask("POST", "/simulator/calls", {"to": "102", "from": "+4930123454821", "ring": 60, "end": "missed"})
        tty.until_shown("RINGING")
        tty.type("v")
        tty.until(lambda: "free" in tty.lines[0], "the other view")
        tty.type("v")
        tty.until(lambda: "102 " in tty.text and "RINGING" in tty.text, "the first view")
        torn = [line for line in tty.lines if "[" in line and "m" in line.split("[")[1][:6]]
        assert not torn
        tty.type("q")
        assert tty.exit_code() == 0


def test_what_was_left_out_is_painted_once_the_terminal_reads_again(box: BoxProcess, tmp_path: Path) -> None:
    choose(tmp_path, *(str(400 + number) for number in range(1, 41)))
    with program(box.environment(tmp_path), columns=400, rows=120) as tty:
        tty.until_shown("LIVE PubNub")
        stall(tty, STALL)
        tty.type("?")
        until_idle(tty.pid)
        tty.until_shown("Ctrl-Z")
        tty.until(lambda: "101 Ana" not in tty.text, "nothing but the help")
        tty.type("\x1b")
        tty.until_shown("101 Ana")
        tty.type("q")
        assert tty.exit_code() == 0
