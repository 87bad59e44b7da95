"""What RingCentral's answers have told on the way: its time, what may still be asked, and who else asks."""

from collections.abc import Iterator

from tui.commands.account import Account
from tui.commands.checks.finding import Finding, State

GROUP = "Limits"
CLOCK_OFF = 5.0
"""Seconds by which a local clock may be wrong without a word."""


def check_limits(account: Account) -> Iterator[Finding]:
    """The clock, the rate limits, and other users of the login."""
    clock, limits = account.clock, account.client.limits
    if clock.is_set:
        yield _clock(clock.local_error)
    now = clock.running()
    left = ", ".join(f"{group} {limit.remaining(now)}/{limit.limit}" for group, limit in limits.items())
    silent = max(limit.silent_until - now for limit in limits.values())
    if silent > 0:
        hint = "Other programs with this login ask too often, or it was tried too often."
        yield Finding(GROUP, "Calls left", State.NO, f"RingCentral asks to wait {silent:.0f} s", hint, 75)
    else:
        yield Finding(GROUP, "Calls left", State.OK, left)
    others = {group: used for group, limit in limits.items() if (used := limit.others(now))}
    if others:
        each = ", ".join(f"{number} {group}" for group, number in others.items())
        text = f"calls of the last minute that are not ours: {each}"
        yield Finding(GROUP, "Other users", State.OK, text, "Walls that run with this login count among them.")
    else:
        yield Finding(GROUP, "Other users", State.OK, "nobody else has used this login in the last minute")


def _clock(error: float) -> Finding:
    if abs(error) < CLOCK_OFF:
        return Finding(GROUP, "Clock", State.OK, f"this machine's is right within {CLOCK_OFF:.0f} s")
    text = f"this machine's is {abs(error):,.0f} s {'ahead' if error > 0 else 'behind'}"
    hint = "Ringwall goes by RingCentral's, but logs of this machine do not: let it set its clock by itself (NTP)."
    return Finding(GROUP, "Clock", State.WARNING, text, hint)
