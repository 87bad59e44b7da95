"""Moments that are waited for, one at most for each extension, the next one first. Pure."""

from bisect import bisect_left, insort

from tui.presence.alerts import NEVER


class Moments:
    """When something of each extension changes by itself.

    A sorted list and not a heap: a moment that is put off leaves nothing behind, however often that happens.
    """

    def __init__(self) -> None:
        self._by_id: dict[str, float] = {}
        self._in_order: list[tuple[float, str]] = []

    @property
    def next(self) -> float | None:
        """The next moment; None where nothing is waited for."""
        return self._in_order[0][0] if self._in_order else None

    def fill(self, moments: dict[str, float]) -> None:
        """Wait for these and no others, by extension id; infinity is never."""
        self._by_id = {one: moment for one, moment in moments.items() if moment < NEVER}
        self._in_order = sorted((moment, one) for one, moment in self._by_id.items())

    def set(self, extension_id: str, moment: float) -> None:
        """Wait for another moment of one extension; infinity is never."""
        before = self._by_id.pop(extension_id, None)
        if before is not None:
            del self._in_order[bisect_left(self._in_order, (before, extension_id))]
        if moment < NEVER:
            self._by_id[extension_id] = moment
            insort(self._in_order, (moment, extension_id))

    def come(self, at: float) -> list[str]:
        """The ids of those whose moment has come; they wait until they are set anew."""
        return [one for _, one in self._in_order[: bisect_left(self._in_order, (at, "\U0010ffff"))]]
