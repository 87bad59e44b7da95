"""The WebSocket gateway: tokens for its door, sessions that outlive their sockets, and what is sent through them.

Pure: time is passed in, and what goes out is put into a socket's hands. Source: the platform's guide to WebSocket
notifications and field trials of its recovery. Where they say nothing the box decides, and says so where it does.

A session's `wsc` token says how much its client has got. Whoever comes back with one in time, in the same OAuth
session, goes on where it says: what was sent since, or would have been, comes again, the newest hundred of it.
"""

import base64
import binascii
import re
import secrets
import uuid

from tui.simulator.answers import Refusal
from tui.simulator.clock import Clock
from tui.simulator.faults.active import ActiveFaults
from tui.simulator.options import Options
from tui.simulator.sessions import Session, Sessions
from tui.simulator.subscriptions import Subscription, Subscriptions
from tui.simulator.wssession import BUFFER, GOING_AWAY, POLICY, End, Json, Put, Said, WsSession, error, frame

TOKEN_TTL = 30
MOST_CONNECTIONS = 50
MOST_ACTIVE_REQUESTS = 10

NEW_OAUTH_SESSION = "WSG-1003"
NO_SUBSCRIPTION = "WSG-1005"
MALFORMED = "WSG-400"

_WSC = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})")


TIMEOUTS = {
    "ws_idle": ("WSG-902", "Idle timeout expired"),
    "ws_absolute": ("WSG-903", "Absolute timeout expired"),
}
"""Code and words of what is said before a socket is cut for its silence or its age."""


