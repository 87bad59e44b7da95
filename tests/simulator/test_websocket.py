"""The WebSocket: who gets one, what is said on it, how long it lives, and what survives it."""

import asyncio
import json

import aiohttp
import pytest

from tests.box import Json
from tests.simulator.client import Client, connected
from tests.simulator.sockets import bearer, opened, plugged, ws_token

ONE = "/restapi/v1.0/account/~/extension/{}/presence?detailedTelephonyState=true"
MINE = "/restapi/v1.0/account/~/extension/~/message-store"
WEBSOCKET = {"transportType": "WebSocket"}


async def refused(client: Client, query: Json) -> int:
    """The status with which the handshake is refused."""
    async with aiohttp.ClientSession() as http:
        with pytest.raises(aiohttp.WSServerHandshakeError) as problem:
            await http.ws_connect(f"{client.box.server}/ws", params=query)
    return problem.value.status


async def flood(client: Client, times: int) -> None:
    """So many presence events of extension 101."""
    for number in range(times):
        await client.box.presence("101", message=f"{number}", userStatus=("Busy", "Available")[number % 2])


async def test_a_token_opens_one_socket_once() -> None:
    async with connected() as client:
        token = await ws_token(client)
        assert token["uri"] == f"ws://{client.box.pubnub_origin}/ws"
        assert token["expires_in"] == 30
        query = {"access_token": token["ws_access_token"]}
        async with aiohttp.ClientSession() as http, http.ws_connect(token["uri"], params=query) as raw:
            meta, body = opened((await raw.receive()).data)
        assert (meta["type"], meta["status"], meta["wsc"]["sequence"]) == ("ConnectionDetails", 200, 0)
        assert body.pop("creationTime").endswith("Z")
        assert body == {
            "maxConnectionsPerSession": 50,
            "recoveryBufferSize": 100,
            "recoveryTimeout": 180,
            "idleTimeout": 1800,
            "absoluteTimeout": 86400,
            "maxActiveRequests": 10,
        }
        assert await refused(client, query) == 401
        assert await refused(client, {}) == 401


async def test_a_token_needs_the_permission_by_any_of_its_names() -> None:
    async with connected(rate_limits=False) as client:
        for permission in ("WebSocket", "WebSocketsSubscription", "WebSocketsSubscriptions"):
            await client.box.post("/simulator/faults", {"fault": "drop_permission", "permission": permission})
            answer = await client.http.post("/restapi/oauth/wstoken", headers=bearer(client))
            assert (answer.status_code, answer.json()["errorCode"]) == (403, "CMN-401")
            await client.box.delete("/simulator/faults")
            await ws_token(client)
        await client.log_in("~no-WebSocket")
        answer = await client.http.post("/restapi/oauth/wstoken", headers=bearer(client))
        assert answer.json()["errorCode"] == "CMN-401"
        assert (await client.http.post("/restapi/oauth/wstoken")).status_code == 401


async def test_tokens_for_sockets_count_as_logins_do() -> None:
    async with connected() as client:
        for _ in range(4):
            await ws_token(client)
        answer = await client.http.post("/restapi/oauth/wstoken", headers=bearer(client))
        assert (answer.status_code, answer.headers["X-Rate-Limit-Group"]) == (429, "auth")


async def test_an_event_comes_as_it_is() -> None:
    async with connected() as client, plugged(client) as socket:
        made = await socket.subscribe(ONE.format(401), MINE, expiresIn=5)
        assert made["deliveryMode"] == WEBSOCKET
        assert made["eventFilters"][0].endswith("/extension/401/presence?detailedTelephonyState=true")
        assert made["expiresIn"] > 86400, "it lives as long as its socket, whatever is asked"
        await client.box.call("101", ring=900)
        meta, event = await socket.until("ServerNotification")
        assert meta["wsc"]["sequence"] == 1
        assert event["subscriptionId"] == made["id"]
        assert event["body"]["activeCalls"][0]["telephonyStatus"] == "Ringing"


