"""The whole way once: log in, subscribe, and hear a call."""

from tests.simulator.client import Ear, connected

PRESENCE = "/restapi/v1.0/account/~/extension/{}/presence?detailedTelephonyState=true"


async def test_a_call_is_heard_and_ends_in_the_truth() -> None:
    async with connected(speed=50) as client:
        subscription = (await client.subscribe(PRESENCE.format(401))).json()
        ear = await Ear(client, subscription).begin()
        await client.box.call("101", ring=1, talk=2, from_name="K. Weber")
        events = await ear.next(3)
        assert [event["body"]["telephonyStatus"] for event in events] == ["Ringing", "CallConnected", "NoCall"]
        assert [event["body"]["sequence"] for event in events] == [1, 2, 3]
        assert events[2]["body"]["activeCalls"][0]["terminationType"] == "final"
        truth = (await client.box.truth())["401"]
        assert truth["telephonyStatus"] == "NoCall"
        assert truth["activeCalls"] == []
        assert truth["presenceStatus"] == "Available"
