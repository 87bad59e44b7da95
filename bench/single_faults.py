"""The table of single faults: every fault of the box, wherever it can strike, on every transport that can meet it.

Each kind of fault is played by one function in a scene of its own (`bench.scenes`): the fault strikes, a call rings at
102, and at the end the link is live, nothing is stale and the board equals the truth. What the wall has to say
meanwhile stands in the tables. `bench.fault_table` plays all of it, the tests a part.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bench.scenes import WAITS, Scene
from bench.schedules import OF_PUBNUB, WITHOUT_PUSH
from tui.feed.link import Gap, Link
from tui.presence.status import Status

NO_ANSWER = "no answer from PubNub"
ENDED = "the subscription has ended"
NO_PERMISSION = "lacks a permission"
STRANGE = "answered, but not as RingCentral does"
CUT = "RingCentral's WebSocket was cut"
NOT_HEARD = "nothing was heard of the link"
NOT_TAKEN_UP = "the connection could not be taken up again"
NOT_UNDERSTOOD = "RingCentral's WebSocket did not open: Invalid wsc parameter (WSG-400)"
BROKEN = (Link.DOUBTFUL, Link.WAITING)

SUBSCRIBING = r"POST /restapi/v1.0/subscription$"
SOCKET_TOKEN = "/restapi/oauth/wstoken"

# Answers, and the connections that carry them

WORDS = {
    "refuse": "the connection broke off",
    "hang": "the connection broke off",
    "cut": "the connection broke off",
    "http_401": "",
    "http_403": NO_PERMISSION,
    "http_404": "is not found",
    "http_429": "asks to wait 1 s",
    "http_429_bare": "asks to wait 2 s",
    "http_500": "a fault of its own (HTTP 500)",
    "http_502": "a fault of its own (HTTP 502)",
    "http_503": "a fault of its own (HTTP 503)",
    "html": STRANGE,
    "no_keys": STRANGE,
    "truncated": STRANGE,
}
"""What the wall says of each where it has to say something: a token that is refused once is renewed in silence."""
THROUGH_A_SOCKET = {**WORDS, "http_401": "Token not found", "hang": "RingCentral's WebSocket does not answer"}
"""The same of a call through a WebSocket, which has no connection of its own to break off."""
del THROUGH_A_SOCKET["refuse"], THROUGH_A_SOCKET["cut"]
REPEATED = {"refuse", "cut", "http_500", "http_502", "http_503"}
"""Faults of a read that are tried three times before they are told."""
ENOUGH = 5
"""Strikes of those that one of two reads at a time meets three times, however they share them."""
TRIED_ONCE_MORE = {"hang"}
"""Faults of a read that end before it is tried the second time."""


def _wish(fault: str, match: str, count: int = 1, hangs: float = 0.5) -> dict[str, Any]:
    return {"match": match, "count": count} | ({"seconds": hangs} if fault == "hang" else {})


async def _in_a_read(at: Scene, fault: str) -> None:
    """The board is in doubt and says why, until it was read all the same. Polling is nothing but reads."""
    await at.fault(fault, **_wish(fault, "/presence", ENOUGH if fault in REPEATED else 1))
    at.wall.feed.reread()
    await at.ring()
    if WORDS[fault] and fault not in TRIED_ONCE_MORE:
        await at.until_told(WORDS[fault], *(BROKEN if at.transport == "polling" else (Link.DOUBTFUL,)))
    await at.until_true()


async def _in_subscribing(at: Scene, fault: str) -> None:
    """The link waits and says why; then it is opened with all filters, for 102 rings by an event."""
    words = (THROUGH_A_SOCKET if at.transport == "websocket" else WORDS)[fault]
    await at.fault(fault, **_wish(fault, SUBSCRIBING, hangs=8))
    await at.fault("forget_subscription")
    await at.until_told(ENDED, Link.WAITING)
    if words:
        await at.until_told(words, Link.WAITING)
    await at.until(lambda: at.wall.feed.link.link is Link.LIVE, "live")
    await at.ring()
    await at.until_true()
    assert at.events


RENEWED_FOR = 12
"""Seconds a subscription lives that is to be renewed: a third of them is left for it, on however busy a machine."""


async def _in_a_renewal(at: Scene, fault: str) -> None:
    """It is renewed again while time is left, and nobody sees it; what is gone or not allowed is opened anew.

    After a 429, or a long silence, no time may be left: then it is opened anew as well.
    """
    await at.fault(fault, **_wish(fault, "/renew", hangs=RENEWED_FOR / 2))
    await at.pass_time(RENEWED_FOR)
    await at.ring()
    await at.until_true()
    shown = {one.link for one in at.links}
    if fault in {"http_404", "http_403"}:
        await at.until_told(ENDED if fault == "http_404" else NO_PERMISSION, Link.WAITING)
    elif fault not in {"http_429", "http_429_bare", "hang"}:
        assert shown <= {Link.LIVE}
        assert await at.requests("POST", "/restapi/v1.0/subscription") == 1


async def _in_a_poll(at: Scene, fault: str) -> None:
    """The board is in doubt until the poll stands again."""
    await at.fault(fault, **_wish(fault, "/v2/subscribe", hangs=2))
    await at.ring("101")
    await at.until_told(NO_ANSWER, Link.DOUBTFUL)
    await at.ring()
    await at.until_true()


async def _in_asking_for_the_time(at: Scene, fault: str) -> None:
    """One question that PubNub does not answer is a doubt at most."""
    await at.fault(fault, **_wish(fault, "/time/0"))
    await at.ring()
    await at.until_true()
    assert {one.link for one in at.links} <= {Link.DOUBTFUL, Link.LIVE}


async def _in_a_login(at: Scene, fault: str) -> None:
    """A pair of tokens that could not be got is got later."""
    await at.fault(fault, **_wish(fault, "/oauth/token"))
    await at.fault("revoke_token")
    await at.ring()
    at.wall.feed.reread()
    await at.until_true()


async def _in_the_token_of_a_socket(at: Scene, fault: str) -> None:
    """The link waits and says why, until there is a token; then the connection is taken up again."""
    await at.fault(fault, **_wish(fault, SOCKET_TOKEN, hangs=4))
    await at.fault("ws_cut")
    if WORDS[fault]:
        await at.until_told(WORDS[fault], Link.WAITING)
    await at.ring()
    await at.until_true()
    assert at.events
    assert await at.requests("POST", "/restapi/v1.0/subscription") == 1, "the same subscription"


async def _in_opening_a_socket(at: Scene, fault: str) -> None:
    """As with its token; a proxy may answer anything here."""
    await at.fault(fault, **_wish(fault, "GET /ws", hangs=4))
    await at.fault("ws_cut")
    await at.until_told("no answer from RingCentral's WebSocket", Link.WAITING)
    await at.ring()
    await at.until_true()
    assert at.events


async def _in_a_look(at: Scene, fault: str) -> None:
    """A look at the subscription that says nothing of it is taken again; one that does not find it opens another."""
    await at.fault(fault, **_wish(fault, "GET /restapi/v1.0/subscription/"))
    await at.pass_time(WAITS.confirm_after / 2 + 1)
    await at.ring()
    if fault == "http_404":
        await at.until_told(ENDED, Link.WAITING)
    await at.until_true()
    if fault not in {"http_404", "http_429", "http_429_bare"}:  # in whose penalty nothing can be read
        assert at.links == []


# Deliveries

LOST = {
    "late": "",
    "twice": "",
    "drop": "",
    "out_of_order": "",
    "overflow": "PubNub's queue was full",
    "undecryptable": "a notification that cannot be decrypted",
    "undecodable": "a notification that is no JSON",
    "unknown_event": "",
    "unknown_values": "",
    "huge": "characters are more than any notification has",
    "partial": "",
    "short_calls": "",
    "flicker": "",
    "other_time": "",
}
"""Why the board is in doubt; empty where the link stays live and what is missing is found by a read."""
LOST_IN_A_SOCKET = {fault: words for fault, words in LOST.items() if fault not in {"overflow", "undecryptable"}} | {
    "undecodable": "a notification without event or body",
}


async def _on_its_way(at: Scene, fault: str) -> None:
    words = (LOST_IN_A_SOCKET if at.transport == "websocket" else LOST)[fault]
    await at.fault(fault, count=2, **({"delay": 1} if fault == "late" else {}))
    await at.ring(ring=0.3, talk=600)
    if words:
        await at.until_told(words, Link.DOUBTFUL)
    await at.until_true(status=Status.ON_CALL)
    if not words:
        assert at.links == []


# What the platform knows, and what a WebSocket does


@dataclass(frozen=True)
class Struck:
    """What strikes, and what is seen of it.

    Attributes:
        links: What the link becomes, or one of these; empty where nobody is to see anything.
        reason: What is said of that.
        wish: The fault's own settings.
        besides: What strikes with it; "reread" is a read of all.
        is_seen: Whether it lasts until the wall has told of it.
        options: Of the box.
    """

    links: tuple[Link, ...] = ()
    reason: str = ""
    wish: Mapping[str, Any] | None = None
    besides: str = ""
    is_seen: bool = False
    options: Mapping[str, Any] | None = None


_DOUBTFUL, _WAITING, _REFUSED = (Link.DOUBTFUL,), (Link.WAITING,), (Link.REFUSED,)
_OF_103 = {"extension": "103", "seconds": 1.0}
STRUCK = {
    "expire_token": Struck(),
    "revoke_token": Struck(),
    "lose_session": Struck(),
    "forget_subscription": Struck(_WAITING, ENDED),
    "expire_subscription": Struck(_WAITING, ENDED),
    "move_subscription": Struck(_DOUBTFUL, "the platform changed the channel"),
    "move_on_renewal": Struck(_DOUBTFUL, "the platform changed the channel", options={"subscription_ttl": 4}),
    "down": Struck(_DOUBTFUL, NO_ANSWER, {"seconds": 1.0}),
    "clock": Struck(wish={"seconds": 3.0, "shift": 3600}),
    "drop_permission": Struck(_DOUBTFUL, NO_PERMISSION, besides="reread", is_seen=True),
    "refuse_refresh": Struck(wish={"seconds": 1.0}, besides="revoke_token"),
    "refuse_login": Struck(_REFUSED, besides="lose_session", is_seen=True),
    "refuse_client": Struck(_REFUSED, besides="lose_session", is_seen=True),
    "no_pubnub": Struck(wish={"seconds": 1.0}),
    "delete_extension": Struck(wish=_OF_103),
    "disable_extension": Struck(wish=_OF_103),
    "rename_extension": Struck(wish=_OF_103),
    "hide": Struck(wish=_OF_103),
}
_OF_A_SOCKET = {
    "lose_session": Struck(_WAITING, CUT),
    "down": Struck(_WAITING, CUT, {"seconds": 1.0}),
}
_OF_POLLING = {
    "down": Struck(BROKEN, "No answer from", {"seconds": 5.0}),
    "drop_permission": Struck(BROKEN, NO_PERMISSION, besides="reread", is_seen=True),
}
SOCKETS = {
    "ws_idle": Struck(_WAITING, "Idle timeout expired (WSG-902)"),
    "ws_absolute": Struck(_WAITING, "Absolute timeout expired (WSG-903)"),
    "ws_400": Struck(_WAITING, "Invalid wsc parameter (WSG-400)"),
    "ws_error": Struck(_WAITING, "Something went wrong (WSG-500)"),
    **{f"ws_close {code}": Struck(_WAITING, CUT, {"close_code": code}) for code in (1000, 1001, 1008, 1011, 1012)},
    "ws_cut": Struck(_WAITING, CUT),
    "ws_no_pong": Struck(_WAITING, "RingCentral's WebSocket does not answer", {"seconds": 12.0}),
    "ws_mute": Struck(_DOUBTFUL, NOT_HEARD, {"seconds": 6.0}),
    "ws_mute for long": Struck(_WAITING, "RingCentral's WebSocket does not answer", {"seconds": 12.0}),
    "ws_quiet": Struck(wish={"seconds": 2.0}),
    "ws_half_frame": Struck(_WAITING, CUT, {"count": 1}),
    "ws_not_json": Struck(_DOUBTFUL, "a notification without event or body", {"count": 1}),
    "ws_refuse_recovery WSG-400": Struck(_WAITING, NOT_UNDERSTOOD, {"code": "WSG-400"}, besides="ws_cut"),
    "ws_refuse_recovery WSG-1003": Struck(_DOUBTFUL, NOT_TAKEN_UP, {"count": 1, "code": "WSG-1003"}, besides="ws_cut"),
    "ws_refuse_recovery WSG-1005": Struck(_DOUBTFUL, NOT_TAKEN_UP, {"count": 1, "code": "WSG-1005"}, besides="ws_cut"),
}
"""A WebSocket's own faults; what stands after a blank tells variants of one apart."""