async def test_any_call_but_oauth_goes_through_the_socket() -> None:
    async with connected() as client, plugged(client) as socket:
        meta, me = await socket.ask("GET", "/account/~/extension/~")
        assert me["name"] == "Mia Santos"
        assert meta["headers"]["X-Rate-Limit-Group"] == "light"
        _, page = await socket.ask("GET", "/account/~/extension", query={"perPage": 2, "status": ["Enabled"]})
        assert len(page["records"]) == 2
        meta, problem = await socket.ask("GET", "/account/~/extension/99999/presence")
        assert (meta["status"], problem["errorCode"]) == (404, "CMN-102")
        await socket.say(
            {"type": "ClientRequest", "messageId": "1", "method": "POST", "path": "/restapi/oauth/wstoken"}
        )
        assert (await socket.until("ClientRequest"))[0]["status"] == 404
        asked = [(one["method"], one["group"], one["status"]) for one in await client.box.requests()]
        assert ("GET", "light", 404) in asked


async def test_many_ids_are_answered_in_parts_that_are_no_json() -> None:
    async with connected() as client, plugged(client) as socket:
        head = {"type": "ClientRequest", "messageId": "1", "method": "GET"}
        await socket.say(head | {"path": "/restapi/v1.0/account/~/extension/401,402/presence"})
        text = (await socket.raw.receive()).data
        with pytest.raises(ValueError, match="Expecting"):
            json.loads(text)
        assert text.startswith("[{")
        assert ",--" in text
        headers = {"accept": "application/vnd.ringcentral.multipart+json"}
        _, parts = await socket.ask("GET", "/account/~/extension/401,402/presence", headers=headers)
        assert [part["status"] for part in parts] == [200, 200]


async def test_a_heartbeat_is_echoed_and_nonsense_is_named() -> None:
    async with connected() as client, plugged(client) as socket:
        await socket.say({"type": "Heartbeat", "messageId": "seven"})
        meta, _ = await socket.frame()
        assert (meta["type"], meta["messageId"]) == ("Heartbeat", "seven")
        nonsense = ("{", "[" * 100_000, "[]", '"x"', '[{"type": "Weather"}]', '[{"type": "ClientRequest"}]', "[7]")
        for text in nonsense:
            await socket.raw.send_str(text)
            meta, body = await socket.frame()
            assert (meta["type"], body["errorCode"]) == ("Error", "WSG-400")
        await socket.raw.send_bytes(b"\x00")
        assert (await socket.frame())[1]["errorCode"] == "WSG-400"
        await socket.raw.ping()
        assert (await socket.ask("GET", "/account/~"))[0]["status"] == 200


async def test_a_second_subscription_replaces_the_first() -> None:
    async with connected() as client, plugged(client) as socket:
        first = await socket.subscribe(ONE.format(401))
        second = await socket.subscribe(ONE.format(402))
        assert [one["id"] for one in (await client.get("/subscription"))["records"]] == [second["id"]]
        assert (await client.ask("GET", f"/subscription/{first['id']}")).status_code == 404
        await client.box.call("101", ring=900)
        await client.box.call("102", ring=900)
        assert (await socket.event())["body"]["extensionId"] == "402"


async def test_it_is_changed_and_left_through_its_own_socket_only() -> None:
    async with connected() as client, plugged(client) as socket, plugged(client) as other:
        made = await socket.subscribe(ONE.format(401))
        path, body = f"/subscription/{made['id']}", {"eventFilters": [ONE.format(402)]}
        assert (await client.ask("PUT", path, json=body)).status_code == 400
        assert (await other.ask("PUT", path, body))[0]["status"] == 400
        meta, changed = await socket.ask("PUT", path, body)
        assert meta["headers"]["WSG-SubscriptionId"] == changed["id"] == made["id"]
        await client.box.call("101", ring=900)
        await client.box.call("102", ring=900)
        assert (await socket.event())["body"]["extensionId"] == "402"
        renewed = (await client.ask("POST", f"{path}/renew")).json()
        assert renewed["expiresIn"] >= made["expiresIn"] - 5
        assert (await socket.ask("DELETE", path))[0]["status"] == 204
        assert "WSG-SubscriptionId" not in (await socket.ask("GET", "/subscription"))[0]["headers"]
        assert (await client.get("/subscription"))["records"] == []


async def test_it_is_not_made_without_a_socket() -> None:
    async with connected() as client:
        body = {"eventFilters": [MINE], "deliveryMode": WEBSOCKET}
        answer = await client.ask("POST", "/subscription", json=body)
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")


