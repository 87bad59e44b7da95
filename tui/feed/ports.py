"""What a Feed is given: how long it waits, the login it stands on, the directory it follows, and who listens to it."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from tui.feed.link import FeedEvent
from tui.presence.extension import Extension

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Waits:
    """The Feed's own waits, in seconds; `docs/architecture.md` and `config.toml` tell what they mean."""

    confirm_after: float = 60.0
    reconcile_every: float = 180.0
    retry_cap: float = 60.0
    directory_every: float = 900.0


DEFAULT_WAITS = Waits()


class Login(Protocol):
    """The login that the link stands on; `Session` is the real one."""

    @property
    def trouble(self) -> str:
        """Why nothing can be asked for a while, though it is not refused; empty where it can."""

    async def log_in(self, *, insist: bool = False) -> None:
        """Make sure of it; `insist` tries a refused one before its wait is over. Raises RingwallError."""

    async def changed(self) -> None:
        """Wait until a refused login is worth another try."""


Directory = Callable[[], Awaitable[Mapping[str, Extension]]]
"""Reads all extensions of the account anew, by id; raises RingwallError."""


class Listeners:
    """Who is told what a Feed tells, in its order."""

    def __init__(self) -> None:
        self._all: list[Callable[[FeedEvent], None]] = []

    def add(self, listener: Callable[[FeedEvent], None]) -> Callable[[], None]:
        """Tell a listener of everything from now on; gives the way to stop it."""
        self._all.append(listener)
        return lambda: self._all.remove(listener) if listener in self._all else None

    def tell(self, *events: FeedEvent) -> None:
        """Tell everyone; one that fails is told no more."""
        for event in events:
            for listener in tuple(self._all):
                try:
                    listener(event)
                except Exception:
                    log.exception("a listener of the feed failed and is told no more")
                    self._all.remove(listener)
