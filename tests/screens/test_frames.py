"""When frames come: at once, at the frame rate, and not at all while the terminal is stalled."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterator

import pytest

from tui.screens.frames import FRAME, Frames
from tui.terminal.output import Output


class Stage:
    """Frames on a clock that a test moves.

    Attributes:
        painted: When each frame came.
        is_beneath: Whether another screen hides them.
    """

    def __init__(self) -> None:
        self.now = 0.0
        self.painted: list[float] = []
        self.is_beneath = False
        self._waiting: list[tuple[float, Callable[[], None]]] = []
        self.frames = Frames(
            lambda: self.painted.append(self.now), self._after, lambda: self.now, lambda: not self.is_beneath
        )

    def _after(self, seconds: float, call: Callable[[], None]) -> None:
        self._waiting.append((self.now + seconds, call))

    @property
    def waits(self) -> bool:
        """Whether it asked to be called later."""
        return bool(self._waiting)

    def pass_to(self, moment: float) -> None:
        """Let time go on, and do what was waited for."""
        self.now = moment
        due = [call for at, call in self._waiting if at <= moment]
        self._waiting = [(at, call) for at, call in self._waiting if at > moment]
        for call in due:
            call()


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """A pipe in the terminal's place, and the end of it that a person would read."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with os.fdopen(writing, "w") as stream:
        monkeypatch.setattr(sys, "__stdout__", stream)
        yield reading
    os.close(reading)


@pytest.mark.usefixtures("terminal")
def test_what_changes_seldom_is_painted_at_once() -> None:
    stage = Stage()
    for moment in (1.0, 2.0, 3.0):
        stage.pass_to(moment)
        stage.frames.soon()
    assert stage.painted == [1.0, 2.0, 3.0]


@pytest.mark.usefixtures("terminal")
def test_what_changes_all_the_time_is_painted_at_the_frame_rate() -> None:
    stage = Stage()
    for step in range(100):
        stage.pass_to(step * FRAME / 10)
        stage.frames.soon()
    assert 9 <= len(stage.painted) <= 11


def test_a_stalled_terminal_gets_nothing_until_it_reads_again(terminal: int) -> None:
    stage = Stage()
    stalled = sys.__stdout__
    assert stalled is not None
    with contextlib.suppress(BlockingIOError):
        while True:
            os.write(stalled.fileno(), b" " * 4096)
    for step in range(100):
        stage.pass_to(step * FRAME)
        stage.frames.soon()
    assert stage.painted == []
    while len(os.read(terminal, 1 << 20)) == 1 << 20:
        pass
    stage.pass_to(101 * FRAME)
    assert len(stage.painted) == 1


@pytest.mark.usefixtures("terminal")
def test_beneath_another_screen_nothing_is_waited_for() -> None:
    stage = Stage()
    stage.frames.soon()
    stage.frames.soon()
    stage.is_beneath = True
    stage.pass_to(FRAME)
    assert not stage.waits
    stage.is_beneath = False
    stage.frames.soon()
    assert stage.painted == [0.0, FRAME]


@pytest.mark.usefixtures("terminal")
def test_no_frame_comes_while_one_is_still_being_written() -> None:
    stage, frame = Stage(), "x" * 200_000
    slow_end, written_to = os.pipe()
    output = Output(written_to, "utf-8", lambda: None)
    output.write(frame)
    stage.frames.soon()
    assert stage.painted == []
    read = 0
    while read < len(frame):
        read += len(os.read(slow_end, 1 << 16))
    assert output.close(within=10)
    stage.pass_to(FRAME)
    assert len(stage.painted) == 1
    os.close(slow_end)
    os.close(written_to)
