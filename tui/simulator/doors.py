"""The doors for tests and demos, below `/simulator`: make things happen, and see what is true.

They ask for no token and open on loopback only. `published_at` in an answer is when the events of what was asked went
out, by the machine's own clock.
"""

import time
from collections.abc import Callable

from tui.simulator import lives, shapes
from tui.simulator.clock import utc
from tui.simulator.faults import table
from tui.simulator.faults.table import FAULTS
from tui.simulator.lines import Call, Line, Party
from tui.simulator.lives import ImpossiblePlan, Plan
from tui.simulator.platform import Platform
from tui.simulator.shapes import Json

Door = Callable[[Platform, Json], object]


class BadRequest(ValueError):
    """A door was asked for something that is not to be had."""


def truth(platform: Platform, _: Json) -> Json:
    """What REST would show the administrator now, by extension id, and how many calls there are."""
    lines = platform.exchange.lines
    return {extension_id: _truth(platform, lines[extension_id]) for extension_id in platform.account.extensions}


def _truth(platform: Platform, line: Line) -> Json:
    shape = shapes.record(line, platform.clock, platform.server, platform.account.id)
    if "activeCalls" in shape:
        shape["totalActiveCalls"] = len(line.parties)
    return shape


def place_call(platform: Platform, wish: Json) -> Json:
    """Let a call happen, from its first ring on."""
    try:
        call, life = lives.place(platform.exchange, _plan(wish))
    except ImpossiblePlan as problem:
        raise BadRequest(str(problem)) from problem
    platform.agenda.begin(life)
    return _published(session_id=call.session_id, telephony_session_id=call.telephony_session_id)


def calls(platform: Platform, _: Json) -> list[Json]:
    """Every call that was or is, oldest first, with its parties and what really came of it."""
    return [_call(call) for call in platform.exchange.calls]


