"""Records of the account's call log, as values, and how they are read from JSON.

Source: the platform's API reference of the call log. A record is one call; its legs, which only the detailed view has,
say who was on it or was rung. Records that users have published show that each phone of whoever is called has a leg of
its own, which is `Outbound`: the platform calls it.
"""

from collections.abc import Iterable, Iterator

import msgspec

from tui.ringcentral import wire
from tui.ringcentral.wire import Json

IN_PROGRESS = "In Progress"
"""The result of a call that goes on."""
ELSEWHERE = "Answered Elsewhere"
"""The result of whoever was rung by a call that somebody else took."""
TAKEN = frozenset({"Accepted", "Call connected"})
"""Results of what was answered."""
TO_A_PHONE = frozenset({"PstnToSip", "FindMe", "FollowMe", "RingDirectly", "MobileApp"})
"""Types of legs that lead to one phone of whoever is called."""
NO_PHONE = "ip phone offline"
"""The result of a leg to a phone that is not there, and rings nowhere."""


class Leg(msgspec.Struct, frozen=True, array_like=True):
    """One party of a call, as the call log has it.

    Attributes:
        result: The platform's word for what came of it.
        ended_at: None while the call goes on.
    """

    extension_id: str
    direction: str
    result: str
    started_at: float
    ended_at: float | None = None
    party_id: str = ""


class Record(msgspec.Struct, frozen=True, array_like=True):
    """A call as the account's call log has it.

    Attributes:
        record_id: The record's own id.
        result: The platform's word for what came of it; `reason` says more.
        ended_at: None while it goes on.
        changed_at: When the record last changed.
        legs: Who was on it or was rung.
    """

    record_id: str
    result: str
    started_at: float
    reason: str = ""
    ended_at: float | None = None
    changed_at: float = 0.0
    direction: str = ""
    from_number: str = ""
    from_name: str = ""
    to_number: str = ""
    to_name: str = ""
    session_id: str = ""
    telephony_session_id: str = ""
    party_id: str = ""
    legs: tuple[Leg, ...] = ()

    @property
    def is_over(self) -> bool:
        """Whether the call has ended."""
        return self.ended_at is not None


def read_record(item: Json, ahead: float = 0.0) -> Record | None:
    """A record; None for what is none: no call, without id or time, or deleted by its owner.

    Args:
        item: The platform's object.
        ahead: Seconds by which the platform's timestamps are ahead of our line of time (`Clock.ahead`).
    """
    record_id, started_at = wire.identity(item.get("id")), wire.moment(item.get("startTime"))
    if not record_id or started_at is None or wire.word(item.get("type")) not in ("", "Voice") or item.get("deleted"):
        return None
    started_at -= ahead
    ended_at = _end(item, started_at)
    changed_at = wire.moment(item.get("lastModifiedTime"))
    from_number, from_name = _side(item.get("from"))
    to_number, to_name = _side(item.get("to"))
    return Record(
        record_id=record_id,
        result=wire.text(item.get("result")) or "Unknown",
        started_at=started_at,
        reason=wire.text(item.get("reason")),
        ended_at=ended_at,
        changed_at=changed_at - ahead if changed_at is not None else ended_at or started_at,
        direction=wire.text(item.get("direction")),
        from_number=from_number,
        from_name=from_name,
        to_number=to_number,
        to_name=to_name,
        session_id=wire.identity(item.get("sessionId")),
        telephony_session_id=wire.identity(item.get("telephonySessionId")),
        party_id=wire.identity(item.get("partyId")),
        legs=_legs(item, ahead),
    )


def _legs(item: Json, ahead: float) -> tuple[Leg, ...]:
    """The parties: one for whoever is called, however many phones rang.

    The master leg tells of the whole call, so it counts only where it is alone.
    """
    masters: list[Json] = []
    own: list[Leg] = []
    phones: list[Leg] = []
    for part in wire.items(item.get("legs")):
        if wire.flag(part.get("master")) is True:
            masters.append(part)
        elif leg := _leg(part, ahead):
            (phones if _is_to_a_phone(part) else own).append(leg)
    alone = [leg for leg in phones if not any(_is_same_party(leg, one) for one in own)]
    rung = _rung(alone, wire.text(item.get("result")))
    return (*own, *rung) or tuple(leg for part in masters or [item] if (leg := _leg(part, ahead)))


def _is_to_a_phone(part: Json) -> bool:
    return wire.word(part.get("legType")) in TO_A_PHONE


def _is_same_party(one: Leg, other: Leg) -> bool:
    """Whether two legs of an extension are of one time."""
    same = (one.extension_id, one.direction) == (other.extension_id, other.direction)
    return same and one.started_at <= _until(other) and other.started_at <= _until(one)


def _until(leg: Leg) -> float:
    return float("inf") if leg.ended_at is None else leg.ended_at


def _rung(phones: Iterable[Leg], result: str) -> Iterator[Leg]:
    """Of the phones of an extension that rang at once one leg; what each came to says less than what the call did."""
    found: list[Leg] = []
    ringing = (leg for leg in phones if leg.result.lower() != NO_PHONE)
    for leg in sorted(ringing, key=lambda one: (one.extension_id, one.started_at)):
        if found and _is_same_party(found[-1], leg):
            last = found[-1]
            ended_at = max(last, leg, key=_until).ended_at
            taken = last.result if last.result in TAKEN else leg.result
            found[-1] = msgspec.structs.replace(last, ended_at=ended_at, result=taken)
        else:
            found.append(leg)
    untaken = ELSEWHERE if result in TAKEN else result
    for leg in found:
        yield leg if leg.result in TAKEN else msgspec.structs.replace(leg, result=untaken or "Unknown")


def _leg(item: Json, ahead: float) -> Leg | None:
    extension_id, direction = wire.identity(wire.mapping(item.get("extension")).get("id")), item.get("direction")
    if _is_to_a_phone(item):
        # For a queue the leg is the queue's, and tells whom it leads to.
        extension_id = wire.identity(wire.mapping(item.get("to")).get("extensionId")) or extension_id
        direction = "Inbound"
    started_at = wire.moment(item.get("startTime"))
    if not extension_id or started_at is None:
        return None
    return Leg(
        extension_id,
        wire.text(direction),
        wire.text(item.get("result")) or "Unknown",
        started_at - ahead,
        _end(item, started_at - ahead),
        wire.identity(item.get("partyId")),
    )


def _end(item: Json, started_at: float) -> float | None:
    if wire.text(item.get("result")) == IN_PROGRESS:
        return None
    milliseconds, seconds = wire.whole(item.get("durationMs")), wire.whole(item.get("duration"))
    return started_at + (milliseconds / 1000 if milliseconds is not None else float(seconds or 0))


def _side(value: object) -> tuple[str, str]:
    """The number and the name of one side; the extension's own number where it is one of ours."""
    side = wire.mapping(value)
    number = wire.identity(side.get("extensionNumber")) or wire.identity(side.get("phoneNumber"))
    return number, wire.text(side.get("name"))