class Gateway:
    """All that has to do with WebSockets but the sockets themselves.

    Args:
        options: The limits of time.
        clock: Tells the time.
        sessions: The OAuth sessions; when one ends, its sockets end.
        subscriptions: All subscriptions.
        faults: What goes wrong on the way.
    """

    def __init__(
        self, options: Options, clock: Clock, sessions: Sessions, subscriptions: Subscriptions, faults: ActiveFaults
    ) -> None:
        self._options = options
        self._clock = clock
        self._sessions = sessions
        self._subscriptions = subscriptions
        self._faults = faults
        self._tokens: dict[str, tuple[Session, float]] = {}
        self._all: dict[str, WsSession] = {}
        sessions.ended = self._session_ended

    def token(self, session: Session) -> str:
        """A token that opens one socket, once, within 30 s."""
        now = self._clock.now()
        self._tokens = {token: given for token, given in self._tokens.items() if given[1] > now}
        token = secrets.token_urlsafe(48)
        self._tokens[token] = (session, now + TOKEN_TTL)
        return token

    def admit(self, token: str) -> Session:
        """The OAuth session that a socket is opened for; the token is used up.

        The documents name no code for what is refused here; the box does it before there is a socket.

        Raises:
            Refusal: The token is unknown, used or too old, its session has ended, or has 50 sockets already.
        """
        session, until = self._tokens.pop(token, (None, 0.0))
        if session is None or until <= self._clock.now() or session not in list(self._sessions):
            raise Refusal(401, "OAU-213", "Token not found")
        if sum(one.session is session and one.put is not None for one in self._all.values()) >= MOST_CONNECTIONS:
            raise Refusal(403, "WSG-403", f"More than {MOST_CONNECTIONS} connections of one session")
        return session

    def connect(self, session: Session, wsc: str | None, put: Put) -> WsSession:
        """Take a socket in: greet it, and go on where its `wsc` token says if it has one.

        One whose `wsc` is none is told so and ended.
        """
        self._forget_old()
        if wsc is None:
            return self._greeted(WsSession(session), put, {})
        wanted = _wsc(wsc)
        former, refused = self._recoverable(wanted[0], session) if wanted else (None, MALFORMED)
        if wanted is None or refused == MALFORMED:
            put(error(MALFORMED, "Invalid wsc parameter"))
            put(End(POLICY))
            return WsSession(session)
        if former is None:
            return self._greeted(WsSession(session), put, {"recoveryState": "Failed", "recoveryErrorCode": refused})
        if former.put:
            former.put(End(GOING_AWAY))
        reached = min(wanted[1], former.sequence)
        self._greeted(former, put, {"recoveryState": "Successful"}, reached)
        for sequence, text in former.buffer:
            if sequence > reached:
                put(text)
        return former

    def leave(self, left: WsSession, put: Put) -> None:
        """A socket is gone; its session waits for the next one, unless it has come already."""
        if left.put != put:
            return
        left.put, left.left_at = None, self._clock.now()
        if subscription := self._subscriptions.get(left.subscription_id):
            subscription.live_until(left.left_at, self._options.ws_recovery)

    def carry(self, wanted: WsSession, subscription: Subscription) -> None:
        """Let a session carry a subscription from now on; the one before it ends."""
        if former := self._subscriptions.get(wanted.subscription_id):
            self._subscriptions.remove(former)
        wanted.subscription_id, subscription.websocket = subscription.id, wanted
        self._renew(subscription)

    def deliver(self, to: WsSession, event: object) -> None:
        """Send an event, or keep it for when the client is back."""
        to.sequence += 1
        meta = {"type": "ServerNotification", "messageId": str(uuid.uuid4()), "status": 200, "wsc": to.wsc()}
        text = frame(meta | {"headers": {"RCRequestId": str(uuid.uuid4())}}, event)
        to.buffer.append((to.sequence, text))
        if to.put is None:
            return
        uri = str(event.get("event")) if isinstance(event, dict) else ""
        fault = self._faults.take(uri, "ws_quiet", "ws_half_frame", "ws_not_json")
        match fault and fault.name:
            case "ws_quiet":
                return
            case "ws_half_frame":
                to.put(End(half=text))
                return
            case "ws_not_json":
                to.put(frame(meta, b"--Boundary_42\r\nContent-Type: application/json\r\n\r\n{}\r\n--Boundary_42--"))
        to.put(text)

    def tell_all(self, *said: Said) -> None:
        """Say something to every socket, such as its end."""
        for put in [one.put for one in self._all.values() if one.put]:
            for item in said:
                put(item)

    def _greeted(self, wanted: WsSession, put: Put, recovery: Json, reached: int | None = None) -> WsSession:
        self._all[wanted.id] = wanted
        wanted.put = put
        if subscription := self._subscriptions.get(wanted.subscription_id):
            self._renew(subscription)
        body: Json = {
            "creationTime": self._clock.iso(self._clock.now()),
            "maxConnectionsPerSession": MOST_CONNECTIONS,
            "recoveryBufferSize": BUFFER,
            "recoveryTimeout": _number(self._options.ws_recovery),
            "idleTimeout": _number(self._options.ws_idle),
            "absoluteTimeout": _number(self._options.ws_absolute),
            "maxActiveRequests": MOST_ACTIVE_REQUESTS,
        }
        meta: Json = {"type": "ConnectionDetails", "messageId": str(uuid.uuid4()), "status": 200}
        meta["wsc"] = wanted.wsc(reached)
        put(frame(meta | {"headers": {"RCRequestId": str(uuid.uuid4())}}, body | recovery))
        return wanted

    def _recoverable(self, wanted: str, session: Session) -> tuple[WsSession | None, str]:
        """The session that a `wsc` token names, or why it is not to be had.

        One that is too late finds no subscription any more, so it gets the code of that: no document has another.
        """
        former = self._all.get(wanted)
        if fault := self._faults.take("", "ws_refuse_recovery"):
            return None, fault.text("code", NO_SUBSCRIPTION)
        if former and former.session is not session:
            return None, NEW_OAUTH_SESSION
        subscription = self._subscriptions.get(former.subscription_id) if former else None
        if subscription is None or subscription.expires_at <= self._clock.now():
            return None, NO_SUBSCRIPTION
        return former, ""

    def _renew(self, subscription: Subscription) -> None:
        """A subscription lives as long as its socket can, and the time of recovery after it."""
        longest = self._options.ws_absolute + self._options.ws_recovery
        subscription.live_until(self._clock.now(), longest)

    def _session_ended(self, session: Session) -> None:
        """The sockets of an OAuth session end with it, and what they carried; the close code is the box's choice."""
        for one in [one for one in self._all.values() if one.session is session]:
            if subscription := self._subscriptions.get(one.subscription_id):
                self._subscriptions.remove(subscription)
            if one.put:
                one.put(End(POLICY))

    def _forget_old(self) -> None:
        long_ago = self._clock.now() - self._options.ws_recovery
        self._all = {one.id: one for one in self._all.values() if one.put is not None or one.left_at > long_ago}


def _wsc(token: str) -> tuple[str, int] | None:
    """Whose a `wsc` token is and how far it had come; None if it is none."""
    try:
        told = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii")
    except (binascii.Error, ValueError):
        return None
    match = _WSC.fullmatch(told)
    return (match[1], int(match[2])) if match else None


def _number(seconds: float) -> float:
    """As whole seconds, which is what the platform tells, unless the box was told otherwise."""
    return int(seconds) if seconds == int(seconds) else seconds
