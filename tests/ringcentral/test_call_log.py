"""The call log, read from a box; and records as the platform's documents have them."""

import asyncio
from pathlib import Path

import pytest

from tests.box import RunningBox, running_box
from tests.ringcentral.parts import Parts, parts
from tui.errors import PermissionMissing
from tui.ringcentral.call_log import CallLog
from tui.ringcentral.records import Leg, Record, read_record


async def logged(box: RunningBox, at: Parts) -> list[Record]:
    """All records, once every call is over."""
    for _ in range(500):
        if all(call["ended_at"] for call in await box.get("/simulator/calls")):
            break
        await asyncio.sleep(0.01)
    now = at.clock.now()
    return [one async for page in CallLog(at.session).pages(now - 600, now + 5) for one in page]


async def test_calls_come_with_their_results_and_legs(tmp_path: Path) -> None:
    async with running_box(call_log_lag=0) as box, parts(box, tmp_path) as at:
        answered = await box.call("101", ring=0.02, talk=0.02)
        missed = await box.call("102", ring=0.02, end="missed")
        records = {record.result: record for record in await logged(box, at)}
    assert records["Accepted"].telephony_session_id == answered["telephony_session_id"]
    assert records["Missed"].telephony_session_id != missed["telephony_session_id"]
    assert [(leg.extension_id, leg.result) for leg in records["Accepted"].legs] == [("401", "Accepted")]
    assert (records["Accepted"].from_number, records["Accepted"].direction) == ("+4930123456", "Inbound")
    assert records["Accepted"].party_id


async def test_every_page_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ringcentral.call_log.PER_PAGE", 2)
    async with running_box(call_log_lag=0) as box, parts(box, tmp_path) as at:
        for _ in range(5):
            await box.call("101", ring=0.02, end="missed")
        assert len({record.record_id for record in await logged(box, at)}) == 5


async def test_a_user_who_may_not_see_it_is_told_so(tmp_path: Path) -> None:
    async with running_box() as box, parts(box, tmp_path) as at:
        await box.post("/simulator/faults", {"fault": "http_403", "match": "/call-log"})
        with pytest.raises(PermissionMissing):
            await logged(box, at)


def test_a_record_that_has_only_a_master_leg_is_of_that_extension() -> None:
    item = {"id": "C1", "startTime": "2026-11-25T10:00:00Z", "duration": 9, "result": "Accepted", "type": "Voice"}
    leg = item | {"extension": {"id": 401}, "direction": "Inbound", "master": True}
    record = read_record(item | {"legs": [leg]}, ahead=2.0)
    assert record is not None
    assert record.legs == (Leg("401", "Inbound", "Accepted", record.started_at, record.started_at + 9),)
    assert record.ended_at == record.started_at + 9


def test_one_of_ours_is_told_by_the_extensions_number_as_presence_does() -> None:
    ours = {"phoneNumber": "+17203861294", "extensionNumber": "102", "name": "Ben Okafor"}
    item = {"id": "C1", "startTime": "2026-11-25T10:00:00Z", "from": ours, "to": {"phoneNumber": "+4930123456"}}
    record = read_record(item)
    assert record is not None
    assert (record.from_number, record.from_name, record.to_number) == ("102", "Ben Okafor", "+4930123456")


INBOUND = {"type": "Voice", "direction": "Inbound", "action": "Phone Call", "startTime": "2026-11-25T10:00:00Z"}
MASTER = INBOUND | {"legType": "Accept", "master": True, "extension": {"id": 401}}
PHONE = INBOUND | {"direction": "Outbound", "action": "VoIP Call", "legType": "PstnToSip", "master": False}


def legs_of(result: str, *legs: dict[str, object]) -> list[tuple[str, str, str, float, float]]:
    record = read_record(INBOUND | {"id": "C1", "duration": 70, "result": result, "legs": list(legs)})
    assert record is not None
    began = record.started_at
    return [
        (one.extension_id, one.direction, one.result, one.started_at - began, (one.ended_at or 0.0) - began)
        for one in record.legs
    ]


def phone(extension: int, result: str, begins: int, lasts: int, **more: object) -> dict[str, object]:
    at = {"startTime": f"2026-11-25T10:00:{begins:02}Z", "duration": lasts}
    return PHONE | {"extension": {"id": extension}, "result": result} | at | more


def test_the_legs_to_the_phones_of_an_extension_are_one_party_that_is_called() -> None:
    master = MASTER | {"result": "Accepted", "duration": 70}
    assert legs_of("Accepted", master, phone(401, "Accepted", 4, 66)) == [("401", "Inbound", "Accepted", 4, 70)]
    find_me = phone(401, "Stopped", 0, 4, legType="FindMe")
    accepted = phone(401, "Call connected", 0, 70)
    assert legs_of("Accepted", find_me, accepted) == [("401", "Inbound", "Call connected", 0, 70)]
    own = INBOUND | {"extension": {"id": 401}, "result": "Accepted", "duration": 70}
    assert legs_of("Accepted", own, find_me) == [("401", "Inbound", "Accepted", 0, 70)]


def test_whoever_is_rung_by_a_queue_is_a_party_whatever_became_of_the_phone() -> None:
    queue = {"extension": {"id": 700}, "legType": "Accept", "master": True}
    rung = [
        phone(700, "No Answer", 0, 20, to={"extensionId": "401"}),
        phone(700, "IP Phone Offline", 0, 0, to={"extensionId": "402"}),
        phone(403, "Stopped", 20, 3),
        phone(401, "Stopped", 20, 3),
    ]
    missed = legs_of("Missed", INBOUND | queue, *rung)
    assert missed == [("401", "Inbound", "Missed", 0, 23), ("403", "Inbound", "Missed", 20, 23)]
    taken = legs_of("Accepted", INBOUND | queue, *rung, phone(404, "Call connected", 23, 40))
    assert [(extension, result) for extension, _, result, _, _ in taken] == [
        ("401", "Answered Elsewhere"),
        ("403", "Answered Elsewhere"),
        ("404", "Call connected"),
    ]


@pytest.mark.parametrize(
    "changes", [{"id": None}, {"startTime": "yesterday"}, {"type": "Fax"}, {"deleted": True}, {"startTime": 7}]
)
def test_what_is_no_call_is_none(changes: dict[str, object]) -> None:
    item: dict[str, object] = {"id": "C1", "startTime": "2026-11-25T10:00:00Z", "type": "Voice"}
    assert read_record(item) is not None
    assert read_record(item | changes) is None
