"""All faults by name, with one line on each, and how they begin."""

import re

from tui.simulator.agenda import Life
from tui.simulator.faults.active import Fault
from tui.simulator.faults.answers import CONNECTIONS, INSTEAD, SPOILT
from tui.simulator.faults.changes import CHANGES, REFUSALS, BadFault
from tui.simulator.faults.deliveries import DELIVERIES
from tui.simulator.platform import Platform

FAULTS: dict[str, str] = {
    **CONNECTIONS,
    **{name: does for table in (INSTEAD, SPOILT) for name, (does, _) in table.items()},
    **{name: does for name, (does, _) in DELIVERIES.items()},
    **{name: does for name, (does, _) in CHANGES.items()},
    **REFUSALS,
}

NUMBERS = ("delay", "retry_after", "shift")
WORDS = ("fault", "match", "extension", "name", "permission")
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
        if not isinstance(wish.get(setting, 0), int | float):
            raise BadFault(f"{setting} has to be a number of seconds")
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
    if name in CHANGES:
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


def _amount(wish: dict[str, object], name: str) -> float | None:
    value = wish.get(name)
    if value is not None and (not isinstance(value, int | float) or value <= 0):
        raise BadFault(f"{name} has to be a number above 0")
    return None if value is None else float(value)
