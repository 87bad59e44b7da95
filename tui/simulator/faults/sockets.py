"""Faults of WebSockets.

Those in `CUTS` strike every open socket at once; the gateway and the sockets themselves ask for those in `SOCKETS`.
What goes wrong with deliveries goes wrong here too, and a socket is refused by a fault of answers that matches
`GET /ws`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from tui.simulator.faults.active import Fault
from tui.simulator.wsg import TIMEOUTS
from tui.simulator.wssession import GOING_AWAY, NORMAL, POLICY, End, error

if TYPE_CHECKING:
    from tui.simulator.platform import Platform


def _timeout(name: str) -> Callable[["Platform", Fault], None]:
    return lambda platform, _: platform.gateway.tell_all(error(*TIMEOUTS[name]), End(NORMAL))


def _bad(platform: "Platform", _: Fault) -> None:
    platform.gateway.tell_all(error("WSG-400", "Invalid wsc parameter"), End(POLICY))


def _error(platform: "Platform", fault: Fault) -> None:
    platform.gateway.tell_all(error(fault.text("code", "WSG-500"), "Something went wrong"))


def _close(platform: "Platform", fault: Fault) -> None:
    platform.gateway.tell_all(End(int(fault.number("close_code", GOING_AWAY))))


def _cut(platform: "Platform", _: Fault) -> None:
    platform.gateway.tell_all(End())


CUTS: dict[str, tuple[str, Callable[["Platform", Fault], None]]] = {
    "ws_idle": ("cuts every WebSocket as idle: WSG-902", _timeout("ws_idle")),
    "ws_absolute": ("cuts every WebSocket as too old: WSG-903", _timeout("ws_absolute")),
    "ws_400": ("says WSG-400 to every WebSocket and closes it", _bad),
    "ws_error": ("says `code` (WSG-500) to every WebSocket and leaves it open", _error),
    "ws_close": ("closes every WebSocket with `close_code` (1001)", _close),
    "ws_cut": ("cuts every WebSocket without a close frame", _cut),
}

SOCKETS = {
    "ws_no_pong": "answers no ping and no heartbeat on a WebSocket, though events go on",
    "ws_mute": "sends nothing at all on a WebSocket that stays open, and sends it when the fault ends",
    "ws_quiet": "sends no event on a WebSocket, though all else is answered; whoever recovers gets them",
    "ws_half_frame": "sends half of an event's frame and cuts the WebSocket; whoever recovers gets it whole",
    "ws_not_json": "sends a frame with a multipart body, which is no JSON, before an event's",
    "ws_refuse_recovery": "refuses to recover a WebSocket session, with `code` (WSG-1005); WSG-400 closes it",
}
