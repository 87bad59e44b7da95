"""The records of the call log: each call once, as its account sees it, with a leg for everyone who was on it.

Source of the fields: the platform's API description of 2026-08. For calls that nobody took, users report that the
session ids of the call log are others than those of the presence events (RingCentral's developer community, 8918); so
they are here. In records that users have published, whoever is called from outside has a leg for each phone, which is
outbound, for the platform calls it; of a call queue's call it is the queue's leg.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from tui.simulator.account import Account
from tui.simulator.clock import Clock
from tui.simulator.lines import Call, Party
from tui.simulator.shapes import Json

IN_PROGRESS = "In Progress"
OFFLINE_PHONES = 3
"""Of so many extensions one has a second phone that is not there."""
WITHHELD = "anonymous"
"""The number that presence shows of a caller who withholds theirs; the call log then has none."""
_UNANSWERED = {
    "missed": ("Missed", "No Answer"),
    "voicemail": ("Voicemail", "Stopped"),
    "rejected": ("Rejected", "Stopped"),
}
_LEGS = {
    "answered_elsewhere": "Answered Elsewhere",
    "missed": "Missed",
    "voicemail": "Voicemail",
    "rejected": "Rejected",
}


@dataclass(frozen=True, slots=True)
class Logged:
    """A call as the call log has it at a moment.

    Attributes:
        over: Whether its end is in the log; a call that goes on is `In Progress`.
        changed_at: When the log last changed about it.
    """

    call: Call
    over: bool
    changed_at: float


def logged(call: Call, now: float, lag: float) -> Logged | None:
    """What the log has of a call, `lag` seconds after it happened; None where it has nothing yet."""
    if call.ended is not None and call.ended + lag <= now:
        return Logged(call, over=True, changed_at=call.ended + lag)
    if call.started + lag <= now:
        return Logged(call, over=False, changed_at=call.started + lag)
    return None


def was_missed(call: Call) -> bool:
    """Whether nobody took it; that is the group `Missed` of a synchronisation."""
    return call.result in _UNANSWERED


def session_ids(call: Call) -> tuple[str, str]:
    """The session id and the telephony session id, by which the call log knows a call."""
    if was_missed(call):
        return str(66_023_810_000 + call.number), f"s-b0d17{call.number:09x}"
    return call.session_id, call.telephony_session_id


def record_id(call: Call) -> str:
    """The id of a call's record."""
    return f"Cl{call.number:09x}"


def record(entry: Logged, account: Account, clock: Clock, server: str, *, detailed: bool) -> Json:
    """One record; with its legs in the detailed view."""
    call = entry.call
    session_id, telephony_session_id = session_ids(call)
    uri = f"{server}/restapi/v1.0/account/{account.id}/call-log/{record_id(call)}"
    shape: Json = {"id": record_id(call), "uri": uri, "sessionId": session_id}
    shape["telephonySessionId"] = telephony_session_id
    shape |= _common(entry, account, clock, server)
    if not was_missed(call) and (last := _taker(call)):
        shape["partyId"] = last.id
    if entry.over and call.result == "voicemail":
        message = str(8_500_000_000 + call.number)
        box = f"{server}/restapi/v1.0/account/{account.id}/extension/{_extension_id(call)}/message-store/{message}"
        shape["message"] = {"id": message, "type": "VoiceMail", "uri": box}
    if detailed:
        shape["lastModifiedTime"] = clock.iso(entry.changed_at)
        master = _common(entry, account, clock, server) | {"legType": "Accept", "master": True}
        parts = [leg for party in call.parties for leg in _legs_of(party, entry, account, clock, server)]
        shape["legs"] = [master, *parts]
    return shape


def _common(entry: Logged, account: Account, clock: Clock, server: str) -> Json:
    call = entry.call
    end = call.ended if entry.over and call.ended is not None else entry.changed_at
    result, reason = _result(entry)
    shape: Json = {
        "type": "Voice",
        "direction": "Outbound" if call.outbound else "Inbound",
        "action": "VoIP Call" if call.outbound else "Phone Call",
        "result": result,
        "startTime": clock.iso(call.started),
        "duration": int(end - call.started),
        "durationMs": int((end - call.started) * 1000),
        "transport": "VoIP" if call.outbound else "PSTN",
        "from": _side(account, call.from_number, call.from_name),
        "to": _side(account, call.to_number, call.to_name),
    }
    if reason:
        shape["reason"] = reason
    if extension_id := _extension_id(call):
        shape["extension"] = _extension(account, server, extension_id)
    return shape


