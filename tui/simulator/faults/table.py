"""All faults by name, with one line on each, and how they begin."""

import re

from tui.simulator.agenda import Life
from tui.simulator.faults.active import Fault
from tui.simulator.faults.answers import CONNECTIONS, INSTEAD, SPOILT
from tui.simulator.faults.changes import CHANGES, REFUSALS, BadFault
from tui.simulator.faults.deliveries import DELIVERIES
from tui.simulator.faults.receiving import RECORDS
from tui.simulator.faults.sockets import CUTS, SOCKETS
from tui.simulator.platform import Platform

FAULTS: dict[str, str] = {
    **CONNECTIONS,
    **{name: does for table in (INSTEAD, SPOILT) for name, (does, _) in table.items()},
    **{name: does for name, (does, _) in DELIVERIES.items()},
    **{name: does for name, (does, _) in CHANGES.items()},
    **{name: does for name, (does, _) in CUTS.items()},
    **REFUSALS,
    **SOCKETS,
    **RECORDS,
}

LONGEST = 10**9
"""In seconds; longer than anyone waits, and short enough to be added to any date."""

NUMBERS = ("delay", "retry_after", "shift", "close_code")
WORDS = ("fault", "match", "extension", "name", "permission", "code")
"""What a wish may say besides `seconds` and `count`; the lines on the faults say which understands what."""


def begin(platform: Platform, wish: dict[str, object]) -> Fault:
    """Begin a fault that was asked for.

    Raises:
        BadFault: There is no such fault, or it lacks what it needs.
    """
    name = str(wish.get("fault"))
    if name not in FAULTS:
        raise BadFault(f"no fault is called {name!r}; there are: {', '.join(FAULTS)}")
    known = ("seconds", "count", *NUMBERS, *WORDS)
    if unknown := set(wish) - set(known):
        raise BadFault(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(known)}")
    for setting in NUMBERS:
        _number(wish, setting)
    seconds, count = (_amount(wish, key) for key in ("seconds", "count"))
    try:
        match = re.compile(str(wish.get("match") or ""))
    except re.error as problem:
        raise BadFault(f"match: {problem}") from problem
    fault = Fault(
        name,
        until=None if seconds is None else platform.now() + seconds,
        left=None if count is None else round(count),
        match=match,
        wish=wish,
    )
    if name in CUTS:
        CUTS[name][1](platform, fault)
        return fault
    if name in CHANGES:
        _end_former(platform, fault)
        fault.undo = CHANGES[name][1](platform, fault)
        if fault.undo is None:
            return fault
    platform.faults.add(fault)
    if seconds is not None:
        platform.agenda.begin(_ending(platform, seconds))
    return fault


def _ending(platform: Platform, seconds: float) -> Life:
    yield seconds * platform.agenda.speed
    platform.faults.going_on()


def _end_former(platform: Platform, fault: Fault) -> None:
    """A change that is asked for again takes the former's place, so that in the end the first state comes back."""
    about = [fault.name, fault.text("extension"), fault.text("permission")]
    for other in platform.faults.going_on():
        if [other.name, other.text("extension"), other.text("permission")] == about:
            platform.faults.end(other)


def _amount(wish: dict[str, object], name: str) -> float | None:
    value = _number(wish, name)
    if value is not None and value <= 0:
        raise BadFault(f"{name} has to be a number above 0")
    return value


def _number(wish: dict[str, object], name: str) -> float | None:
    value = wish.get(name)
    if value is not None and (not isinstance(value, int | float) or abs(value) > LONGEST):
        raise BadFault(f"{name} has to be a number, and at most {LONGEST}")
    return None if value is None else float(value)
