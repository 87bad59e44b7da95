"""The PubNub origin: by plain HTTP, and with PubNub's own client as an independent judge."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from pubnub.callbacks import SubscribeCallback
from pubnub.pnconfiguration import PNConfiguration
from pubnub.pubnub_asyncio import AsyncioSubscriptionManager, PubNubAsyncio

from tests.box import Json
from tests.simulator.client import Client, Ear, connected, opened
from tui.simulator.pubnub import QUEUE, Origin

ONE = "/restapi/v1.0/account/~/extension/{}/presence?detailedTelephonyState=true"


async def test_an_event_has_the_platforms_envelope() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        ear = await Ear(client, made).begin()
        await client.box.call("101", ring=900)
        (event,) = await ear.next()
        assert event["event"] == made["eventFilters"][0]
        assert event["subscriptionId"] == made["id"]
        assert event["ownerId"] == event["body"]["ownerId"] == "301"
        assert event["timestamp"].endswith("Z")
        assert event["body"]["extensionId"] == "401"
        assert event["body"]["totalActiveCalls"] == 1


async def test_an_event_says_when_it_happened_however_late_the_box_is() -> None:
    async with connected() as client:
        ear = await Ear(client, (await client.subscribe(ONE.format(401))).json()).begin()
        await client.box.call("101", ring=0.05, talk=900)
        await ear.next()
        # The box lives in this loop, and misses the moment of the answer.
        time.sleep(0.5)  # noqa: ASYNC251
        (event,) = await ear.next()
        (call,) = await client.box.get("/simulator/calls")
        assert event["timestamp"] == call["answered_at"]


async def test_the_accounts_filter_hears_everyone_under_their_own_name() -> None:
    async with connected() as client:
        made = (await client.subscribe("/restapi/v1.0/account/~/presence")).json()
        ear = await Ear(client, made).begin()
        await client.box.call("102", ring=900)
        (event,) = await ear.next()
        assert event["event"] == "/restapi/v1.0/account/400131/extension/402/presence"
        assert "activeCalls" not in event["body"]


async def test_of_two_filters_the_richer_one_is_sent_and_only_once() -> None:
    async with connected() as client:
        made = (await client.subscribe("/restapi/v1.0/account/~/presence", ONE.format(401))).json()
        ear = await Ear(client, made).begin()
        await client.box.call("101", ring=900)
        await client.box.call("102", ring=900)
        events = await ear.next(2)
        assert ["activeCalls" in event["body"] for event in events] == [True, False]


async def test_who_hides_is_told_once_and_then_no_more() -> None:
    async with connected() as client:
        ear = await Ear(client, (await client.subscribe(ONE.format(401))).json()).begin()
        await client.box.presence("101", allowSeeMyPresence=False)
        await client.box.call("101", ring=900)
        await client.box.presence("101", allowSeeMyPresence=True)
        events = await ear.next(2)
        assert [event["body"]["allowSeeMyPresence"] for event in events] == [False, True]
        assert "telephonyStatus" not in events[0]["body"]
        assert events[1]["body"]["telephonyStatus"] == "Ringing"


async def test_a_voicemail_is_news_for_its_owner() -> None:
    async with connected(speed=100) as client:
        mine = "/restapi/v1.0/account/~/extension/~/message-store"
        ear = await Ear(client, (await client.subscribe(mine)).json()).begin()
        await client.box.call("301", ring=1, end="voicemail")
        (event,) = await ear.next()
        assert event["body"]["extensionId"] == "301"
        assert event["body"]["changes"][0]["type"] == "VoiceMail"
        assert event["body"]["changes"][0]["newCount"] == 1


async def test_a_timetoken_resumes_where_it_was() -> None:
    async with connected() as client:
        made = (await client.subscribe(ONE.format(401))).json()
        ear = await Ear(client, made).begin()
        start = ear.timetoken
        for message in ("one", "two", "three"):
            await client.box.presence("101", userStatus="Busy", message=message)
        await client.box.presence("101", userStatus="Available")
        assert len(await ear.next(4)) == 4
        ear.timetoken = start
        again = await ear.next(4)
        assert [event["body"]["sequence"] for event in again] == [1, 2, 3, 4]


def envelopes(answer: dict[str, object]) -> list[Any]:
    """The payloads of an answer."""
    messages = answer["m"]
    assert isinstance(messages, list)
    return [message["d"] for message in messages]


async def test_only_the_newest_hundred_are_kept_and_nothing_says_so() -> None:
    origin = Origin("sub-c-test", idle=0)
    first = await origin.subscribe(["a"], 0, 1.0)
    for number in range(130):
        origin.publish("a", number, 2.0)
    timetoken = first["t"]
    assert isinstance(timetoken, dict)
    kept = await origin.subscribe(["a"], int(str(timetoken["t"])), 3.0)
    assert envelopes(kept) == list(range(130 - QUEUE, 130))


async def test_several_channels_come_in_the_order_of_time() -> None:
    origin = Origin("sub-c-test", idle=0)
    for number, channel in enumerate("abba"):
        origin.publish(channel, number, 5.0)
    assert envelopes(await origin.subscribe(["a", "b"], 1, 6.0)) == [0, 1, 2, 3]


async def test_a_poll_without_news_is_answered_when_it_is_idle() -> None:
    async with connected(pubnub_idle=0.05) as client:
        made = (await client.subscribe(ONE.format(401))).json()
        ear = await Ear(client, made).begin()
        before = ear.timetoken
        mode = made["deliveryMode"]
        path = f"/v2/subscribe/{mode['subscriberKey']}/{mode['address']}/0"
        answer = (await client.http.get(path, params={"tt": before})).json()
        assert answer == {"t": {"t": before, "r": 12}, "m": []}
        wrong = await client.http.get(f"/v2/subscribe/sub-c-other/{mode['address']}/0")
        assert wrong.status_code == 400


async def test_heartbeat_leave_and_time_are_answered() -> None:
    async with connected() as client:
        assert len(str((await client.http.get("/time/0")).json()[0])) == 17
        for what in ("heartbeat", "leave"):
            answer = await client.http.get(f"/v2/presence/sub-key/sub-c-x/channel/a/{what}")
            assert answer.json()["status"] == 200


class Listener(SubscribeCallback):  # type: ignore[misc, no-any-unimported]  # pubnub has no types
    """Puts what PubNub's client hears into a queue."""

    def __init__(self) -> None:
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.connected = asyncio.Event()

    def status(self, pubnub: Any, status: Any) -> None:
        if not status.is_error():
            self.connected.set()

    def presence(self, pubnub: Any, presence: Any) -> None: ...

    def message(self, pubnub: Any, message: Any) -> None:
        self.messages.put_nowait(message.message)


