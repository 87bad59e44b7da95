"""Everything that one box knows and does, apart from sockets and waiting."""

from collections import deque
from collections.abc import Callable
from functools import partial
from random import Random

from tui.simulator.account import seeded
from tui.simulator.agenda import Agenda
from tui.simulator.answers import Refusal
from tui.simulator.clock import Clock
from tui.simulator.codes import Codes
from tui.simulator.credentials import credentials
from tui.simulator.faults.active import ActiveFaults, Fault
from tui.simulator.faults.deliveries import DELIVERIES, Delivery
from tui.simulator.limits import Group, RateLimits
from tui.simulator.notifier import Notifier, sealed
from tui.simulator.options import Options
from tui.simulator.pubnub import Origin
from tui.simulator.sessions import Session, Sessions
from tui.simulator.shapes import Json
from tui.simulator.subscriptions import Subscription, Subscriptions
from tui.simulator.telephony import Exchange
from tui.simulator.traffic import Traffic
from tui.simulator.webhooks import Receiver
from tui.simulator.wsg import Gateway

KEPT_REQUESTS = 10_000


class Platform:
    """The state of a box; the endpoints read and change it, the box moves its time.

    Attributes:
        server: The URL that its own links begin with; known once it serves.
        withdrawn: App permissions that were taken away from everyone.
        requests: What was asked of it, oldest first, bounded.
        go_down: Makes the box unreachable for so many seconds; the box puts it here.
    """

    def __init__(self, options: Options) -> None:
        self.options = options
        self.server = ""
        self.clock = Clock()
        self.faults = ActiveFaults(self.now)
        self.withdrawn: set[str] = set()
        self.requests: deque[Json] = deque(maxlen=KEPT_REQUESTS)
        self.go_down: Callable[[float], None] = lambda seconds: None
        self.agenda = Agenda(self.clock.now(), options.speed)
        self.account = seeded(options.extensions, options.seed)
        self.credentials = credentials(options.seed, self.account.id)
        self.codes = Codes()
        self.receiver = Receiver()
        self.sessions = Sessions(options.max_sessions)
        self.limits = RateLimits(options.rate_window, options.rate_penalty)
        self.subscriptions = Subscriptions()
        subscribe_key = f"sub-c-{Random(f'pubnub {options.seed}').randbytes(16).hex()}"
        self.origin = Origin(subscribe_key, options.pubnub_idle)
        self.gateway = Gateway(options, self.clock, self.sessions, self.subscriptions, self.faults)
        self.notifier = Notifier(self.account.id, self.clock, self._reached, self.subscriptions, self._deliver)
        self.exchange = Exchange(self.account, self._reached, self.notifier.tell)
        self.traffic = Traffic(self.exchange, self.agenda, Random(f"traffic {options.seed}"))
        if options.calls_per_minute > 0:
            self.traffic.open(options.calls_per_minute, self.now())

    def now(self) -> float:
        """The present moment, in seconds since 1970."""
        return self.clock.now()

    def _reached(self) -> float:
        """The moment that is being played; the present one for what happens beside the agenda."""
        return self.agenda.now if self.agenda.is_playing else self.now()

    def spend(self, client_id: str, user: str, group: Group) -> dict[str, str]:
        """Count a request; gives the headers that tell what is left.

        Raises:
            Refusal: It was one too many (CMN-301).
        """
        if not self.options.rate_limits:
            return {}
        verdict = self.limits.spend(client_id, user, group, self.now())
        if verdict.retry_after is not None:
            raise Refusal(429, "CMN-301", "Request rate exceeded", headers=verdict.headers)
        return verdict.headers

    def scope(self, session: Session) -> frozenset[str]:
        """The app permissions that a session has now."""
        return session.scope - self.withdrawn

    def put(self, subscription: Subscription, message: object) -> None:
        """Put a message, as it is, on the way to a subscriber: PubNub's channel, or a WebSocket."""
        if subscription.websocket:
            self.gateway.deliver(subscription.websocket, message)
        else:
            self.origin.publish(subscription.address, message, self.now())

    def _deliver(self, subscription: Subscription, event: Json) -> None:
        """Take an event to its subscriber, through all faults that lie on the way."""
        send = partial(self._carry, subscription)
        for fault in reversed(self.faults.take_all(str(event["event"]), *DELIVERIES)):
            send = partial(self._strike, fault, subscription, send)
        send(event)

    def _strike(self, fault: Fault, subscription: Subscription, send: Callable[[Json], None], event: Json) -> None:
        _, act = DELIVERIES[fault.name]
        act(Delivery(self.account.id, self.agenda, fault, subscription, event, send, partial(self.put, subscription)))

    def _carry(self, subscription: Subscription, event: Json) -> None:
        self.put(subscription, event if subscription.websocket else sealed(event, subscription.key))
