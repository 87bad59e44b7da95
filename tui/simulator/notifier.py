"""Turns what happens into events, one for each subscription that has a filter for it."""

import base64
import json
import uuid
from collections.abc import Callable

from Crypto.Cipher import AES
from Crypto.Util.Padding import pad

from tui.simulator import shapes
from tui.simulator.clock import Clock
from tui.simulator.filters import EventFilter, Kind
from tui.simulator.shapes import Json
from tui.simulator.subscriptions import Subscription, Subscriptions
from tui.simulator.telephony import ExtensionChanged, Happening, PresenceChanged, VoicemailLeft

# One encoder for all events: json.dumps would make one for each.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

Deliver = Callable[[Subscription, Json], None]


class Notifier:
    """Writes the events of an account.

    Args:
        account_id: Whose events these are.
        clock: Tells the time.
        now: Gives the moment of what happens; a box that has no time for it at once tells of it later.
        subscriptions: Who wants to hear.
        deliver: Takes each event to its subscription's channel.
    """

    def __init__(
        self,
        account_id: str,
        clock: Clock,
        now: Callable[[], float],
        subscriptions: Subscriptions,
        deliver: Deliver,
    ) -> None:
        self._account = f"/restapi/v1.0/account/{account_id}"
        self._account_id = account_id
        self._clock = clock
        self._now = now
        self._subscriptions = subscriptions
        self.deliver = deliver

    def tell(self, happening: Happening) -> None:
        """Send what happened to everyone who asked for it."""
        for subscription in self._subscriptions.living(self._clock.now()):
            match happening:
                case PresenceChanged():
                    self._presence(subscription, happening)
                case VoicemailLeft(extension, message_id):
                    if wanted := subscription.other_filter(Kind.MESSAGE_STORE, extension.id):
                        self._send(subscription, wanted.text, self._voicemail(extension.id, message_id))
                case ExtensionChanged(extension, change):
                    if wanted := subscription.other_filter(Kind.EXTENSION_LIST):
                        body: Json = {"extensionId": extension.id, "eventType": change}
                        self._send(subscription, wanted.text, body)

    def _presence(self, subscription: Subscription, happening: PresenceChanged) -> None:
        line = happening.line
        visible = line.extension.has_presence and (happening.hid or not line.extension.hides_presence)
        wanted = subscription.presence_filter(line.extension.id)
        if wanted is None or not visible:
            return
        body = shapes.body(line, happening.ended, self._clock, detailed=wanted.detailed, sip=wanted.sip)
        self._send(subscription, self._presence_uri(wanted, line.extension.id), body)

    def _presence_uri(self, wanted: EventFilter, extension_id: str) -> str:
        """What an event calls itself: for the account's filter too it is the extension's own URI."""
        if wanted.kind is Kind.PRESENCE:
            return wanted.text
        _, _, query = wanted.text.partition("?")
        return f"{self._account}/extension/{extension_id}/presence" + (f"?{query}" if query else "")

    def _voicemail(self, extension_id: str, message_id: int) -> Json:
        return {
            "accountId": self._account_id,
            "extensionId": extension_id,
            "lastUpdated": self._clock.iso(self._now()),
            "changes": [{"type": "VoiceMail", "newCount": 1, "updatedCount": 0, "newMessageIds": [message_id]}],
        }

    def _send(self, subscription: Subscription, uri: str, body: Json) -> None:
        event: Json = {
            "uuid": str(uuid.uuid4()),
            "event": uri,
            "timestamp": self._clock.iso(self._now()),
            "subscriptionId": subscription.id,
            "ownerId": subscription.owner_id,
            "body": body | {"ownerId": subscription.owner_id},
        }
        self.deliver(subscription, event)


def sealed(event: Json, key: bytes) -> object:
    """An event as it goes through PubNub: base64 of AES-128-ECB with PKCS#7 padding, or itself without a key.

    Source: the official SDKs, which all decrypt so.
    """
    return encrypted(_write(event).encode(), key) if key else event


def encrypted(plain: bytes, key: bytes) -> str:
    """Any bytes, encrypted as events are."""
    # The mode is the platform's choice, not ours.
    cipher = AES.new(key, AES.MODE_ECB)
    return base64.b64encode(cipher.encrypt(pad(plain, AES.block_size))).decode()
