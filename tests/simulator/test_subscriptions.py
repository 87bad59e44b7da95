"""Subscriptions: what is granted, how long it lives, who may touch it."""

import pytest

from tests.simulator.client import Ear, connected

ONE = "/restapi/v1.0/account/~/extension/{}/presence?detailedTelephonyState=true"
MINE = "/restapi/v1.0/account/~/extension/~/message-store"


async def test_a_subscription_is_told_as_the_platform_tells_it() -> None:
    async with connected() as client:
        body = (await client.subscribe(ONE.format(401), MINE)).json()
        account = "/restapi/v1.0/account/400131"
        assert body["eventFilters"] == [
            f"{account}/extension/401/presence?detailedTelephonyState=true",
            f"{account}/extension/301/message-store",
        ]
        assert body["expiresIn"] == 899
        assert body["status"] == "Active"
        mode = body["deliveryMode"]
        assert mode["transportType"] == "PubNub"
        assert mode["encryption"] is True
        assert mode["encryptionAlgorithm"] == "AES"
        assert mode["subscriberKey"].startswith("sub-c-")
        assert (await client.get(f"/subscription/{body['id']}"))["deliveryMode"] == mode
        assert [one["id"] for one in (await client.get("/subscription"))["records"]] == [body["id"]]


async def test_presence_is_encrypted_whatever_is_asked() -> None:
    async with connected() as client:
        assert (await client.subscribe(ONE.format(401), encryption=False)).json()["deliveryMode"]["encryption"] is True
        assert (await client.subscribe(MINE)).json()["deliveryMode"]["encryption"] is False, "only when asked for"
        plain = (await client.subscribe(MINE, encryption=False)).json()
        assert plain["deliveryMode"]["encryption"] is False
        body = {"eventFilters": [MINE, ONE.format(401)]}
        forced = (await client.ask("PUT", f"/subscription/{plain['id']}", json=body)).json()
        assert forced["deliveryMode"]["encryption"] is True
    async with connected(allow_plain=True) as client:
        assert (await client.subscribe(ONE.format(401), encryption=False)).json()["deliveryMode"]["encryption"] is False


async def test_some_filters_refused_are_named_with_the_reason() -> None:
    async with connected() as client:
        await client.box.presence("102", allowSeeMyPresence=False)
        wanted = [ONE.format(one) for one in (401, 402, 1000, 999999)]
        elsewhere = "/restapi/v1.0/account/1/extension/401/presence"
        others = "/restapi/v1.0/account/~/extension/401/message-store"
        body = (await client.subscribe(*wanted, elsewhere, others)).json()
        assert [one.split("?")[0][-12:] for one in body["eventFilters"]] == ["401/presence"]
        reasons = [one["reason"] for one in body["disabledFilters"]]
        assert reasons == ["SUB-403", "SUB-402", "SUB-408", "SUB-406", "SUB-405"]
        await client.box.presence("102", allowSeeMyPresence=True)
        renewed = (await client.ask("POST", f"/subscription/{body['id']}/renew")).json()
        assert len(renewed["eventFilters"]) == 2, "who shows themselves again is heard again"


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([], (400, "CMN-101")),
        (["/restapi/v1.0/account/~/weather"], (400, "SUB-508")),
        ([ONE.format(1000)], (403, "SUB-402")),
    ],
)
async def test_a_subscription_to_nothing_is_refused(filters: list[str], expected: tuple[int, str]) -> None:
    async with connected() as client:
        answer = await client.subscribe(*filters)
        assert (answer.status_code, answer.json()["errorCode"]) == expected


async def test_put_replaces_the_filters_and_renews() -> None:
    async with connected() as client:
        before = (await client.subscribe(ONE.format(401))).json()
        subscription = client.box.box.platform.subscriptions.get(before["id"])
        assert subscription is not None
        subscription.expires_at -= 200
        body = {"eventFilters": [ONE.format(402)]}
        after = (await client.ask("PUT", f"/subscription/{before['id']}", json=body)).json()
        assert [one.split("/")[6] for one in after["eventFilters"]] == ["402"]
        assert after["deliveryMode"] == before["deliveryMode"]
        assert after["expirationTime"] >= before["expirationTime"]
        same = (await client.ask("PUT", f"/subscription/{before['id']}")).json()
        assert same["eventFilters"] == after["eventFilters"]
        ear = await Ear(client, after).begin()
        await client.box.call("101", ring=900)
        await client.box.call("102", ring=900)
        assert [event["body"]["extensionId"] for event in await ear.next()] == ["402"]


async def test_renewing_keeps_the_chosen_life() -> None:
    async with connected() as client:
        body = {
            "eventFilters": [ONE.format(401)],
            "deliveryMode": {"transportType": "PubNub"},
            "expiresIn": 300,
        }
        made = (await client.ask("POST", "/subscription", json=body)).json()
        assert made["expiresIn"] == 300
        subscription = client.box.box.platform.subscriptions.get(made["id"])
        assert subscription is not None
        subscription.expires_at -= 200
        assert (await client.get(f"/subscription/{made['id']}"))["expiresIn"] == 100
        assert (await client.ask("POST", f"/subscription/{made['id']}/renew")).json()["expiresIn"] == 300
        wrong = await client.ask("POST", "/subscription", json=body | {"expiresIn": 0})
        assert wrong.json()["errorCode"] == "CMN-101"


async def test_it_ends_without_a_word() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        platform = client.box.box.platform
        subscription = platform.subscriptions.get(made["id"])
        assert subscription is not None
        subscription.expires_at = platform.now()
        await client.box.call("101", ring=900)
        assert not platform.origin.queued(made["deliveryMode"]["address"])
        for method, path in (("GET", ""), ("PUT", ""), ("POST", "/renew"), ("DELETE", "")):
            answer = await client.ask(method, f"/subscription/{made['id']}{path}")
            assert (answer.status_code, answer.json()["errorCode"]) == (404, "SUB-507")
        assert (await client.get("/subscription"))["records"] == []


async def test_it_is_its_users_own() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        await client.log_in("~user")
        answer = await client.ask("GET", f"/subscription/{made['id']}")
        assert (answer.status_code, answer.json()["errorCode"]) == (404, "CMN-102")
        assert (await client.get("/subscription"))["records"] == []
        other = await client.subscribe(ONE.format(402))
        assert (other.status_code, other.json()["errorCode"]) == (403, "SUB-403")
        assert (await client.subscribe(ONE.format(401))).status_code == 200


async def test_deleted_is_gone() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        assert (await client.ask("DELETE", f"/subscription/{made['id']}")).status_code == 204
        assert (await client.ask("GET", f"/subscription/{made['id']}")).json()["errorCode"] == "CMN-102"


async def test_thirty_are_the_most() -> None:
    async with connected(rate_limits=False, max_filters=2) as client:
        for _ in range(30):
            assert (await client.subscribe(MINE)).status_code == 200
        answer = await client.subscribe(MINE)
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "SUB-505")
        many = await client.subscribe(*(ONE.format(one) for one in (401, 402, 403)))
        assert (many.status_code, many.json()["errorCode"]) == (400, "SUB-508")


async def test_a_platform_of_today_grants_no_pubnub() -> None:
    async with connected(pubnub=False) as client:
        answer = await client.subscribe(ONE.format(401))
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "CMN-101")
