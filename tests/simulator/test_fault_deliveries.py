"""The faults of deliveries, by what a client hears of a call that they strike."""

from collections.abc import Callable

import pytest

from tests.box import Json
from tests.simulator.client import Ear, connected

ONE = "/restapi/v1.0/account/~/extension/{}/presence?detailedTelephonyState=true"


def sequences(events: list[Json]) -> list[int]:
    return [body["sequence"] for body in bodies(events)]


def bodies(events: list[Json]) -> list[Json]:
    return [event["body"] for event in events if "telephonyStatus" in event["body"]]


def statuses(events: list[Json]) -> list[str]:
    return [body["telephonyStatus"] for body in bodies(events)]


EXPECTED: dict[str, tuple[int, Callable[[list[Json]], bool]]] = {
    "late": (3, lambda events: sequences(events) == [2, 3, 1]),
    "twice": (4, lambda events: events[0] == events[1]),
    "out_of_order": (3, lambda events: sequences(events) == [2, 1, 3]),
    "drop": (2, lambda events: sequences(events) == [2, 3]),
    "overflow": (102, lambda events: sequences(events) == [2, 3]),
    "unknown_event": (4, lambda events: "weather" in events[0]["event"] and sequences(events[1:]) == [1, 2, 3]),
    "unknown_values": (3, lambda events: statuses(events) == ["Levitating", "CallConnected", "NoCall"]),
    "huge": (3, lambda events: len(events[0]["padding"]) == 1_000_000),
    "partial": (3, lambda events: ["presenceStatus" in body for body in bodies(events)] == [False, True, True]),
    "short_calls": (3, lambda events: [len(body["activeCalls"]) for body in bodies(events)] == [0, 1, 1]),
    "flicker": (4, lambda events: statuses(events) == ["Ringing", "NoCall", "CallConnected", "NoCall"]),
    "other_time": (3, lambda events: [event["timestamp"][-1] for event in events] == ["0", "Z", "Z"]),
    "undecryptable": (2, lambda events: sequences(events) == [2, 3]),
    "undecodable": (2, lambda events: sequences(events) == [2, 3]),
}
"""How many events come of a call, one of which (or so) was struck, and what is to be seen in them."""

STRIKES = {"out_of_order": 2, "flicker": 3}
"""How often a fault strikes; most strike the first of a call's three events."""


@pytest.mark.parametrize("what", EXPECTED)
async def test_deliveries_go_wrong(what: str) -> None:
    async with connected(speed=20) as client:
        ear = await Ear(client, (await client.subscribe(ONE.format(401))).json()).begin()
        wish = {"fault": what, "count": STRIKES.get(what, 1), "match": "/extension/401/presence", "delay": 0.5}
        await client.box.post("/simulator/faults", wish)
        await client.box.call("101", ring=2, talk=2)
        count, as_expected = EXPECTED[what]
        events = await ear.next(count)
        assert as_expected(events)
        assert len(events) == count
        assert ear.unreadable == (1 if what in ("undecryptable", "undecodable") else 0)