def _struck(transport: str, fault: str) -> Struck:
    own = {"websocket": _OF_A_SOCKET | SOCKETS, "polling": _OF_POLLING}.get(transport, {})
    return own.get(fault) or STRUCK[fault]


async def _in_what_it_knows(at: Scene, fault: str) -> None:
    row = _struck(at.transport, fault)
    await at.fault(fault.split()[0], **(row.wish or {}))
    if row.besides and row.besides != "reread":
        await at.fault(row.besides)
    if row.besides:
        at.wall.feed.reread()
    await at.ring()
    if row.links:
        await at.until_told(row.reason, *row.links)
    if row.is_seen:
        await at.wall.ask("DELETE", "faults")
    await at.until_true()
    if not row.links and not row.besides:
        assert at.links == []


async def _in_taking_the_place_of_another(at: Scene, fault: str) -> None:
    """A second subscription replaces the first: only one is left, and it tells of the new choice as of the old."""
    feed = at.wall.feed
    at.strike()
    feed.choose([entry.extension for entry in feed.board][:4])
    await at.until(lambda: at.entry("102").stale is False, "confirmed")
    await at.ring()
    await at.until_true()
    platform = at.wall.box.platform
    assert len(list(platform.subscriptions.living(platform.now()))) == 1
    assert at.events


