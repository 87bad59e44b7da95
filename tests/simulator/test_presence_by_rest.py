"""Presence read by REST: single, thirty at once, whole pages."""

from email import message_from_bytes
from email.message import Message
from json import loads

from tests.box import Json
from tests.simulator.client import connected
from tui.simulator.reading import MULTIPART_JSON

DETAILED = {"detailedTelephonyState": "true"}


async def test_a_call_is_seen_by_its_number_and_its_parties() -> None:
    async with connected() as client:
        placed = await client.box.call("101", ring=900, from_name="K. Weber")
        shown = await client.get("/account/~/extension/401/presence", params=DETAILED)
        assert shown["extension"]["id"] == 401
        assert shown["telephonyStatus"] == shown["aggregatedTelephonyStatus"] == "Ringing"
        assert shown["presenceStatus"] == "Busy"
        assert shown["userStatus"] == "Available"
        assert "sequence" not in shown
        assert "totalActiveCalls" not in shown
        call = shown["activeCalls"][0]
        assert (call["direction"], call["from"], call["fromName"]) == ("Inbound", "+4930123456", "K. Weber")
        assert (call["to"], call["toName"]) == ("101", "Ana Martins")
        assert call["telephonySessionId"] == placed["telephony_session_id"]
        assert "sipData" not in call
        assert "activeCalls" not in await client.get("/account/~/extension/401/presence")
        sip = await client.get("/account/~/extension/401/presence", params=DETAILED | {"sipData": "true"})
        assert sip["activeCalls"][0]["sipData"]["rcSessionId"] == placed["session_id"]


async def test_what_has_no_presence_or_hides_it_only_says_offline() -> None:
    async with connected() as client:
        queue = await client.get("/account/~/extension/1000/presence", params=DETAILED)
        assert queue["presenceStatus"] == "Offline"
        assert not {"telephonyStatus", "userStatus", "dndStatus", "activeCalls"} & set(queue)
        await client.box.presence("102", allowSeeMyPresence=False)
        hidden = await client.get("/account/~/extension/402/presence", params=DETAILED)
        assert hidden["presenceStatus"] == "Offline"
        assert hidden["allowSeeMyPresence"] is False
        assert "telephonyStatus" not in hidden


async def test_several_at_once_as_json() -> None:
    async with connected() as client:
        path = "/account/~/extension/401,402,999/presence"
        answer = await client.ask("GET", path, params=DETAILED, headers={"Accept": MULTIPART_JSON})
        assert answer.status_code == 207
        assert answer.headers["Content-Type"] == MULTIPART_JSON
        parts = answer.json()
        assert [(part["resourceId"], part["status"]) for part in parts] == [("401", 200), ("402", 200), ("999", 404)]
        assert parts[1]["body"]["extension"]["extensionNumber"] == "102"
        assert parts[2]["body"]["errorCode"] == "CMN-102"


async def test_several_at_once_as_mime() -> None:
    async with connected() as client:
        answer = await client.ask("GET", "/account/~/extension/401,999/presence")
        assert answer.status_code == 207
        head = f"Content-Type: {answer.headers['Content-Type']}\r\n\r\n".encode()
        parts = message_from_bytes(head + answer.content).get_payload()
        assert isinstance(parts, list)
        bodies = [loads(str(part.get_payload())) for part in parts if isinstance(part, Message)]
        assert [one["status"] for one in bodies[0]["response"]] == [200, 404]
        assert bodies[1]["extension"]["id"] == 401
        assert bodies[2]["errorCode"] == "CMN-102"


async def test_thirty_are_the_most() -> None:
    async with connected() as client:
        ids = ",".join(str(number) for number in range(401, 432))
        answer = await client.ask("GET", f"/account/~/extension/{ids}/presence")
        assert (answer.status_code, answer.json()["errorCode"]) == (400, "InvalidMultipartRequest")


async def test_the_whole_account_by_pages_is_the_truth() -> None:
    async with connected(extensions=300) as client:
        await client.box.presence("150", dndStatus="DoNotAcceptAnyCalls")
        await client.box.call("320", ring=900)
        seen: dict[str, object] = {}
        for page in (1, 2, 3):
            query = DETAILED | {"perPage": "120", "page": str(page)}
            for record in (await client.get("/account/~/presence", params=query))["records"]:
                seen[str(record["extension"]["id"])] = _brief(record)
        truth = await client.box.truth()
        assert {extension_id: _brief(truth[extension_id]) for extension_id in seen} == seen
        assert len(seen) == len(truth) - 2, "all but the two without a number"


def _brief(record: Json) -> tuple[object, object]:
    return record.get("dndStatus"), record["presenceStatus"]


async def test_an_ordinary_user_sees_their_own_presence_only() -> None:
    async with connected(log_in=False) as client:
        await client.log_in("~user")
        assert (await client.get("/account/~/extension/~/presence"))["extension"]["id"] == 401
        answer = await client.ask("GET", "/account/~/extension/402/presence")
        assert (answer.status_code, answer.json()["errorCode"]) == (403, "CMN-408")
