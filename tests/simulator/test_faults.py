"""Every fault of the table, by what a client sees of it."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.box import Json
from tests.simulator.client import JWT, Client, Ear, connected
from tests.simulator.test_fault_deliveries import EXPECTED
from tui.simulator.faults.answers import CONNECTIONS, INSTEAD, SPOILT
from tui.simulator.faults.changes import CHANGES, REFUSALS
from tui.simulator.faults.deliveries import DELIVERIES
from tui.simulator.faults.receiving import RECORDS
from tui.simulator.faults.sockets import CUTS, SOCKETS
from tui.simulator.faults.table import FAULTS

ONE = "/restapi/v1.0/account/~/extension/{}/presence?detailedTelephonyState=true"

STATUSES = {
    "http_401": 401,
    "http_403": 403,
    "http_404": 404,
    "http_429": 429,
    "http_429_bare": 429,
    "http_500": 500,
    "http_502": 502,
    "http_503": 503,
}


async def fault(client: Client, what: str, **wish: Any) -> Json:
    return await client.box.post("/simulator/faults", {"fault": what} | wish)


def covered(prefix: str) -> set[str]:
    """The faults that have a test of their own, by the tests' names."""
    return {name.removeprefix(prefix) for name in globals() if name.startswith(prefix)}


def test_every_fault_has_a_test() -> None:
    assert set(STATUSES) == set(INSTEAD)
    assert covered("test_the_answer_") == set(SPOILT)
    assert covered("test_the_connection_") == set(CONNECTIONS)
    assert covered("test_the_change_") == set(CHANGES)
    assert covered("test_the_refusal_") == set(REFUSALS)
    assert set(EXPECTED) == set(DELIVERIES)
    known = {*INSTEAD, *SPOILT, *CONNECTIONS, *CHANGES, *REFUSALS, *DELIVERIES, *CUTS, *SOCKETS, *RECORDS}
    assert set(FAULTS) == known