MISSED = 130
"""More events than the platform keeps for a WebSocket that is gone."""


async def _in_missing_more_than_is_kept(at: Scene, fault: str) -> None:
    """Of more than a hundred events the platform sends the newest hundred again: taken for loss, and read."""
    await at.fault("http_503", match=SOCKET_TOKEN, seconds=3.0)
    await at.fault("ws_cut")
    await at.until_told(CUT, Link.WAITING)
    await at.ring()
    for number in range(MISSED):
        wish = {"extension": "103", "userStatus": ("Busy", "Available")[number % 2]}
        await at.wall.ask("POST", "presence", wish)
    await at.until_true()
    assert any(isinstance(event, Gap) for event in at.told)


# All of it


@dataclass(frozen=True)
class Kind:
    """Faults of one kind.

    Attributes:
        what: Where they strike, in words.
        faults: Which, by transport; a transport that is not among them cannot meet this kind.
        play: Plays one in a scene.
        options: Of the box.
    """

    what: str
    faults: Mapping[str, tuple[str, ...]]
    play: Callable[[Scene, str], Awaitable[None]]
    options: Mapping[str, Any] | None = None

    def options_of(self, transport: str, fault: str) -> Mapping[str, Any]:
        """The box's options for one."""
        known = fault in STRUCK or fault in SOCKETS
        return self.options or (known and _struck(transport, fault).options) or {}


