"""Every fault of WebSockets, and the others as they look through one."""

import json
from typing import Any

import aiohttp
import pytest

from tests.box import Json
from tests.simulator.client import Client, connected
from tests.simulator.sockets import Socket, bearer, plugged
from tui.simulator.faults.sockets import CUTS, SOCKETS

ONE = "/restapi/v1.0/account/~/extension/{}/presence?detailedTelephonyState=true"


async def fault(client: Client, what: str, **wish: Any) -> Json:
    return await client.box.post("/simulator/faults", {"fault": what} | wish)


def covered(prefix: str) -> set[str]:
    """The faults that have a test of their own, by the tests' names."""
    return {name.removeprefix(prefix) for name in globals() if name.startswith(prefix)}


def test_every_fault_has_a_test() -> None:
    assert set(ENDS) | {"ws_error"} == set(CUTS)
    assert covered("test_the_fault_") == {*SOCKETS, "ws_error"}


ENDS: dict[str, tuple[str, int]] = {
    "ws_idle": ("WSG-902", 1000),
    "ws_absolute": ("WSG-903", 1000),
    "ws_400": ("WSG-400", 1008),
    "ws_close": ("", 1001),
    "ws_cut": ("", 1006),
}
"""The code that is said before, and the code of the end."""


@pytest.mark.parametrize("what", ENDS)
async def test_every_socket_is_cut_and_can_be_recovered(what: str) -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            await socket.subscribe(ONE.format(401))
            await fault(client, what)
            code, end = ENDS[what]
            if code:
                assert (await socket.until("Error"))[1]["errorCode"] == code
            assert await socket.end() == end
        await client.box.call("101", ring=900)
        async with plugged(client, wsc=socket.details[0]["wsc"]["token"]) as socket:
            assert socket.details[1]["recoveryState"] == "Successful"
            assert (await socket.event())["body"]["telephonyStatus"] == "Ringing"


async def test_the_close_code_can_be_chosen() -> None:
    async with connected() as client, plugged(client) as socket:
        await fault(client, "ws_close", close_code=1011)
        assert await socket.end() == 1011


async def test_the_fault_ws_error() -> None:
    async with connected() as client, plugged(client) as socket:
        await fault(client, "ws_error", code="WSG-901")
        assert (await socket.until("Error"))[1]["errorCode"] == "WSG-901"
        assert (await socket.ask("GET", "/account/~"))[0]["status"] == 200


async def test_the_fault_ws_no_pong() -> None:
    async with connected() as client, plugged(client, autoping=False) as socket:
        await socket.subscribe(ONE.format(401))
        await fault(client, "ws_no_pong", count=2)
        await socket.raw.ping()
        await socket.say({"type": "Heartbeat", "messageId": "1"})
        await client.box.call("101", ring=900)
        assert (await socket.frame())[0]["type"] == "ServerNotification", "events go on"
        await socket.raw.ping(b"again")
        answer = await socket.raw.receive()
        assert (answer.type, answer.data) == (aiohttp.WSMsgType.PONG, b"again")


async def test_the_fault_ws_mute() -> None:
    async with connected() as client, plugged(client, autoping=False) as socket:
        await socket.subscribe(ONE.format(401))
        await fault(client, "ws_mute")
        await client.box.call("101", ring=900)
        await socket.raw.ping()
        await socket.say({"type": "Heartbeat", "messageId": "1"})
        with pytest.raises(TimeoutError):
            await socket.raw.receive(0.3)
        await client.box.delete("/simulator/faults")
        assert (await socket.frame())[0]["type"] == "ServerNotification"
        assert (await socket.raw.receive()).type is aiohttp.WSMsgType.PONG
        assert (await socket.frame())[0]["type"] == "Heartbeat"


async def test_the_fault_ws_quiet() -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            await socket.subscribe(ONE.format(401))
            await fault(client, "ws_quiet", match="/extension/401/")
            await client.box.call("101", ring=900)
            await socket.say({"type": "Heartbeat", "messageId": "1"})
            assert (await socket.frame())[0]["type"] == "Heartbeat"
        await client.box.delete("/simulator/faults")
        async with plugged(client, wsc=socket.details[0]["wsc"]["token"]) as socket:
            assert (await socket.event())["body"]["telephonyStatus"] == "Ringing"


async def test_the_fault_ws_half_frame() -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            await socket.subscribe(ONE.format(401))
            await fault(client, "ws_half_frame", count=1)
            await client.box.call("101", ring=900)
            assert await socket.end() == 1006
        async with plugged(client, wsc=socket.details[0]["wsc"]["token"]) as socket:
            assert (await socket.event())["body"]["telephonyStatus"] == "Ringing"