async def test_a_platform_of_today_grants_websocket_and_no_pubnub() -> None:
    async with connected(pubnub=False) as client, plugged(client) as socket:
        body = {"eventFilters": [MINE], "deliveryMode": {"transportType": "PubNub"}}
        meta, problem = await socket.ask("POST", "/subscription", body)
        assert (meta["status"], problem["errorCode"]) == (400, "CMN-101")
        assert "deliveryMode.transportType" in problem["message"]
        await socket.subscribe(MINE)


async def test_fifty_connections_are_the_most_of_a_session() -> None:
    async with connected(rate_limits=False) as client, aiohttp.ClientSession() as http:
        queries = [{"access_token": (await ws_token(client))["ws_access_token"]} for _ in range(51)]
        sockets = [await http.ws_connect(f"{client.box.server}/ws", params=query) for query in queries[:50]]
        assert await refused(client, queries[50]) == 403
        assert not any(one.closed for one in sockets)


async def test_what_was_missed_comes_again_to_who_comes_back() -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            made = await socket.subscribe(ONE.format(401))
            await flood(client, 2)
            meta, _ = await socket.until("ServerNotification")
        await flood(client, 2)
        async with plugged(client, wsc=meta["wsc"]["token"]) as socket:
            assert socket.details[1]["recoveryState"] == "Successful"
            assert socket.details[0]["wsc"]["sequence"] == 1, "what comes again may be missed again"
            frames = [await socket.until("ServerNotification") for _ in range(3)]
            assert [frame[0]["wsc"]["sequence"] for frame in frames] == [2, 3, 4]
            assert {frame[1]["subscriptionId"] for frame in frames} == {made["id"]}
            await client.box.call("101", ring=900)
            assert (await socket.event())["body"]["telephonyStatus"] == "Ringing"


async def test_of_more_than_a_hundred_the_oldest_are_gone_without_a_word() -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            await socket.subscribe(ONE.format(401))
            wsc = socket.details[0]["wsc"]["token"]
        await flood(client, 104)
        async with plugged(client, wsc=wsc) as socket:
            frames = [await socket.until("ServerNotification") for _ in range(100)]
            assert [frame[0]["wsc"]["sequence"] for frame in frames] == list(range(5, 105))


async def test_recovery_pushes_out_a_socket_that_only_the_platform_believes_in() -> None:
    async with connected() as client, plugged(client) as old:
        await old.subscribe(ONE.format(401))
        async with plugged(client, wsc=old.details[0]["wsc"]["token"]) as new:
            assert new.details[1]["recoveryState"] == "Successful"
            assert await old.end() == 1001
            await client.box.call("101", ring=900)
            assert (await new.event())["body"]["telephonyStatus"] == "Ringing"


async def test_a_subscription_outlives_its_socket_by_the_time_of_recovery_and_no_longer() -> None:
    async with connected(ws_recovery=1.5, rate_limits=False) as client:
        async with plugged(client) as socket:
            made = await socket.subscribe(ONE.format(401))
            wsc = socket.details[0]["wsc"]["token"]
        async with plugged(client, wsc=wsc) as socket:
            loop = asyncio.get_running_loop()
            begun = loop.time()
            while loop.time() < begun + 1.8:
                meta, _ = await socket.ask("GET", f"/subscription/{made['id']}")
                assert meta["status"] == 200
        while (await client.ask("POST", f"/subscription/{made['id']}/renew")).status_code == 200:
            assert loop.time() < begun + 10, "it cannot be renewed without its socket"


async def test_one_that_replaces_another_is_not_one_too_many() -> None:
    async with connected(rate_limits=False) as client, plugged(client) as socket:
        await socket.subscribe(MINE)
        for _ in range(29):
            assert (await client.subscribe(MINE)).status_code == 200
        await socket.subscribe(ONE.format(401))
        assert (await client.subscribe(MINE)).json()["errorCode"] == "SUB-505"


async def failed(client: Client, wsc: str) -> str:
    """The code with which a recovery fails; the socket is good all the same."""
    async with plugged(client, wsc=wsc) as socket:
        details = socket.details[1]
        assert details["recoveryState"] == "Failed"
        await socket.subscribe(ONE.format(401))
        return str(details["recoveryErrorCode"])


async def test_without_a_subscription_there_is_nothing_to_recover() -> None:
    async with connected() as client:
        async with plugged(client) as socket:
            wsc = socket.details[0]["wsc"]["token"]
        assert await failed(client, wsc) == "WSG-1005"