@asynccontextmanager
async def listening(client: Client, made: Json) -> AsyncIterator[Listener]:
    """PubNub's own client on a subscription's channel."""
    configuration = PNConfiguration()
    configuration.subscribe_key = made["deliveryMode"]["subscriberKey"]
    configuration.uuid = "test"
    configuration.origin = client.box.pubnub_origin
    configuration.ssl = False
    pubnub = PubNubAsyncio(configuration, subscription_manager=AsyncioSubscriptionManager)
    listener = Listener()
    pubnub.add_listener(listener)
    pubnub.subscribe().channels(made["deliveryMode"]["address"]).execute()
    await listener.connected.wait()
    yield listener
    await pubnub.stop()


# The client warns that this manager is deprecated; the newer one dies in silence when a listener raises.
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
async def test_pubnubs_own_client_hears_a_whole_call() -> None:
    async with connected(speed=50) as client:
        made = (await client.subscribe(ONE.format(401))).json()
        async with listening(client, made) as listener:
            await client.box.call("101", ring=10, talk=30, hold=[[5, 10]], from_name="K. Weber")
            events = [opened(await listener.messages.get(), made["deliveryMode"]) for _ in range(5)]
        heard = [event["body"]["telephonyStatus"] for event in events]
        assert heard == ["Ringing", "CallConnected", "OnHold", "CallConnected", "NoCall"]
