"""The call log of the box: pages, synchronisation, ids that differ, and the receiver of webhooks."""

import asyncio
from typing import Any

import pytest

from tests.box import Json
from tests.simulator.client import Client, connected

QUICK = {"ring": 0.02, "talk": 0.02}
LOG = "/account/~/call-log"
SYNC = "/account/~/call-log-sync"


async def until_logged(client: Client, count: int, path: str = LOG, **query: str) -> list[Json]:
    """Ask the log until it has so many records that are over."""
    for _ in range(200):
        records: list[Json] = (await client.get(path, params=query))["records"]
        if len([one for one in records if one["result"] != "In Progress"]) >= count:
            return records
        await asyncio.sleep(0.02)
    pytest.fail(f"the log has {records}")


def box(**options: Any) -> Any:
    return connected(rate_limits=False, call_log_lag=0.05, **options)


@pytest.mark.parametrize(
    ("plan", "result"),
    [
        ({"end": "answered"}, "Accepted"),
        ({"end": "missed"}, "Missed"),
        ({"end": "voicemail"}, "Voicemail"),
        ({"end": "rejected"}, "Rejected"),
        ({"end": "transferred:103"}, "Accepted"),
        ({"to": "+4930999", "from_": "101"}, "Call connected"),
        ({"to": "+4930999", "from_": "101", "end": "missed"}, "No Answer"),
        ({"to": "1000", "end": "missed"}, "Abandoned"),
    ],
)
async def test_each_call_is_one_record_with_its_result(plan: Json, result: str) -> None:
    async with box() as client:
        await client.box.call(plan.pop("to", "101"), **QUICK, **plan)
        records = await until_logged(client, 1)
        assert [one["result"] for one in records] == [result]
        assert {"id", "uri", "sessionId", "type", "direction", "action", "startTime"} <= set(records[0])


async def test_of_a_withheld_number_presence_shows_a_word_and_the_log_nothing() -> None:
    async with box() as client:
        await client.box.call("101", from_="anonymous", ring=900)
        (shown,) = (await client.box.truth())["401"]["activeCalls"]
        assert shown["from"] == "anonymous"
        for _ in range(200):
            if records := (await client.get(LOG))["records"]:
                break
            await asyncio.sleep(0.01)
        assert records[0]["from"] == {}


async def test_a_call_to_oneself_is_two_parties_of_one_extension_and_one_record() -> None:
    async with box() as client:
        await client.box.call("101", from_="101", **QUICK)
        (record,) = await until_logged(client, 1, view="Detailed")
        legs = [leg for leg in record["legs"] if not leg.get("master")]
        assert [(leg["extension"]["id"], leg["direction"]) for leg in legs] == [(401, "Outbound"), (401, "Inbound")]


async def test_a_call_that_goes_on_is_in_progress_and_appears_only_after_the_lag() -> None:
    async with box() as client:
        await client.box.call("101", ring=900)
        assert (await client.get(LOG))["records"] == []
        for _ in range(200):
            if records := (await client.get(LOG))["records"]:
                break
            await asyncio.sleep(0.01)
        assert [one["result"] for one in records] == ["In Progress"]


async def test_the_legs_say_who_was_rung() -> None:
    async with box() as client:
        await client.box.call("101", queue="1000", **QUICK)
        (record,) = await until_logged(client, 1, view="Detailed")
        legs = [leg for leg in record["legs"] if not leg.get("master")]
        assert {(leg["direction"], leg["legType"]) for leg in legs} == {("Outbound", "PstnToSip")}
        results = {leg["to"]["extensionId"]: leg["result"] for leg in legs if leg["result"] != "IP Phone Offline"}
        assert results.pop("401") == "Accepted"
        assert set(results.values()) == {"Stopped"}
        assert len(results) == 4
        assert "legs" not in (await client.get(LOG))["records"][0]


@pytest.mark.parametrize(("end", "same"), [("answered", True), ("missed", False), ("voicemail", False)])
async def test_the_session_ids_of_calls_that_nobody_took_are_others(end: str, same: bool) -> None:
    async with box() as client:
        placed = await client.box.call("101", end=end, **QUICK)
        (record,) = await until_logged(client, 1)
        assert (record["sessionId"] == placed["session_id"]) is same
        assert (record["telephonySessionId"] == placed["telephony_session_id"]) is same


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"extensionNumber": "101"}, 1),
        ({"extensionNumber": "102"}, 0),
        ({"phoneNumber": "4930123456"}, 1),
        ({"phoneNumber": "4930"}, 0),
        ({"direction": "Inbound"}, 1),
        ({"direction": "Outbound"}, 0),
        ({"type": "Fax"}, 0),
        ({"dateFrom": "2026-01-01T00:00:00Z"}, 1),
        ({"dateTo": "2026-01-01T00:00:00Z"}, 0),
        ({"perPage": "max"}, 1),
    ],
)
async def test_the_log_is_narrowed_by_its_parameters(query: dict[str, str], found: int) -> None:
    async with box() as client:
        await client.box.call("101", **QUICK)
        await until_logged(client, 1)
        assert len((await client.get(LOG, params=query))["records"]) == found


