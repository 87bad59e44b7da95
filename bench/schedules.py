"""Seeded schedules of faults: several at once, of every kind that the box knows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from tui.simulator.faults.answers import CONNECTIONS, INSTEAD, SPOILT
from tui.simulator.faults.deliveries import DELIVERIES
from tui.simulator.faults.receiving import RECORDS
from tui.simulator.faults.table import FAULTS

LENGTH = 8.0
"""Seconds in which the faults of a schedule lie."""
PATHS = (
    "",
    "/restapi/",
    "/restapi/oauth/token",
    "POST /restapi/v1.0/subscription",
    "/restapi/v1.0/subscription/",
    "/presence",
    "/v2/subscribe",
    "/time/0",
)
"""What faults of connections and answers strike."""

OF_PUBNUB = frozenset({"overflow", "undecryptable", "undecodable", "move_subscription", "move_on_renewal"})
WITHOUT_PUSH = frozenset({*DELIVERIES, "forget_subscription", "expire_subscription"})
OF_NO_TRANSPORT = frozenset({"no_pubnub", *RECORDS})
"""Faults that only say which transport is granted, or strike what the wall does not use."""


def kinds(transport: str) -> list[str]:
    """The faults that a transport can meet."""
    met = [name for name in FAULTS if name not in OF_NO_TRANSPORT]
    if transport == "pubnub":
        return [name for name in met if not name.startswith("ws_")]
    if transport == "websocket":
        return [name for name in met if name not in OF_PUBNUB]
    return [name for name in met if name not in OF_PUBNUB | WITHOUT_PUSH and not name.startswith("ws_")]


OF_ONE = frozenset({"delete_extension", "disable_extension", "rename_extension", "hide"})
"""Faults of one extension, of another one each in a schedule."""

Wish = Mapping[str, Any]

SILENT = frozenset({
    "late", "out_of_order", "drop", "unknown_values", "partial", "short_calls", "flicker", "hang",
    "delete_extension", "disable_extension", "clock", "ws_quiet", "ws_mute",
})  # fmt: skip
"""Faults by which a message is lost, changed or held back, and nothing tells of it."""


@dataclass(frozen=True)
class Planned:
    """One fault, and when it begins: seconds from the beginning of the schedule."""

    at: float
    wish: Wish

    @property
    def until(self) -> float:
        """When it is over at the latest."""
        return min(LENGTH, self.at + self.wish["seconds"]) if "seconds" in self.wish else LENGTH

    def __str__(self) -> str:
        settings = ", ".join(f"{name}={value}" for name, value in self.wish.items() if name != "fault")
        return f"{self.at:5.2f} s  {self.wish['fault']}({settings})"


def schedule(chance: Random, numbers: list[str], transport: str = "pubnub") -> list[Planned]:
    """Three to seven faults that overlap, in their order.

    Args:
        chance: Chooses.
        numbers: The extensions that may be struck.
        transport: What the wall is told by.
    """
    count = chance.randint(3, 7)
    known = kinds(transport)
    names = [chance.choice(known) for _ in range(count)]
    struck = chance.sample(numbers, count)
    planned = [
        Planned(round(chance.uniform(0, LENGTH - 2), 2), wish(chance, name, number))
        for name, number in zip(names, struck, strict=True)
    ]
    return sorted(planned, key=lambda one: one.at)


def wish(chance: Random, name: str, number: str) -> Wish:
    """One fault, with what it needs, for a few seconds or a few times; `number` is the extension that may be struck."""
    wish: dict[str, Any] = {"fault": name}
    if name in CONNECTIONS or name in INSTEAD or name in SPOILT:
        wish["match"] = chance.choice(PATHS)
    if name == "http_429":
        wish["retry_after"] = chance.randint(1, 3)
    if name in _OWN:
        wish |= _OWN[name](chance)
    if name in OF_ONE:
        wish["extension"] = number
    counted = name in DELIVERIES or (name in INSTEAD or name in SPOILT)
    if counted and chance.random() < 0.4:
        wish["count"] = chance.randint(1, 3)
    else:
        wish["seconds"] = round(chance.uniform(0.3, 5.0), 2)
    return wish


_OWN: dict[str, Callable[[Random], dict[str, Any]]] = {
    "clock": lambda chance: {"shift": chance.choice((-3600, -90, 90, 3600))},
    "late": lambda chance: {"delay": round(chance.uniform(0.2, 3.0), 2)},
    "drop_permission": lambda chance: {"permission": chance.choice(("ReadPresence", "ReadAccounts"))},
}