@pytest.mark.parametrize("name", STATUSES)
async def test_another_answers_so_often_as_it_was_told(name: str) -> None:
    async with connected() as client:
        await fault(client, name, count=2, match="/sites")
        assert (await client.ask("GET", "/account/~")).status_code == 200, "only what matches is struck"
        answers = [await client.ask("GET", "/account/~/sites") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [STATUSES[name], STATUSES[name], 200]
        assert ("Retry-After" in answers[0].headers) == (name == "http_429")
        assert "Date" in answers[0].headers


async def test_a_gateway_can_say_when_to_come_back() -> None:
    async with connected() as client:
        await fault(client, "http_503", retry_after=4)
        assert (await client.ask("GET", "/account/~/sites")).headers["Retry-After"] == "4"


async def test_faults_last_as_long_as_they_were_told_and_several_at_once() -> None:
    async with connected() as client:
        await fault(client, "http_500", seconds=0.3, match="POST /restapi/v1.0/subscription")
        await fault(client, "http_503", match="/sites")
        told = await client.box.get("/simulator/faults")
        assert told["faults"] == FAULTS
        assert [(one["fault"], one["left"]) for one in told["active"]] == [("http_500", None), ("http_503", None)]
        assert (await client.subscribe(ONE.format(401))).status_code == 500
        assert (await client.ask("GET", "/subscription")).status_code == 200
        while (await client.subscribe(ONE.format(401))).status_code == 500:
            pass
        assert (await client.ask("GET", "/account/~/sites")).status_code == 503
        await client.box.delete("/simulator/faults")
        assert (await client.ask("GET", "/account/~/sites")).status_code == 200
        assert (await client.box.get("/simulator/faults"))["active"] == []


@pytest.mark.parametrize(
    "wish",
    [
        {"fault": "earthquake"},
        {"fault": "http_500", "seconds": -1},
        {"fault": "http_500", "count": "two"},
        {"fault": "http_500", "match": "("},
        {"fault": "http_500", "second": 3},
        {"fault": "late", "delay": "long"},
        {"fault": "clock", "shift": 1e18},
        {"fault": "hide"},
        {"fault": "rename_extension", "extension": "12345"},
    ],
)
async def test_nonsense_is_refused(wish: Json) -> None:
    async with connected(log_in=False) as client:
        answer = await client.http.post("/simulator/faults", json=wish)
        assert answer.status_code == 400
        assert (await client.box.get("/simulator/faults"))["active"] == []


async def test_the_answer_html() -> None:
    async with connected() as client:
        await fault(client, "html", count=1)
        answer = await client.subscribe(ONE.format(401))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith("text/html")
        assert len((await client.get("/subscription"))["records"]) == 1, "it was done all the same"


async def test_the_answer_no_keys() -> None:
    async with connected() as client:
        await fault(client, "no_keys", count=1)
        assert await client.get("/account/~/sites") == {"unexpected": True}


async def test_the_answer_truncated() -> None:
    async with connected() as client:
        await fault(client, "truncated", count=1)
        answer = await client.ask("GET", "/account/~/sites")
        with pytest.raises(ValueError, match=r"JSON|Unterminated|Expecting"):
            answer.json()


async def test_the_connection_refuse() -> None:
    async with connected() as client:
        await fault(client, "refuse", count=1)
        with pytest.raises(httpx.TransportError):
            await client.get("/account/~/sites")
        await client.get("/account/~/sites")


async def test_the_connection_cut() -> None:
    async with connected() as client:
        await fault(client, "cut", count=1)
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            await client.subscribe(ONE.format(401))
        assert len((await client.get("/subscription"))["records"]) == 1, "it was done all the same"


async def test_the_connection_hang() -> None:
    async with connected() as client:
        await fault(client, "hang", match="/sites")
        with pytest.raises(httpx.ReadTimeout):
            await client.ask("GET", "/account/~/sites", timeout=0.2)
        await client.box.delete("/simulator/faults")
        await fault(client, "hang", match="call-queues", seconds=0.2)
        with pytest.raises(httpx.TransportError):
            await client.ask("GET", "/account/~/call-queues", timeout=30)


async def test_what_hangs_once_goes_on_hanging_while_others_are_answered() -> None:
    async with connected() as client:
        await fault(client, "hang", count=1)
        hanging = asyncio.create_task(client.ask("GET", "/account/~", timeout=30))
        while (await client.box.get("/simulator/faults"))["active"]:
            pass
        assert (await client.ask("GET", "/account/~/sites")).status_code == 200
        assert not hanging.done()
        await client.box.delete("/simulator/faults")
        with pytest.raises(httpx.TransportError):
            await hanging


async def test_the_change_down() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        ear = await Ear(client, made).begin()
        await fault(client, "down", seconds=0.5)
        with pytest.raises(httpx.TransportError):
            await ear.next()
        while True:
            try:
                assert (await client.ask("GET", "/subscription")).status_code == 200
                break
            except httpx.TransportError:
                continue


async def test_the_change_expire_token() -> None:
    async with connected() as client:
        await fault(client, "expire_token")
        assert (await client.ask("GET", "/account/~")).json()["errors"][0]["errorCode"] == "OAU-128"
        assert (await refresh(client)).status_code == 200


async def test_the_change_revoke_token() -> None:
    async with connected() as client:
        await fault(client, "revoke_token")
        assert (await client.ask("GET", "/account/~")).json()["errors"][0]["errorCode"] == "OAU-213"
        assert (await refresh(client)).status_code == 200


async def test_the_change_lose_session() -> None:
    async with connected() as client:
        await fault(client, "lose_session")
        assert (await client.ask("GET", "/account/~")).status_code == 401
        assert (await refresh(client)).json()["error"] == "invalid_grant"


async def refresh(client: Client) -> httpx.Response:
    return await client.grant(grant_type="refresh_token", refresh_token=client.token["refresh_token"])


async def test_the_refusal_refuse_refresh() -> None:
    async with connected() as client:
        await fault(client, "refuse_refresh", count=1)
        assert (await refresh(client)).json()["error"] == "invalid_grant"
        assert (await refresh(client)).status_code == 200


async def test_the_refusal_refuse_login() -> None:
    async with connected() as client:
        await fault(client, "refuse_login", count=1)
        again = {"grant_type": JWT, "assertion": client.box.credentials["jwt"]}
        assert (await client.grant(**again)).json()["error"] == "invalid_grant"
        assert (await client.grant(**again)).status_code == 200


async def test_the_refusal_refuse_client() -> None:
    async with connected() as client:
        await fault(client, "refuse_client", count=1)
        assert (await refresh(client)).json()["error"] == "invalid_client"
        assert (await refresh(client)).status_code == 200


async def test_the_refusal_no_pubnub() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        await fault(client, "no_pubnub")
        refused = await client.subscribe(ONE.format(401))
        assert (refused.status_code, refused.json()["errorCode"]) == (400, "CMN-101")
        assert (await client.ask("POST", f"/subscription/{made['id']}/renew")).status_code == 200
        await client.box.delete("/simulator/faults")
        assert (await client.subscribe(ONE.format(401))).status_code == 200


async def test_the_refusal_move_on_renewal() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        await fault(client, "move_on_renewal", count=1)
        renewed = (await client.ask("POST", f"/subscription/{made['id']}/renew")).json()
        before, after = made["deliveryMode"], renewed["deliveryMode"]
        assert before["address"] != after["address"]
        assert before["encryptionKey"] != after["encryptionKey"]
        ear = await Ear(client, renewed).begin()
        await client.box.call("101", ring=900)
        assert (await ear.next())[0]["body"]["telephonyStatus"] == "Ringing"


async def test_the_change_move_subscription() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        await fault(client, "move_subscription")
        await client.box.call("101", ring=900)
        assert not client.box.box.platform.origin.queued(made["deliveryMode"]["address"])
        shown = await client.get(f"/subscription/{made['id']}")
        assert shown["deliveryMode"]["address"] != made["deliveryMode"]["address"]


async def test_the_change_forget_subscription() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        await fault(client, "forget_subscription")
        answer = await client.ask("POST", f"/subscription/{made['id']}/renew")
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "CMN-102")


