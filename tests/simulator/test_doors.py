"""The doors: what they answer, and what they say no to."""

from collections.abc import Mapping

import pytest

from tests.box import Json, running_box
from tests.simulator.client import connected


async def test_a_call_is_told_with_its_parties_and_true_result() -> None:
    async with connected(speed=100) as client:
        placed = await client.box.call("101", ring=1, talk=5, end="missed", from_name="K. Weber")
        assert placed["published_at"].endswith("Z")
        calls: list[Json] = [{"ended_at": None}]
        while calls[-1]["ended_at"] is None:
            calls = await client.box.get("/simulator/calls")
        (call,) = calls
        assert call["telephony_session_id"] == placed["telephony_session_id"]
        assert (call["result"], call["answered_at"]) == ("missed", None)
        (party,) = call["parties"]
        assert (party["extension_id"], party["direction"], party["result"]) == ("401", "Inbound", "missed")
        assert [status for _, status in party["states"]] == ["Ringing", "NoCall"]


async def test_presence_can_be_set_by_number_or_id() -> None:
    async with running_box() as box:
        await box.presence("101", dndStatus="DoNotAcceptAnyCalls", message="lunch", meetingStatus="Connected")
        await box.presence("402", userStatus="Offline", acceptCallQueueCalls=False)
        truth = await box.truth()
        assert (truth["401"]["dndStatus"], truth["401"]["message"]) == ("DoNotAcceptAnyCalls", "lunch")
        assert truth["401"]["meetingStatus"] == "Connected"
        assert truth["401"]["presenceStatus"] == "Busy"
        assert (truth["402"]["presenceStatus"], truth["402"]["acceptCallQueueCalls"]) == ("Offline", False)


async def test_the_truth_counts_the_calls() -> None:
    async with running_box() as box:
        for _ in range(9):
            await box.call("101", ring=900)
        shown = (await box.truth())["401"]
        assert shown["totalActiveCalls"] == 9
        assert len(shown["activeCalls"]) == 7


async def test_traffic_begins_and_stops_when_told() -> None:
    async with running_box(speed=50) as box:
        await box.post("/simulator/traffic", {"calls_per_minute": 6000})
        while not await box.get("/simulator/calls"):
            pass
        await box.post("/simulator/traffic", {"calls_per_minute": 0})
        assert box.box.platform.traffic.calls_per_minute == 0


@pytest.mark.parametrize(
    ("door", "wish"),
    [
        ("calls", {}),
        ("calls", {"to": "101", "from": "102", "sing": 5}),
        ("calls", {"to": "101", "from": "102", "ring": "long"}),
        ("calls", {"to": "101", "from": "102", "hold": [5]}),
        ("calls", {"to": "101", "from": "102", "end": "exploded"}),
        ("calls", {"to": "101", "from": "102", "end": "transferred:12345"}),
        ("calls", {"to": "+4930123456", "from": "+4930123457"}),
        ("calls", {"to": "101", "from": "102", "queue": "102"}),
        ("calls", {"to": "101", "from": "102", "hold": [[5, -1]]}),
        ("presence", {"extension": "12345"}),
        ("presence", {"extension": "702", "message": "press 1"}),
        ("presence", {"extension": "101", "dndStatus": "Perhaps"}),
        ("presence", {"extension": "101", "mood": "good"}),
        ("traffic", {"calls_per_minute": -1}),
    ],
)
async def test_nonsense_is_refused_and_changes_nothing(door: str, wish: Mapping[str, object]) -> None:
    async with connected(log_in=False) as client:
        answer = await client.http.post(f"/simulator/{door}", json=wish)
        assert answer.status_code == 400
        assert answer.json()["error"]
        assert await client.box.get("/simulator/calls") == []


async def test_unknown_doors_list_the_known() -> None:
    async with connected(log_in=False) as client:
        answer = await client.http.get("/simulator/windows")
        assert answer.status_code == 404
        assert "POST /simulator/calls" in answer.json()["doors"]
        assert (await client.http.post("/simulator/calls", content=b"{")).status_code == 400


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
async def test_numbers_that_no_clock_can_be_set_by_are_refused(number: str) -> None:
    async with connected() as client:
        rate = await client.http.post("/simulator/traffic", content=f'{{"calls_per_minute": {number}}}')
        assert rate.status_code == 400
        life = f'{{"eventFilters": ["/x"], "deliveryMode": {{"transportType": "PubNub"}}, "expiresIn": {number}}}'
        answer = await client.ask("POST", "/subscription", content=life)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-103")