async def test_another_oauth_session_recovers_nothing_and_a_renewed_one_does() -> None:
    async with connected(rate_limits=False) as client:
        async with plugged(client) as socket:
            await socket.subscribe(ONE.format(401))
            wsc = socket.details[0]["wsc"]["token"]
        form = {"grant_type": "refresh_token", "refresh_token": client.token["refresh_token"]}
        client.token = (await client.grant(**form)).json()
        async with plugged(client, wsc=wsc) as socket:
            assert socket.details[1]["recoveryState"] == "Successful"
        await client.log_in()
        assert await failed(client, wsc) == "WSG-1003"


async def test_too_late_is_too_late() -> None:
    async with connected(ws_recovery=0.2, rate_limits=False) as client:
        async with plugged(client) as socket:
            made = await socket.subscribe(ONE.format(401))
            wsc = socket.details[0]["wsc"]["token"]
        while (await client.ask("GET", f"/subscription/{made['id']}")).status_code == 200:
            pass
        assert await failed(client, wsc) == "WSG-1005"


@pytest.mark.parametrize("wsc", ["nonsense", "%%%", "é"])
async def test_a_malformed_token_of_recovery_ends_the_socket(wsc: str) -> None:
    async with connected() as client, plugged(client, wsc=wsc) as socket:
        meta, body = socket.details
        assert (meta["type"], body["errorCode"]) == ("Error", "WSG-400")
        assert await socket.end() == 1008


async def test_silence_is_cut_after_its_time_and_any_word_or_ping_breaks_it() -> None:
    async with connected(ws_idle=0.8, rate_limits=False) as client, plugged(client, autoping=False) as socket:
        assert socket.details[1]["idleTimeout"] == 0.8
        now = asyncio.get_running_loop().time
        begun = now()
        while now() < begun + 1.2:
            await socket.raw.ping()
            assert (await socket.raw.receive()).type is aiohttp.WSMsgType.PONG
        while now() < begun + 2.4:
            await socket.ask("GET", "/account/~")
        _, body = await socket.until("Error")
        assert now() > begun + 2.4 + 0.7
        assert body == {"errorCode": "WSG-902", "message": "Idle timeout expired"}
        assert await socket.end() == 1000


async def test_age_is_cut_whatever_is_said() -> None:
    async with connected(ws_absolute=0.5, rate_limits=False) as client, plugged(client) as socket:
        while True:
            await socket.say({"type": "Heartbeat", "messageId": "1"})
            meta, body = await socket.frame()
            if meta["type"] == "Error":
                break
        assert body == {"errorCode": "WSG-903", "message": "Absolute timeout expired"}
        assert await socket.end() == 1000


async def test_a_ping_has_to_be_answered_in_time() -> None:
    async with connected(ws_pong=0.7) as client, plugged(client) as lively, plugged(client, autoping=False) as deaf:
        hears = asyncio.create_task(lively.raw.receive())
        ping = await deaf.raw.receive()
        assert ping.type is aiohttp.WSMsgType.PING
        assert await deaf.end() == 1006
        assert not hears.done()
        hears.cancel()


async def test_a_socket_ends_with_its_oauth_session() -> None:
    async with connected(max_sessions=1) as client:
        async with plugged(client) as socket:
            made = await socket.subscribe(ONE.format(401))
            await client.http.post(
                "/restapi/oauth/revoke", data={"token": client.token["access_token"]}, auth=client.basic
            )
            assert await socket.end() == 1008
        await client.log_in()
        assert (await client.ask("GET", f"/subscription/{made['id']}")).status_code == 404
        async with plugged(client) as socket:
            await client.log_in()
            assert await socket.end() == 1008, "pushed out by a new login"


async def test_a_session_that_cannot_be_renewed_takes_its_socket_along() -> None:
    async with connected(log_in=False, token_ttl=1.5) as client:
        await client.log_in("~no-refresh")
        async with plugged(client) as socket:
            assert await socket.end() == 1008


async def test_a_socket_outlives_its_access_token() -> None:
    async with connected() as client, plugged(client) as socket:
        await client.box.post("/simulator/faults", {"fault": "expire_token"})
        assert (await client.ask("GET", "/account/~")).status_code == 401
        assert (await socket.ask("GET", "/account/~"))[0]["status"] == 200