async def test_the_change_expire_subscription() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        await fault(client, "expire_subscription")
        answer = await client.ask("POST", f"/subscription/{made['id']}/renew")
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "SUB-507")


async def test_the_change_clock() -> None:
    async with connected() as client:
        ear = await Ear(client, (await client.subscribe(ONE.format(401))).json()).begin()
        right = (await client.http.get("/restapi/v1.0")).headers["Date"]
        await fault(client, "clock", shift=90_000)
        assert (await client.http.get("/restapi/v1.0")).headers["Date"][:16] != right[:16]
        await client.box.call("101", ring=900)
        await client.box.delete("/simulator/faults")
        await client.box.call("101", ring=900)
        wrong, corrected = [event["timestamp"][:10] for event in await ear.next(2)]
        assert wrong > corrected


async def test_the_change_delete_extension() -> None:
    async with connected() as client:
        ear = await Ear(client, (await client.subscribe("/restapi/v1.0/account/~/extension")).json()).begin()
        await client.box.call("101", ring=900)
        await fault(client, "delete_extension", extension="101", seconds=0.3)
        assert (await client.ask("GET", "/account/~/extension/401")).status_code == 404
        assert "401" not in await client.box.truth()
        assert (await client.subscribe(ONE.format(401))).json()["errorCode"] == "SUB-408"
        events = await ear.next(2)
        assert [event["body"]["eventType"] for event in events] == ["Delete", "Create"]
        assert (await client.get("/account/~/extension/401"))["name"] == "Ana Martins"
        assert (await client.box.truth())["401"]["telephonyStatus"] == "NoCall"


async def test_the_change_disable_extension() -> None:
    async with connected() as client:
        await fault(client, "disable_extension", extension="101")
        assert (await client.get("/account/~/extension/401"))["status"] == "Disabled"
        await client.box.delete("/simulator/faults")
        assert (await client.get("/account/~/extension/401"))["status"] == "Enabled"


async def test_the_change_rename_extension() -> None:
    async with connected() as client:
        await fault(client, "rename_extension", extension="101", name="\x1b[31mAna\x00")
        assert (await client.get("/account/~/extension/401"))["name"] == "\x1b[31mAna\x00"


async def test_a_change_asked_for_twice_is_taken_back_as_one() -> None:
    async with connected(rate_limits=False) as client:
        for name in ("Bob", "Bill"):
            await fault(client, "rename_extension", extension="101", name=name)
            await fault(client, "disable_extension", extension="101")
        shown = await client.get("/account/~/extension/401")
        assert (shown["name"], shown["status"]) == ("Bill", "Disabled")
        assert len((await client.box.get("/simulator/faults"))["active"]) == 2
        await client.box.delete("/simulator/faults")
        shown = await client.get("/account/~/extension/401")
        assert (shown["name"], shown["status"]) == ("Ana Martins", "Enabled")


async def test_the_change_hide() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401), ONE.format(402))).json()
        await fault(client, "hide", extension="101")
        renewed = (await client.ask("POST", f"/subscription/{made['id']}/renew")).json()
        assert [one["reason"] for one in renewed["disabledFilters"]] == ["SUB-403"]
        await client.box.delete("/simulator/faults")
        assert (await client.get("/account/~/extension/401/presence"))["allowSeeMyPresence"] is True


async def test_the_change_drop_permission() -> None:
    async with connected() as client:
        await fault(client, "drop_permission", permission="ReadPresence")
        answer = await client.ask("GET", "/account/~/extension/401/presence")
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "CMN-401")
        await client.log_in()
        assert "ReadPresence" not in client.token["scope"]
        await client.box.delete("/simulator/faults")
        assert (await client.ask("GET", "/account/~/extension/401/presence")).status_code == 200
