"""The glass of the whole program: what is written bit by bit is what would stand there had all of it been painted."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal.box import BoxProcess, box_process, choose
from tests.terminal.test_leaving_in_a_pty import CTRL_L
from tests.terminal.tty import Tty, program

FORTY = [str(400 + number) for number in range(1, 41)]


@pytest.fixture(scope="module")
def box() -> Iterator[BoxProcess]:
    with box_process() as running:
        yield running


def look(tty: Tty) -> list[tuple[str, ...]]:
    """All cells with their colours; digits alike, for time goes on."""
    return [tuple(re.sub(r"\d", "0", cell[0]) + str(cell[1:]) for cell in row) for row in tty.cells]


def assert_as_painted_anew(tty: Tty) -> None:
    """Ctrl-L changes nothing but what something else has written."""
    tty.read_rest()
    before = look(tty)
    tty.show(b"\x1b[5;5Hsomething else")
    tty.until_shown("something else")
    tty.type(CTRL_L)
    tty.until(lambda: "something else" not in tty.text, "the wall over it")
    tty.read_rest()
    assert look(tty) == before


def test_after_whatever_was_pressed_the_glass_is_what_all_of_it_painted_anew_would_be(
    box: BoxProcess, tmp_path: Path
) -> None:
    choose(tmp_path, *FORTY)
    with program(box.environment(tmp_path), columns=120, rows=30) as tty:
        tty.until_shown("LIVE PubNub")
        tty.type("ljjo")
        tty.until_shown("by department")
        assert_as_painted_anew(tty)
        tty.type("?")
        tty.until_shown("Help: the keys")
        tty.type("\x1b")
        tty.until_shown("by department")
        tty.type("\r")
        tty.until(lambda: "by department" not in tty.lines[0], "the details")
        tty.type("\x1b")
        tty.until_shown("by department")
        tty.type(":theme light")
        tty.until(lambda: ": theme light" in tty.lines[-1], "what was typed")
        tty.type("\r")
        tty.until(lambda: "q quit" in tty.lines[-1], "the wall in other colours")
        assert_as_painted_anew(tty)
        tty.resize(100, 40)
        tty.until(lambda: "q quit" in tty.lines[-1], "the other size")
        tty.type("zz")
        box.ask("POST", "/simulator/calls", {"to": "101", "from": "+4930123454821", "ring": 60, "end": "missed"})
        tty.until_shown("RINGING 1")
        assert_as_painted_anew(tty)


@pytest.mark.parametrize(("every", "pressed", "looks"), [("0.5", 5, {"_collect_garbage"}), ("600", 20, set())])
def test_python_looks_for_garbage_by_the_clock_only_however_much_is_pressed(
    box: BoxProcess, tmp_path: Path, every: str, pressed: int, looks: set[str]
) -> None:
    choose(tmp_path, *FORTY)
    noted = tmp_path / "noted"
    words = ("-m", "tests.terminal.programs.collecting", str(noted), every)
    with program(box.environment(tmp_path), python=words, columns=200, rows=50) as tty:
        tty.until_shown("LIVE PubNub")
        noted.write_text("")
        for _ in range(pressed):
            tty.type("D")
            tty.until(lambda: "Diagnostics" in tty.text, "the diagnostics")
            tty.type("\x1b")
            tty.until(lambda: "q quit" in tty.lines[-1], "the wall")
        assert set(noted.read_text().splitlines()) == looks
