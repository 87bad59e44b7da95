"""Seeded plans of calls of every kind that the box knows, for whoever wants many."""

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

Wish = dict[str, Any]

CALLERS = 300
"""People outside who call: few enough that the same one calls the same extension again within minutes."""
WITHHELD, ONE_OF = "anonymous", 15


def plans(chance: Random, numbers: Sequence[str], queues: Sequence[str], count: int) -> Iterator[tuple[str, Wish]]:
    """So many calls, each with the name of its kind, as the box's door `calls` wants them.

    Args:
        chance: Chooses.
        numbers: The extensions that take part.
        queues: The call queues that may be called.
        count: How many.
    """
    kinds = _Kinds(chance, numbers, queues)
    for name in chance.choices([*kinds.weights], [*kinds.weights.values()], k=count):
        yield name, {**kinds.common(), **kinds.make[name]()}


class _Kinds:
    """What each kind of call is."""

    def __init__(self, chance: Random, numbers: Sequence[str], queues: Sequence[str]) -> None:
        self._chance = chance
        self._numbers = numbers
        self._last = numbers[0]
        self.weights = {
            "queue": 30, "queue, given up": 5, "direct": 16, "second call": 6, "missed": 9, "voicemail": 7,
            "rejected": 4, "outbound": 9, "outbound, no answer": 3, "internal": 4, "internal, missed": 3,
            "to oneself": 2, "transferred": 6, "transferred from a queue": 3, "parked": 3,
        }  # fmt: skip
        self.make: dict[str, Callable[[], Wish]] = {
            "queue": lambda: {"to": chance.choice(queues)},
            "queue, given up": lambda: {"to": chance.choice(queues), "end": "missed"},
            "direct": lambda: {"to": self._one(), "hold": self._hold()},
            "second call": lambda: {"to": self._last},
            "missed": lambda: {"to": self._one(), "end": "missed"},
            "voicemail": lambda: {"to": self._one(), "end": "voicemail"},
            "rejected": lambda: {"to": self._one(), "end": "rejected"},
            "outbound": lambda: {"to": self._caller(), "from": self._one(), "hold": self._hold()},
            "outbound, no answer": lambda: {"to": self._caller(), "from": self._one(), "end": "missed"},
            "internal": lambda: dict(zip(("to", "from"), self._two(), strict=True)),
            "internal, missed": lambda: {**dict(zip(("to", "from"), self._two(), strict=True)), "end": "missed"},
            "to oneself": self._to_oneself,
            "transferred": lambda: self._transferred({}),
            "transferred from a queue": lambda: self._transferred({"queue": chance.choice(queues)}),
            "parked": lambda: {"to": self._one(), "end": "parked", "park": chance.uniform(0.5, 3)},
        }

    def common(self) -> Wish:
        """What every call has, unless its kind has it otherwise."""
        chance = self._chance
        withheld = chance.randrange(ONE_OF) == 0
        caller = WITHHELD if withheld else self._caller()
        return {"from": caller, "ring": chance.uniform(0.2, 1.5), "talk": chance.uniform(0.3, 4)}

    def _caller(self) -> str:
        return f"+4930{self._chance.randrange(CALLERS):07}"

    def _one(self) -> str:
        self._last = self._chance.choice(self._numbers)
        return self._last

    def _two(self) -> tuple[str, str]:
        one, other = self._chance.sample(self._numbers, 2)
        return one, other

    def _hold(self) -> list[list[float]]:
        return [[0.3, self._chance.uniform(0.3, 1.5)]] if self._chance.random() < 0.3 else []

    def _to_oneself(self) -> Wish:
        number = self._one()
        return {"to": number, "from": number, "end": self._chance.choice(("answered", "missed"))}

    def _transferred(self, more: Wish) -> Wish:
        one, other = self._two()
        return {"to": one, "end": f"transferred:{other}", **more}