_ANSWERS = tuple(WORDS)
_FOR_HANDSHAKES = tuple(name for name in WORDS if name not in {"cut", "html", "no_keys", "truncated"})
_CHANGES = tuple(STRUCK)
KINDS = {
    "read": Kind(
        "a read of presences",
        {"pubnub": _ANSWERS, "websocket": _ANSWERS, "polling": _ANSWERS},
        _in_a_read,
    ),
    "subscribing": Kind("subscribing", {"pubnub": _ANSWERS, "websocket": tuple(THROUGH_A_SOCKET)}, _in_subscribing),
    "renewal": Kind("a renewal", {"pubnub": _ANSWERS}, _in_a_renewal, {"subscription_ttl": RENEWED_FOR}),
    "look": Kind("a look at the subscription", {"websocket": tuple(THROUGH_A_SOCKET)}, _in_a_look),
    "poll": Kind("a long poll", {"pubnub": _ANSWERS}, _in_a_poll),
    "time": Kind("the question whether PubNub is there", {"pubnub": _ANSWERS}, _in_asking_for_the_time),
    "token": Kind("a token for a WebSocket", {"websocket": _ANSWERS}, _in_the_token_of_a_socket),
    "handshake": Kind("opening a WebSocket", {"websocket": _FOR_HANDSHAKES}, _in_opening_a_socket),
    "login": Kind("a login", {"pubnub": _ANSWERS, "websocket": _ANSWERS, "polling": _ANSWERS}, _in_a_login),
    "delivery": Kind("an event on its way", {"pubnub": tuple(LOST), "websocket": tuple(LOST_IN_A_SOCKET)}, _on_its_way),
    "change": Kind(
        "what the platform knows",
        {
            "pubnub": _CHANGES,
            "websocket": tuple(name for name in _CHANGES if name not in OF_PUBNUB),
            "polling": tuple(name for name in _CHANGES if name not in OF_PUBNUB | WITHOUT_PUSH),
        },
        _in_what_it_knows,
    ),
    "socket": Kind("the WebSocket itself", {"websocket": tuple(SOCKETS)}, _in_what_it_knows),
    "second": Kind(
        "a second subscription in place of the first",
        {"pubnub": ("choice",), "websocket": ("choice",)},
        _in_taking_the_place_of_another,
    ),
    "missed": Kind("more events missed than are kept", {"websocket": ("cut",)}, _in_missing_more_than_is_kept),
}
