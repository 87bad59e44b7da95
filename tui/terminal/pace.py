"""How much a line takes, told by how soon the terminal at its far end answers. Pure: time is an argument.

What was written to a terminal may lie in a dozen buffers on its way: the kernel tells nothing of a pty's, and ssh reads
ahead hundreds of kilobytes. So the terminal is asked. It answers once it has come to the question, behind all that was
written before: what it takes longer than an answer on an idle line, the line takes to carry it.

Source: ECMA-48, DSR: CSI 5 n asks for the status, CSI 0 n answers that all is well; terminals know it since the VT100.
One that never answers is written to as if its line were fast.
"""

from collections import deque
from typing import NamedTuple

QUESTION, ANSWER = "\x1b[5n", "\x1b[0n"
WORTH_A_QUESTION = 512
"""Bytes behind which the terminal is asked, and the least that is written at once however slow the line is."""
AHEAD = 0.1
"""Seconds of output that may be under way beside the line's own delay."""
FAST = 0.02
"""Seconds: what is carried sooner says nothing of the line, but of the machine."""
LOOK_EVERY = 30.0
"""Seconds after which the line's delay is looked at anew, with nothing else under way."""
MOST = 32_768
"""Bytes that may be under way however fast the line is, or was a moment ago: a page of a large terminal."""
ANSWERS_WITHIN = 1.0
"""Seconds after which a terminal that has never answered is taken for one that does not."""
LOST_AFTER = 10.0
"""Seconds after which no answer is waited for any more."""


class _Asked(NamedTuple):
    """A question that waits for its answer.

    Attributes:
        at: When it was asked.
        size: Bytes that were written at once before it: its answer tells how fast they were carried. None where they
            came bit by bit, which tells nothing; 0 where there were none, so that it tells the line's delay.
        written: Bytes that were written until then, in all.
    """

    at: float
    size: int | None
    written: int


class Pace:
    """What is under way to the terminal, and what may follow it. Times are in seconds, by a clock that never jumps."""

    def __init__(self) -> None:
        self._asked: deque[_Asked] = deque()
        self._written = self._asked_behind = self._carried = 0
        self._answers = False
        self._answered_at = float("-inf")
        self._delay = 0.0
        self._looked_at = float("-inf")
        self._rate = float("inf")

    @property
    def is_waiting(self) -> bool:
        """Whether a question has no answer yet."""
        return bool(self._asked)

    def patience(self, now: float) -> float:
        """Seconds in which an answer may come; none for a terminal that has had its time and said nothing."""
        if not self._asked or self._answers:
            return ANSWERS_WITHIN
        return max(0.0, self._asked[0].at + ANSWERS_WITHIN - now)

    def last_question(self, now: float) -> bool:
        """Whether to ask behind all that is ever written; its answer is the last that the terminal sends."""
        if not self.patience(now):
            return False
        self._asked.append(_Asked(now, None, self._written))
        return True

    def questions(self, size: int, now: float) -> tuple[bool, bool]:
        """Whether to ask before so many bytes are written, and whether behind them."""
        before, self._written = self._written, self._written + size
        if self._written - self._asked_behind < WORTH_A_QUESTION or (self._asked and not self._answers):
            return False, False
        looks = not self._asked and now - self._looked_at >= LOOK_EVERY
        if looks:
            self._looked_at = now
            self._asked.append(_Asked(now, 0, before))
        self._asked.append(_Asked(now, size if size >= WORTH_A_QUESTION else None, self._written))
        self._asked_behind = self._written
        return looks, True

    def answered(self, now: float) -> None:
        """The terminal has answered the oldest question."""
        if not self._asked:
            return
        asked = self._asked.popleft()
        self._answers, self._carried = True, asked.written
        if asked.size == 0:
            self._delay = now - asked.at
        elif asked.size is not None:
            carried_in = now - max(asked.at + self._delay, self._answered_at)
            self._rate = asked.size / carried_in if carried_in > FAST else float("inf")
        self._answered_at = now

    def room(self, now: float, ahead: float = AHEAD) -> float:
        """How many bytes may follow now.

        Args:
            now: When.
            ahead: Seconds of output that may be under way beside the line's own delay.
        """
        window = max(WORTH_A_QUESTION, self._rate * (self._delay + ahead))
        if not self._asked:
            return min(window, MOST)
        waited, under_way = now - self._asked[0].at, self._written - self._carried
        if not self._answers:
            return MOST if waited > ANSWERS_WITHIN else max(0, MOST - under_way)
        if waited > LOST_AFTER:
            self._asked.clear()
            self._rate = under_way / waited
        elif waited > self._delay + ahead or now - self._looked_at >= LOOK_EVERY:
            return 0.0
        return max(0.0, min(window, MOST) - under_way)
