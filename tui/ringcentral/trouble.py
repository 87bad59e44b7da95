"""How long a login is left alone after it went wrong. Pure; all processes of one login share what it says.

    cause      what happened                                      waits, in minutes
    refused    the platform accepts nothing that we have          1, 5, 15, then 60 again and again: it needs a person
    lost       it ended the session ahead of its time             0, then 5, 10, 20, 40, 60

A session that is lost once is replaced at once. The platform keeps about five of them for one user and app and ends the
oldest when one more begins; so where it is lost again within ten minutes, more walls use the login than it has
sessions for, and whoever went on logging in would go on ending somebody else's. Nothing of one row is tried inside a
wait, and the row begins anew once ten minutes have passed without it.
"""

import random
from enum import StrEnum

import msgspec

from tui.errors import LoginLost, LoginRefused


class Cause(StrEnum):
    """What went wrong with a login."""

    REFUSED = "refused"
    LOST = "lost"


WAITS = {Cause.REFUSED: (1, 5, 15, 60), Cause.LOST: (0, 5, 10, 20, 40, 60)}
"""Minutes, one after the other; the last one again and again."""
MINUTE = 60.0
"""Seconds; tests have shorter ones."""
AGAIN_WITHIN = 10
"""Minutes within which the same trouble counts as having come again."""


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One cause, as it was last met.

    Attributes:
        times: How often it had come before, in a row.
        until: Nothing is tried before then, in server time.
        words: What happened, for people; never a secret.
        hint: What they can do.
        code: The platform's code.
    """

    cause: Cause
    times: int
    until: float
    words: str
    hint: str = ""
    code: str = ""

    def left(self, now: float, minute: float = MINUTE) -> float:
        """Seconds of the wait that are left; none where the clock must have been set since."""
        left = self.until - now
        return left if 0 < left <= 1.1 * WAITS[self.cause][-1] * minute else 0.0

    def error(self, now: float) -> LoginRefused | LoginLost:
        """What whoever wants to use the login is told meanwhile."""
        after = max(0.0, self.until - now)
        if self.cause is Cause.REFUSED:
            return LoginRefused(self.words, self.hint, self.code, after)
        return LoginLost(self.words, self.hint, after)


def met(
    cause: Cause,
    before: Trouble | None,
    now: float,
    chance: random.Random,
    minute: float,
    words: str,
    hint: str = "",
    code: str = "",
) -> Trouble:
    """The trouble that a cause makes now, after the one of the same cause that was met before.

    Args:
        cause: What went wrong.
        before: When it was met last; None where it never was.
        now: Server time.
        chance: Gives the jitter, so that not all walls of an office wake at once.
        minute: Seconds that a minute of the table lasts.
        words: What happened, for people.
        hint: What they can do.
        code: The platform's code.
    """
    again = before is not None and now - before.until < AGAIN_WITHIN * minute
    times = before.times + 1 if before is not None and again else 0
    waits = WAITS[cause]
    wait = waits[min(times, len(waits) - 1)] * minute * chance.uniform(1.0, 1.05)
    return Trouble(cause=cause, times=times, until=now + wait, words=words, hint=hint, code=code)
