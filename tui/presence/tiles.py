"""The tiles of one group, in order. Pure."""

from bisect import bisect_left, insort
from collections.abc import Mapping

Number = tuple[int, str, str]
"""The order of numbers; the last part is the id."""
Key = tuple[float | str, ...]
"""Where a tile stands in an order: what comes before the number, where there is anything, and the number."""
_NUMBER = slice(-3, None)


class Tiles:
    """The ids of one group in order; the list of them is made once for all who ask before the next change.

    Args:
        pins: The places of ids that come first.
        reverse: Whether the order of the others is turned round.
    """

    def __init__(self, pins: Mapping[str, int], *, reverse: bool) -> None:
        self._pins = pins
        self._reverse = reverse
        self._pinned: list[Key] = []
        self._others: list[Key] = []
        self._ids: list[str] | None = None

    def __len__(self) -> int:
        return len(self._pinned) + len(self._others)

    @property
    def ids(self) -> list[str]:
        """The ids, in order."""
        if self._ids is None:
            others = reversed(self._others) if self._reverse else self._others
            self._ids = [str(key[-1]) for key in (*self._pinned, *others)]
        return self._ids

    def fill(self, keys: list[Key]) -> None:
        """Hold these keys, which are in order, and no others."""
        pins = self._pins
        pinned = [key for key in keys if key[-1] in pins] if pins else []
        self._pinned = sorted(self._among(key)[1] for key in pinned)
        self._others = [key for key in keys if key[-1] not in pins] if pinned else keys
        self._ids = None

    def add(self, key: Key) -> None:
        """Put a key in its place."""
        keys, key = self._among(key)
        insort(keys, key)
        self._ids = None

    def remove(self, key: Key) -> None:
        """Take out a key that is there."""
        keys, key = self._among(key)
        del keys[bisect_left(keys, key)]
        self._ids = None

    def _among(self, key: Key) -> tuple[list[Key], Key]:
        """Where a key belongs, and what it is there: pins are in an order of their own."""
        pin = self._pins.get(str(key[-1]))
        return (self._others, key) if pin is None else (self._pinned, (pin, *key[_NUMBER]))
