"""Presence in the platform's own JSON: as REST answers it, and as the body of an event.

Source of the fields: the platform's API description of 2026-08. REST gives extension ids as numbers, events as strings;
only events have `sequence` and `totalActiveCalls`.
"""

from tui.simulator.clock import Clock
from tui.simulator.lines import SHOWN_CALLS, Line, Party, TelephonyStatus

Json = dict[str, object]


def active_call(party: Party, clock: Clock, sip: bool = False) -> Json:
    """One entry of `activeCalls`; a party that has left is there once more, as NoCall and final."""
    call = party.call
    shape: Json = {
        "id": f"{call.number:x}{party.index:x}-{party.extension_id}",
        "direction": party.direction,
        "queueCall": call.queue is not None,
        "from": call.from_number,
        "fromName": call.from_name,
        "to": party.to_number,
        "toName": party.to_name,
        "startTime": clock.iso(party.started),
        "telephonyStatus": party.status,
        "sessionId": call.session_id,
        "telephonySessionId": call.telephony_session_id,
        "partyId": party.id,
    }
    if call.queue is not None:
        shape["callInfo"] = {
            "primary": {"type": "QueueName", "value": call.queue.name},
            "additional": {"type": "CallerIdNumber", "value": call.from_number},
        }
    if party.ended is not None:
        shape["terminationType"] = "final"
    if sip:
        shape["sipData"] = {
            "callId": f"{call.number:032x}",
            "toTag": f"{call.number}-{party.index}",
            "fromTag": f"{call.number}-1",
            "remoteUri": f"sip:{call.from_number}@sip.meridian.example",
            "localUri": f"sip:{party.to_number}@sip.meridian.example",
            "rcSessionId": call.session_id,
        }
    return shape


def record(line: Line, clock: Clock, server: str, account_id: str, *, detailed: bool = True, sip: bool = False) -> Json:
    """What REST answers for one extension.

    One whose type has no presence, or who hides it, only ever says Offline.
    """
    extension = line.extension
    uri = f"{server}/restapi/v1.0/account/{account_id}/extension/{extension.id}"
    shape: Json = {
        "uri": f"{uri}/presence",
        "extension": {"id": int(extension.id), "uri": uri, "extensionNumber": extension.number},
        "presenceStatus": "Offline",
        "allowSeeMyPresence": not extension.hides_presence,
    }
    if extension.has_presence and not extension.hides_presence:
        shape |= _status(line)
        shape |= {"message": line.message, "callerIdVisibility": "All"}
        shape |= {"aggregatedTelephonyStatus": line.telephony_status, "cxTelephonyStatus": TelephonyStatus.NO_CALL}
        if detailed:
            shape["activeCalls"] = [active_call(party, clock, sip) for party in line.parties[-SHOWN_CALLS:]]
    return shape


def body(line: Line, ended: Party | None, clock: Clock, *, detailed: bool, sip: bool = False) -> Json:
    """The body of a presence event; of one who has just hidden it says that and no more.

    Args:
        line: The extension's presence, after the change.
        ended: A call whose end is the change.
        clock: Tells times as the platform does.
        detailed: Whether the calls are listed.
        sip: Whether each call has its SIP data.
    """
    shape: Json = {"extensionId": line.extension.id, "sequence": line.sequence}
    shape["allowSeeMyPresence"] = not line.extension.hides_presence
    if line.extension.hides_presence:
        return shape | {"presenceStatus": "Offline"}
    shape |= _status(line)
    if detailed:
        listed = [*line.parties, ended] if ended else line.parties
        shape["activeCalls"] = [active_call(party, clock, sip) for party in listed[-SHOWN_CALLS:]]
        shape["totalActiveCalls"] = len(line.parties)
    return shape


def _status(line: Line) -> Json:
    shape: Json = {
        "telephonyStatus": line.telephony_status,
        "presenceStatus": line.presence_status,
        "userStatus": line.user_status,
        "dndStatus": line.dnd_status,
        "meetingStatus": "Connected" if line.meeting else "Disconnected",
        "ringOnMonitoredCall": False,
        "pickUpCallsOnHold": False,
    }
    if line.accept_queue_calls is not None:
        shape["acceptCallQueueCalls"] = line.accept_queue_calls
    return shape
