"""What happens when: lives as generators, played in the order of time.

A life (of a call, of a person's day) is a generator that does something, yields how many seconds it then waits, and
goes on. The agenda plays many of them at once on one line of time that its owner moves forward, so a day of telephony
can be played in an instant, and the same seed plays the same day.
"""

import heapq
from collections.abc import Iterator
from itertools import count

Life = Iterator[float]
"""Does what it does between yields; each yield is a wait in seconds."""


class Agenda:
    """The lives that are going on, and when each goes on next.

    Attributes:
        now: The moment that has been reached, in seconds.
        speed: How much faster than written the lives run.
        is_playing: Whether a life is doing something right now.
    """

    def __init__(self, now: float, speed: float = 1) -> None:
        self.now = now
        self.speed = speed
        self.is_playing = False
        self._order = count()
        self._due: list[tuple[float, int, Life]] = []

    @property
    def next_at(self) -> float | None:
        """When the next step is due; None if nothing is going on."""
        return self._due[0][0] if self._due else None

    def begin(self, life: Life) -> None:
        """Play a life from now on; its first step happens at once."""
        self._step(life)

    def run(self, until: float) -> None:
        """Let time pass up to and including the moment `until`."""
        while self._due and self._due[0][0] <= until:
            at, _, life = heapq.heappop(self._due)
            self.now = max(self.now, at)
            self._step(life)
        self.now = max(self.now, until)

    def _step(self, life: Life) -> None:
        before, self.is_playing = self.is_playing, True
        try:
            wait = next(life, None)
        finally:
            self.is_playing = before
        if wait is not None:
            heapq.heappush(self._due, (self.now + wait / self.speed, next(self._order), life))
