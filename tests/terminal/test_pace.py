"""How much is written to lines of any speed: never more than they carry in a moment, and no less than they could."""

from collections import deque

import pytest

from tui.terminal.pace import AHEAD, ANSWERS_WITHIN, LOOK_EVERY, LOST_AFTER, MOST, Pace

TICK = 0.01
"""Seconds between two looks at what may be written."""


class Line:
    """A line with a terminal at its end that answers, and a program that always has something to write.

    Attributes:
        rate: Bytes that it carries in a second.
        most: The most seconds of output that were under way, beside the delay, once the line was known.
    """

    def __init__(self, rate: float, delay: float, frame: int = 4000) -> None:
        self.pace = Pace()
        self.now = 100.0
        self.carried = 0
        self.most = 0.0
        self.rate, self._delay, self._frame = rate, delay, frame
        self._busy_until = self.now
        self._answers: deque[float] = deque()

    def run(self, seconds: float) -> None:
        """Write whatever may be written, for so long."""
        end = self.now + seconds
        while self.now < end:
            self.now += TICK
            while self._answers and self._answers[0] <= self.now:
                self.pace.answered(self._answers.popleft())
            if size := int(min(self._frame, self.pace.room(self.now))):
                self.write(size)

    def wait(self) -> None:
        """Write nothing until all was answered."""
        while self._answers:
            self.now = self._answers.popleft()
            self.pace.answered(self.now)

    def write(self, size: int) -> None:
        """Let so much be written."""
        before, behind = self.pace.questions(size, self.now)
        if before:
            self._answers.append(max(self.now, self._busy_until) + self._delay)
        self._busy_until = max(self.now, self._busy_until) + size / self.rate
        self.carried += size
        if behind:
            self._answers.append(self._busy_until + self._delay)
        self.most = max(self.most, self._busy_until - self.now)


@pytest.mark.parametrize("rate", [8_000, 30_000])
@pytest.mark.parametrize("delay", [0.0, 0.05, 0.3, 0.6])
def test_a_line_is_kept_busy_and_no_more(rate: float, delay: float) -> None:
    line = Line(rate, delay)
    line.run(40.0)
    line.carried, line.most = 0, 0.0
    line.run(3 * LOOK_EVERY)
    assert line.most <= delay + 2 * AHEAD + TICK
    assert line.carried >= 0.5 * rate * 3 * LOOK_EVERY


def test_a_fast_line_takes_everything() -> None:
    line = Line(rate=1e7, delay=0.3)
    line.run(5.0)
    line.wait()
    assert line.pace.room(line.now) == MOST


def test_a_line_that_gets_slower_is_noticed_and_one_that_gets_faster_too() -> None:
    line = Line(1e7, 0.02)
    line.run(5.0)
    line.rate = 4_000
    line.run(2 * MOST / 4_000)
    line.most = 0.0
    line.run(5.0)
    assert line.most <= 3 * AHEAD
    line.rate = 1e7
    line.run(5.0)
    line.wait()
    assert line.pace.room(line.now) == MOST


def test_a_terminal_that_never_answers_is_asked_once_and_written_to_as_if_it_were_fast() -> None:
    pace = Pace()
    asked = [pace.questions(5_000, now) for now in range(1000)]
    assert asked == [(True, True)] + [(False, False)] * 999
    assert pace.room(1000.0) == MOST
    assert not pace.last_question(1000.0)


def test_at_the_end_an_answer_is_waited_for_where_one_may_come() -> None:
    pace = Pace()
    assert pace.last_question(0.0)
    assert pace.patience(0.4) == pytest.approx(ANSWERS_WITHIN - 0.4)
    assert pace.patience(ANSWERS_WITHIN) == 0.0
    pace.answered(2.0)
    assert not pace.is_waiting
    assert pace.last_question(100.0)
    assert pace.patience(100.0) == ANSWERS_WITHIN


def test_an_answer_that_is_lost_holds_it_up_for_a_while_only() -> None:
    pace = Pace()
    pace.questions(5_000, 0.0)
    pace.answered(0.01)
    assert pace.room(1.0) == 0.0
    assert pace.is_waiting
    assert pace.room(LOST_AFTER + 0.1) > 0.0
    assert not pace.is_waiting


def test_what_is_little_is_not_asked_about() -> None:
    pace = Pace()
    pace.questions(5_000, 0.0)
    pace.answered(0.01)
    pace.answered(0.02)
    asked = [pace.questions(10, 1.0 + now) for now in range(40)]
    assert not any(sum(asked, ()))


def test_an_answer_to_nothing_is_nothing() -> None:
    pace = Pace()
    pace.answered(1.0)
    assert pace.room(2.0) == MOST
