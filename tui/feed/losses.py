"""What was lost in silence: a read that only checks finds it, for no event had told of it and none comes late. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tui.feed.link import Gap
from tui.presence.board import By, Change
from tui.presence.notification import PresenceNews
from tui.presence.presence import Presence

UNDER_WAY = 5.0
"""Seconds for an event to come that a read has overtaken."""
SAME_MOMENT = 1.0
"""Seconds by which a read and an event of before it may seem the other way round."""


@dataclass(frozen=True, slots=True)
class _Suspicion:
    """An extension that a read found changed.

    Attributes:
        since: When everything was last known to be right, in server time.
        at: When the read found it.
    """

    since: float
    at: float


class Losses:
    """Remembers what reads have found changed, until an event tells of it or it counts as lost."""

    def __init__(self) -> None:
        self._suspicions: dict[str, _Suspicion] = {}

    def suspect(self, changes: Iterable[Change], since: float) -> None:
        """Take the changes of a read; those that an event should have told are suspicious.

        Args:
            changes: What the read changed.
            since: When everything was read before, in server time.
        """
        for change in changes:
            if change.old and change.new and change.by is By.RECONCILE:
                before, now = _told(change.old.presence), _told(change.new.presence)
                if before is not None and before != now:
                    self._suspicions.setdefault(change.id, _Suspicion(since, change.at))

    def clear(self, news: PresenceNews) -> None:
        """An event has come: where it is no younger than the read, that has only overtaken it."""
        suspicion = self._suspicions.get(news.extension_id)
        if suspicion is not None and (news.at is None or news.at <= suspicion.at + SAME_MOMENT):
            del self._suspicions[news.extension_id]

    def found(self, now: float) -> Gap | None:
        """What counts as lost by now, as one gap; None where that is nothing. Tells each once."""
        lost = {key: one for key, one in self._suspicions.items() if now - one.at > UNDER_WAY}
        if not lost:
            return None
        for key in lost:
            del self._suspicions[key]
        since, until = min(one.since for one in lost.values()), max(one.at for one in lost.values())
        extensions = "an extension" if len(lost) == 1 else f"{len(lost)} extensions"
        return Gap(since, until, f"events of {extensions} were lost in silence", By.RECONCILE.value)


def _told(presence: Presence | None) -> Presence | None:
    """A presence without what only reads tell."""
    return None if presence is None else replace(presence, message=None, allow_see=None)