def _result(entry: Logged) -> tuple[str, str]:
    """What came of the whole call, and why."""
    call = entry.call
    if not entry.over:
        return IN_PROGRESS, ""
    if call.result in _UNANSWERED:
        if call.outbound and call.result == "missed":
            return "No Answer", "Not Answered"
        if call.queue is not None and call.result == "missed":
            return "Abandoned", "Hang Up"
        return _UNANSWERED[call.result]
    return ("Call connected" if call.outbound else "Accepted"), "Accepted"


def _legs_of(party: Party, entry: Logged, account: Account, clock: Clock, server: str) -> Iterator[Json]:
    """The legs of one party: one, but where somebody outside calls one for each of its phones."""
    leg, call = _leg(party, entry, account, clock, server), party.call
    is_rung = party.direction == "Inbound" and leg["legType"] != "TransferCall"
    if not is_rung or account.find(call.from_number) is not None:
        yield leg
        return
    phone = leg | {"direction": "Outbound", "action": "VoIP Call", "legType": "PstnToSip", "master": False}
    if call.queue is not None:
        member = {"name": party.to_name, "extensionNumber": party.to_number, "extensionId": party.extension_id}
        phone |= {"extension": _extension(account, server, call.queue.id), "to": member}
    if entry.over and party.answered is None:
        phone["result"] = "No Answer" if party.result == "missed" else "Stopped"
    yield phone
    if int(party.extension_id) % OFFLINE_PHONES == 0:
        yield phone | {"result": "IP Phone Offline", "duration": 0, "durationMs": 0}


def _leg(party: Party, entry: Logged, account: Account, clock: Clock, server: str) -> Json:
    """One party's part; of a call that goes on it is in progress as well."""
    call = party.call
    end = party.ended if party.ended is not None else entry.changed_at
    result = "Call connected" if party.direction == "Outbound" else "Accepted"
    if not entry.over:
        result = IN_PROGRESS
    elif party.answered is None:
        result = _LEGS.get(party.result or "", "No Answer" if party.direction == "Outbound" else "Missed")
    return {
        "type": "Voice",
        "direction": party.direction,
        "action": "VoIP Call" if party.direction == "Outbound" else "Phone Call",
        "result": result,
        "startTime": clock.iso(party.started),
        "duration": max(0, int(end - party.started)),
        "durationMs": max(0, int((end - party.started) * 1000)),
        "transport": "VoIP",
        "from": _side(account, call.from_number, call.from_name),
        "to": _side(account, party.to_number, party.to_name),
        "extension": _extension(account, server, party.extension_id),
        "telephonySessionId": session_ids(call)[1],
        "legType": "TransferCall" if call.answered and party.started > call.answered else "SipForwarding",
    }


def _taker(call: Call) -> Party | None:
    """The party by which the call counts: of those called who took it the first, else the caller of ours."""
    taken = [party for party in call.parties if party.answered is not None]
    return next((party for party in taken if party.direction == "Inbound"), taken[0] if taken else None)


def _extension_id(call: Call) -> str:
    """The extension that the record is filed under: who took the call, else the queue or whoever was called."""
    if taker := _taker(call):
        return taker.extension_id
    if call.queue is not None:
        return call.queue.id
    called = [party for party in call.parties if party.direction == "Inbound"] or call.parties
    return called[0].extension_id if called else ""


def _extension(account: Account, server: str, extension_id: str) -> Json:
    return {
        "id": int(extension_id),
        "uri": f"{server}/restapi/v1.0/account/{account.id}/extension/{extension_id}",
    }


def _side(account: Account, number: str, name: str) -> Json:
    """One side of a call: one of ours by the extension, all others by the number; withheld ones have none."""
    extension = account.find(number) if number else None
    shape: Json = {"name": name} if name else {}
    if extension is not None:
        shape |= {"extensionNumber": extension.number, "extensionId": extension.id}
    elif number and number != WITHHELD:
        shape["phoneNumber"] = number
    return shape