async def test_the_fault_ws_not_json() -> None:
    async with connected() as client, plugged(client) as socket:
        await socket.subscribe(ONE.format(401))
        await fault(client, "ws_not_json", count=1)
        await client.box.call("101", ring=900)
        text = (await socket.raw.receive()).data
        assert ",--Boundary" in text
        with pytest.raises(ValueError, match="Expecting"):
            json.loads(text)
        assert (await socket.event())["body"]["telephonyStatus"] == "Ringing"


async def test_the_fault_ws_refuse_recovery() -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            await socket.subscribe(ONE.format(401))
        wsc = socket.details[0]["wsc"]["token"]
        await fault(client, "ws_refuse_recovery", count=1, code="WSG-1003")
        async with plugged(client, wsc=wsc) as socket:
            assert socket.details[1]["recoveryErrorCode"] == "WSG-1003"
        async with plugged(client, wsc=wsc) as socket:
            assert socket.details[1]["recoveryState"] == "Successful"


@pytest.mark.parametrize(
    ("what", "status"), [("http_401", 401), ("http_403", 403), ("http_429", 429), ("http_503", 503)]
)
async def test_the_token_and_the_socket_are_refused(what: str, status: int) -> None:
    async with connected() as client:
        await fault(client, what, count=1, match="/oauth/wstoken")
        assert (await client.http.post("/restapi/oauth/wstoken", headers=bearer(client))).status_code == status
        await fault(client, what, count=1, match="GET /ws")
        with pytest.raises(aiohttp.WSServerHandshakeError) as problem:
            async with plugged(client):
                pass
        assert problem.value.status == status
        async with plugged(client):
            pass


async def called(client: Client, socket: Socket, count: int) -> list[Json]:
    await client.box.call("101", ring=2, talk=2)
    return [await socket.event() for _ in range(count)]


async def test_an_event_is_lost_or_late_or_comes_twice_here_too() -> None:
    async with connected(speed=20) as client, plugged(client) as socket:
        await socket.subscribe(ONE.format(401))
        await fault(client, "drop", count=1)
        assert [one["body"]["sequence"] for one in await called(client, socket, 2)] == [2, 3]
        await fault(client, "twice", count=1)
        events = await called(client, socket, 4)
        assert events[0] == events[1]
        await fault(client, "late", count=1, delay=0.5)
        assert [one["body"]["sequence"] for one in await called(client, socket, 3)] == [8, 9, 7]


async def test_what_cannot_be_read_comes_as_a_text_that_is_no_event() -> None:
    async with connected() as client, plugged(client) as socket:
        await socket.subscribe(ONE.format(401))
        await fault(client, "undecodable", count=1)
        await client.box.call("101", ring=900)
        assert isinstance((await socket.until("ServerNotification"))[1], str)


async def test_requests_on_a_socket_are_struck_as_over_http() -> None:
    async with connected() as client, plugged(client) as socket:
        await fault(client, "http_429", count=1, match="POST /restapi/v1.0/subscription")
        body = {"eventFilters": [ONE.format(401)], "deliveryMode": {"transportType": "WebSocket"}}
        meta, problem = await socket.ask("POST", "/subscription", body)
        assert (meta["status"], problem["errorCode"]) == (429, "CMN-301")
        assert meta["headers"]["Retry-After"] == "1"
        await fault(client, "no_keys", count=1)
        assert (await socket.ask("GET", "/account/~"))[1] == {"unexpected": True}
        await fault(client, "hang", count=1, match="/account/~")
        await socket.say(
            {"type": "ClientRequest", "messageId": "1", "method": "GET", "path": "/restapi/v1.0/account/~"}
        )
        await socket.say({"type": "Heartbeat", "messageId": "2"})
        assert (await socket.frame())[0]["messageId"] == "2"


async def test_a_platform_that_goes_down_cuts_its_sockets() -> None:
    async with connected() as client, plugged(client) as socket:
        await fault(client, "down", seconds=0.2)
        assert await socket.end() == 1006


async def test_a_forgotten_subscription_is_silent_and_not_recovered() -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            await socket.subscribe(ONE.format(401))
            await fault(client, "forget_subscription")
            await client.box.call("101", ring=900)
            await socket.say({"type": "Heartbeat", "messageId": "1"})
            assert (await socket.frame())[0]["type"] == "Heartbeat"
        async with plugged(client, wsc=socket.details[0]["wsc"]["token"]) as socket:
            assert socket.details[1]["recoveryErrorCode"] == "WSG-1005"
