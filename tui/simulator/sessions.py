"""OAuth sessions: tokens given, rotated, expired and revoked. Pure: time is passed in.

Rules from the platform's guide to tokens: a refresh token is used once and rotates; the old access token dies at once.
Until the new access token is first used, the old refresh token still gives the same new pair (for an hour), and for
ten seconds after that. About five sessions of one user and app live side by side; one more ends the oldest.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tui.simulator.account import Extension

GRACE_UNUSED = 3600.0
GRACE_USED = 10.0


@dataclass(slots=True, eq=False)
class Session:
    """One login of one user with one app.

    Attributes:
        scope: The app permissions it was granted.
        used_at: When the present access token was first used.
    """

    id: str
    client_id: str
    owner: Extension
    endpoint_id: str
    scope: frozenset[str]
    opened_at: float
    token_ttl: float
    refresh_ttl: float
    refreshable: bool = True
    access_token: str = ""
    access_until: float = 0.0
    refresh_token: str = ""
    refresh_until: float = 0.0
    old_refresh_token: str = ""
    rotated_at: float = 0.0
    used_at: float | None = None

    def rotate(self, now: float) -> None:
        """Take new tokens; the old access token is dead."""
        self.old_refresh_token, self.rotated_at, self.used_at = self.refresh_token, now, None
        self.access_token = f"U0pDMTJQMDFQQVM{secrets.token_urlsafe(48)}"
        self.access_until = now + self.token_ttl
        if self.refreshable:
            self.refresh_token = f"U0pDMTJQMDFQQVR{secrets.token_urlsafe(48)}"
            self.refresh_until = now + self.refresh_ttl

    @property
    def ends_at(self) -> float:
        """When the last of its tokens expires, and with it the session."""
        return max(self.access_until, self.refresh_until) if self.refreshable else self.access_until

    def may_repeat(self, now: float) -> bool:
        """Whether the refresh token before the present one still gives the present pair."""
        if self.used_at is None:
            return now - self.rotated_at < GRACE_UNUSED
        return now - self.used_at < GRACE_USED


class Sessions:
    """All sessions that live.

    Attributes:
        ended: Is told of each that ends before its time.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._all: list[Session] = []
        self.ended: Callable[[Session], None] = lambda session: None

    def open(self, session: Session, now: float) -> None:
        """Begin a session; its endpoint's former one ends, and the oldest beyond the limit."""
        rivals = [other for other in self._all if (other.client_id, other.owner) == (session.client_id, session.owner)]
        same_place = [other for other in rivals if other.endpoint_id == session.endpoint_id]
        rivals = [other for other in rivals if other not in same_place]
        self._end(same_place + rivals[: max(0, len(rivals) - self._most + 1)])
        session.rotate(now)
        self._all.append(session)

    def by_access_token(self, token: str) -> Session | None:
        """The session of an access token, expired or not; None if no session has it (any more)."""
        return next((session for session in self._all if session.access_token == token), None)

    def by_refresh_token(self, token: str, now: float) -> Session | None:
        """The session that a refresh token is good for."""
        for session in self._all:
            if token and token == session.refresh_token and now < session.refresh_until:
                return session
            if token and token == session.old_refresh_token and session.may_repeat(now):
                return session
        return None

    def close(self, token: str) -> None:
        """End the session that has this token, access or refresh."""
        self._end([one for one in self._all if token and token in (one.access_token, one.refresh_token)])

    def close_all(self) -> None:
        """End every session."""
        self._end(list(self._all))

    def _end(self, ending: list[Session]) -> None:
        self._all = [session for session in self._all if session not in ending]
        for session in ending:
            self.ended(session)

    def __iter__(self) -> Iterator[Session]:
        return iter(self._all)