async def test_pages_hold_every_call_once_newest_first() -> None:
    async with box() as client:
        for _ in range(5):
            await client.box.call("101", end="missed", **QUICK)
        await until_logged(client, 5)
        pages = [await client.get(LOG, params={"perPage": "2", "page": str(page)}) for page in (1, 2, 3)]
        ids = [one["id"] for page in pages for one in page["records"]]
        assert len(set(ids)) == 5
        assert ids == sorted(ids, reverse=True)


@pytest.mark.parametrize("query", [{"dateFrom": "yesterday"}, {"dateFrom": "2026-01-01T00:00:00"}, {"perPage": "0"}])
async def test_a_parameter_that_is_none_is_refused(query: dict[str, str]) -> None:
    async with box() as client:
        answer = await client.ask("GET", LOG, params=query)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")


async def test_without_the_permission_there_is_no_log_and_it_counts_as_heavy() -> None:
    async with connected() as client:
        answer = await client.ask("GET", LOG)
        assert answer.headers["X-Rate-Limit-Group"] == "heavy"
        await client.box.post("/simulator/faults", {"fault": "drop_permission", "permission": "ReadCallLog"})
        answer = await client.ask("GET", LOG)
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "CMN-401")


async def synced(client: Client, **query: str) -> Json:
    return dict(await client.get(SYNC, params=query))


async def test_a_synchronisation_tells_what_is_new_since_its_token() -> None:
    async with box() as client:
        await client.box.call("101", **QUICK)
        await until_logged(client, 1)
        full = await synced(client, syncType="FSync", recordCount="10")
        assert [one["result"] for one in full["records"]] == ["Accepted"]
        token = full["syncInfo"]["syncToken"]
        assert (await synced(client, syncType="ISync", syncToken=token))["records"] == []
        await client.box.call("102", end="missed", **QUICK)
        await until_logged(client, 2)
        assert [one["result"] for one in (await synced(client, syncType="ISync", syncToken=token))["records"]] == [
            "Missed"
        ]
        missed = await synced(client, syncType="FSync", recordCount="10", statusGroup="Missed")
        assert [one["result"] for one in missed["records"]] == ["Missed"]


async def refused(client: Client, **query: str) -> str:
    answer = await client.ask("GET", SYNC, params=query)
    assert answer.status_code == 400
    return str(answer.json()["errorCode"])


async def test_tokens_are_refused_when_they_are_none_when_they_were_reset_and_when_too_much_changed() -> None:
    async with box(speed=20) as client:
        token = (await synced(client, syncType="FSync", recordCount="1"))["syncInfo"]["syncToken"]
        assert await refused(client, syncType="ISync", syncToken="made-up") == "CLG-101"
        await client.box.post("/simulator/faults", {"fault": "reset_call_log", "count": 1})
        assert await refused(client, syncType="ISync", syncToken=token) == "CLG-101"
        assert await refused(client, syncType="FSync", recordCount="251") == "CMN-101"
        assert await refused(client, syncType="Sync") == "CMN-101"
        for _ in range(251):
            await client.box.call("101", end="missed", **QUICK)
        await until_logged(client, 251, perPage="max")
        assert await refused(client, syncType="ISync", syncToken=token) == "CLG-104"


async def post(client: Client) -> int:
    answer = await client.http.post("/webhook", json={"call": 1}, headers={"Idempotency-Key": "a-b-1"})
    return answer.status_code


async def test_the_receiver_shows_what_it_got_and_fails_when_told() -> None:
    async with box() as client:
        assert await post(client) == 200
        await client.box.post("/simulator/faults", {"fault": "http_500", "match": "/webhook", "count": 1})
        assert await post(client) == 500
        received = await client.box.get("/simulator/webhooks")
        assert [(one["headers"]["idempotency-key"], one["body"]) for one in received] == [("a-b-1", '{"call":1}')]
        assert await client.box.delete("/simulator/webhooks") == received
        assert await client.box.get("/simulator/webhooks") == []


async def test_the_receiver_answers_twice_when_told() -> None:
    async with box() as client:
        await client.box.post("/simulator/faults", {"fault": "webhook_twice", "count": 1})
        reader, writer = await asyncio.open_connection("127.0.0.1", int(client.box.server.rpartition(":")[2]))
        writer.write(b"POST /webhook HTTP/1.1\r\nHost: box\r\nContent-Length: 2\r\n\r\n{}")
        answers = b""
        async with asyncio.timeout(5):
            while answers.count(b"HTTP/1.1 200") < 2:
                answers += await reader.read(4096)
        writer.close()
        assert len(await client.box.get("/simulator/webhooks")) == 1
