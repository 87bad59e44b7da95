"""Faults of deliveries: what happens to an event between the platform and its subscriber."""

import base64
import copy
import json
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tui.simulator.agenda import Agenda, Life
from tui.simulator.faults.active import Fault
from tui.simulator.notifier import encrypted
from tui.simulator.subscriptions import Subscription

Event = dict[str, Any]

OVERFLOW = 130
"""More messages than a PubNub queue holds."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One event on its way, and what strikes it.

    Attributes:
        account_id: Whose event it is.
        send: Sends an event on its way.
        send_raw: Puts something into the subscriber's channel as it is.
    """

    account_id: str
    agenda: Agenda
    fault: Fault
    subscription: Subscription
    event: Event
    send: Callable[[Event], None]
    send_raw: Callable[[object], None]

    def later(self, seconds: float) -> None:
        """Send the event after so many seconds of real time."""

        def life() -> Life:
            yield seconds * self.agenda.speed
            self.send(self.event)

        self.agenda.begin(life())


def _late(delivery: Delivery) -> None:
    delivery.later(delivery.fault.number("delay", 2))


def _twice(delivery: Delivery) -> None:
    delivery.send(delivery.event)
    delivery.send(delivery.event)


def _drop(_: Delivery) -> None:
    """It is lost."""


def _out_of_order(delivery: Delivery) -> None:
    """Every second event overtakes the one before it; one that is overtaken by none comes after a second."""
    waiting = delivery.fault.held
    if not waiting:
        waiting.append(delivery.event)

        def life() -> Life:
            yield delivery.agenda.speed
            if delivery.event in waiting:
                waiting.remove(delivery.event)
                delivery.send(delivery.event)

        delivery.agenda.begin(life())
        return
    delivery.send(delivery.event)
    delivery.send(waiting.pop())


def _overflow(delivery: Delivery) -> None:
    """The event and more messages than the queue holds come at once, so the event is pushed out of it."""
    delivery.send(delivery.event)
    owner = delivery.subscription.owner_id
    uri = f"/restapi/v1.0/account/{delivery.account_id}/extension/{owner}/message-store"
    changes = [{"type": "SMS", "newCount": 0, "updatedCount": 1}]
    for _ in range(OVERFLOW):
        body = {"extensionId": owner, "lastUpdated": delivery.event["timestamp"], "changes": changes}
        delivery.send(delivery.event | {"uuid": str(uuid.uuid4()), "event": uri, "body": body})


def _undecryptable(delivery: Delivery) -> None:
    delivery.send_raw(encrypted(json.dumps(delivery.event).encode(), secrets.token_bytes(16)))


def _undecodable(delivery: Delivery) -> None:
    key = delivery.subscription.key
    text = json.dumps(delivery.event).encode()[:-20]
    delivery.send_raw(encrypted(text, key) if key else base64.b64encode(text).decode())


def _unknown_event(delivery: Delivery) -> None:
    unknown = {"uuid": str(uuid.uuid4()), "event": "/restapi/v1.0/account/~/weather", "body": {"sky": "clear"}}
    delivery.send(delivery.event | unknown)
    delivery.send(delivery.event)


def _huge(delivery: Delivery) -> None:
    delivery.send(delivery.event | {"padding": "x" * 1_000_000})


def _unknown_values(delivery: Delivery) -> None:
    event = copy.deepcopy(delivery.event)
    for name in ("telephonyStatus", "presenceStatus", "userStatus", "dndStatus", "meetingStatus"):
        if name in event["body"]:
            event["body"][name] = "Levitating"
    for call in event["body"].get("activeCalls", ()):
        call["telephonyStatus"] = "Levitating"
    delivery.send(event)


def _partial(delivery: Delivery) -> None:
    kept = ("extensionId", "sequence", "telephonyStatus", "activeCalls", "totalActiveCalls")
    body = {name: value for name, value in delivery.event["body"].items() if name in kept}
    delivery.send(delivery.event | {"body": body})


def _short_calls(delivery: Delivery) -> None:
    body = dict(delivery.event["body"])
    body["activeCalls"] = [call for call in body.get("activeCalls", ()) if "terminationType" in call]
    delivery.send(delivery.event | {"body": body})


def _flicker(delivery: Delivery) -> None:
    flash = copy.deepcopy(delivery.event)
    for call in flash["body"].get("activeCalls", ()):
        if call["telephonyStatus"] == "CallConnected":
            call |= {"telephonyStatus": "NoCall", "terminationType": "intermediate"}
            flash["body"]["telephonyStatus"] = "NoCall"
    if flash != delivery.event:
        delivery.send(flash | {"uuid": str(uuid.uuid4())})
    delivery.send(delivery.event)


def _other_time(delivery: Delivery) -> None:
    delivery.send(delivery.event | {"timestamp": delivery.event["timestamp"].replace("Z", "+0000")})


DELIVERIES: dict[str, tuple[str, Callable[[Delivery], None]]] = {
    "late": ("delivers an event after `delay` (2) seconds, younger ones may overtake it", _late),
    "twice": ("delivers an event twice", _twice),
    "out_of_order": ("lets every second event overtake the one before it", _out_of_order),
    "drop": ("loses an event without a word", _drop),
    "overflow": ("pushes an event out of PubNub's queue by a flood that comes with it", _overflow),
    "undecryptable": ("encrypts an event with another key", _undecryptable),
    "undecodable": ("encrypts half of an event's JSON", _undecodable),
    "unknown_event": ("sends an event of an unknown kind before an event", _unknown_event),
    "unknown_values": ("says values that no document knows, in every status of an event", _unknown_values),
    "huge": ("adds a megabyte of an unknown field to an event", _huge),
    "partial": ("leaves all but the calls out of an event", _partial),
    "short_calls": ("leaves living calls out of an event's list, but counts them", _short_calls),
    "flicker": ("says NoCall, intermediate, before an event with a connected call", _flicker),
    "other_time": ("writes an event's time with +0000 instead of Z", _other_time),
}