def set_presence(platform: Platform, wish: Json) -> Json:
    """Do what a person can do to their own presence."""
    extension = platform.account.find(str(wish.get("extension")))
    if extension is None:
        raise BadRequest(f"there is no extension {wish.get('extension')!r}")
    if not extension.has_presence:
        raise BadRequest(f"{extension.name} has no presence: it is of type {extension.type}")
    known = {"extension", *_CHOICES, *_SWITCHES, "message"}
    if unknown := set(wish) - known:
        raise BadRequest(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    for name, values in (_CHOICES | dict.fromkeys(_SWITCHES, (True, False))).items():
        if wish.get(name, values[0]) not in values:
            raise BadRequest(f"{name} has to be one of {values}")
    meeting = wish.get("meetingStatus")
    platform.exchange.set_presence(
        platform.exchange.lines[extension.id],
        user_status=_text(wish, "userStatus"),
        dnd_status=_text(wish, "dndStatus"),
        meeting=None if meeting is None else meeting == "Connected",
        message=_text(wish, "message"),
        accept_queue_calls=_switch(wish, "acceptCallQueueCalls"),
        visible=_switch(wish, "allowSeeMyPresence"),
    )
    return _published()


_CHOICES: dict[str, tuple[object, ...]] = {
    "userStatus": ("Available", "Busy", "Offline"),
    "dndStatus": ("TakeAllCalls", "DoNotAcceptDepartmentCalls", "TakeDepartmentCallsOnly", "DoNotAcceptAnyCalls"),
    "meetingStatus": ("Connected", "Disconnected"),
}
_SWITCHES = ("allowSeeMyPresence", "acceptCallQueueCalls")


def set_traffic(platform: Platform, wish: Json) -> Json:
    """Let so many calls begin in a minute; 0 lets the running ones end and brings no more."""
    rate = wish.get("calls_per_minute")
    if not isinstance(rate, int | float) or rate < 0:
        raise BadRequest("calls_per_minute has to be a number, 0 or more")
    platform.traffic.set_rate(rate)
    return _published()


def begin_fault(platform: Platform, wish: Json) -> Json:
    """Let something go wrong: for so many `seconds` or `count` times, on what `match` finds; without them always."""
    table.begin(platform, wish)
    return _published()


def faults(platform: Platform, _: Json) -> Json:
    """All faults by name with what they do, and those that are going on."""
    active = [
        {
            "fault": fault.name,
            "match": fault.match.pattern,
            "left": fault.left,
            "until": _moment(fault.until),
        }
        for fault in platform.faults.going_on()
    ]
    return {"faults": FAULTS, "active": active}


def clear_faults(platform: Platform, _: Json) -> Json:
    """End all faults, and take back what can be taken back."""
    platform.faults.clear()
    return _published()


def requests(platform: Platform, _: Json) -> list[Json]:
    """What was asked of the platform, oldest first: method, path, status (null: no answer), rate group, and when."""
    return list(platform.requests)


def webhooks(platform: Platform, _: Json) -> list[Json]:
    """What was posted to `/webhook`, oldest first: headers in lower case, body, and when."""
    return list(platform.receiver.received)


def take_webhooks(platform: Platform, _: Json) -> list[Json]:
    """The same, and forget them."""
    return platform.receiver.take()


def _published(**answer: object) -> Json:
    return {"published_at": utc(time.time()), **answer}


def _plan(wish: Json) -> Plan:
    known = {"to", "from", "from_name", "ring", "talk", "hold", "queue", "end", "park"}
    if unknown := set(wish) - known:
        raise BadRequest(f"unknown: {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    if not wish.get("to") or not wish.get("from"):
        raise BadRequest("a call needs `to` and `from`")
    hold = wish.get("hold") or []
    try:
        pairs = tuple((_seconds(at), _seconds(length)) for at, length in hold)  # type: ignore[attr-defined]  # checked by trying
        seconds = {name: _seconds(wish[name]) for name in ("ring", "talk", "park") if name in wish}
    except (TypeError, ValueError) as problem:
        raise BadRequest("ring, talk and park are seconds, hold is a list of [after, seconds]") from problem
    return Plan(
        to=str(wish["to"]),
        from_=str(wish["from"]),
        from_name=_text(wish, "from_name") or "",
        hold=pairs,
        queue=_text(wish, "queue"),
        end=_text(wish, "end") or "answered",
        **seconds,
    )


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or value < 0:
        raise ValueError(value)
    return float(value)


def _text(wish: Json, name: str) -> str | None:
    value = wish.get(name)
    return None if value is None else str(value)


def _switch(wish: Json, name: str) -> bool | None:
    value = wish.get(name)
    return None if value is None else bool(value)


def _call(call: Call) -> Json:
    return {
        "session_id": call.session_id,
        "telephony_session_id": call.telephony_session_id,
        "direction": "Outbound" if call.outbound else "Inbound",
        "from": call.from_number,
        "from_name": call.from_name,
        "to": call.to_number,
        "to_name": call.to_name,
        "queue": call.queue.name if call.queue else None,
        "started_at": utc(call.started),
        "answered_at": _moment(call.answered),
        "ended_at": _moment(call.ended),
        "result": call.result,
        "parties": [_party(party) for party in call.parties],
    }


def _party(party: Party) -> Json:
    return {
        "party_id": party.id,
        "extension_id": party.extension_id,
        "direction": party.direction,
        "started_at": utc(party.started),
        "answered_at": _moment(party.answered),
        "ended_at": _moment(party.ended),
        "result": party.result,
        "states": [[utc(at), status] for at, status in party.states],
    }


def _moment(at: float | None) -> str | None:
    return None if at is None else utc(at)


DOORS: dict[tuple[str, str], Door] = {
    ("GET", "truth"): truth,
    ("POST", "calls"): place_call,
    ("GET", "calls"): calls,
    ("POST", "presence"): set_presence,
    ("POST", "traffic"): set_traffic,
    ("POST", "faults"): begin_fault,
    ("GET", "faults"): faults,
    ("GET", "requests"): requests,
    ("GET", "webhooks"): webhooks,
    ("DELETE", "webhooks"): take_webhooks,
    ("DELETE", "faults"): clear_faults,
}
