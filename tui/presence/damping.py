"""Flaps that nobody should see: a ringing call that seems gone for a moment and rings on. For display only; pure."""

from dataclasses import replace

from tui.presence.board import By, Change
from tui.presence.status import RINGING, TALKING

HELD_FOR = 1.0
"""Seconds for which the end of ringing is not believed: the platform is known to send NoCall inside a ringing call."""


class Damping:
    """Holds back the end of a ringing call for a moment; whatever comes next for that extension takes its place."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, Change]] = {}

    @property
    def next_at(self) -> float | None:
        """When something that is held back falls due; None where nothing is."""
        return min((due for due, _ in self._held.values()), default=None)

    def take(self, change: Change) -> Change | None:
        """The change to show now; None where it is held back."""
        _, held = self._held.pop(change.id, (0.0, None))
        if held is not None:
            change = replace(change, old=held.old)
        if _is_end_of_ringing(change):
            self._held[change.id] = (change.at + HELD_FOR, change)
            return None
        return change

    def due(self, now: float) -> list[Change]:
        """What has been held back for long enough."""
        ended = [extension_id for extension_id, (due, _) in self._held.items() if due <= now]
        return [self._held.pop(extension_id)[1] for extension_id in ended]


def _is_end_of_ringing(change: Change) -> bool:
    old, new = change.old, change.new
    if change.by is not By.EVENT or old is None or new is None:
        return False
    return old.status in RINGING and new.status not in TALKING
