"""Presences, calls and entries that the tests of this room are made of."""

from tui.presence.board import Board, By, Entry
from tui.presence.extension import Extension
from tui.presence.notification import PresenceNews
from tui.presence.presence import Call, Presence

ANA = Extension("401", "101", "Ana Martins", department="Sales", site="Lisbon")
BEN = Extension("402", "102", "Ben Okafor", department="Support", site="Berlin")
QUEUE = Extension("301", "500", "Sales line", type="Department")


def call(status: str = "CallConnected", session: str = "s-1", started_at: float | None = None, **more: str) -> Call:
    """A call, inbound unless `direction` says otherwise."""
    return Call(status, more.pop("direction", "Inbound"), telephony_session_id=session, started_at=started_at, **more)


def free(dnd: str | None = "TakeAllCalls") -> Presence:
    """Somebody without a call, as the platform tells it in full."""
    return Presence("NoCall", "Available", "Available", dnd, "Disconnected", calls=(), total_calls=0)


def busy(*calls: Call) -> Presence:
    """Somebody with these calls, as the platform tells it in full."""
    status = calls[-1].telephony_status
    return Presence(status, "Busy", "Available", "TakeAllCalls", "Disconnected", calls=calls, total_calls=len(calls))


def ringing(session: str = "s-1", started_at: float | None = None) -> Presence:
    return busy(call("Ringing", session, started_at))


def talking(session: str = "s-1", started_at: float | None = None) -> Presence:
    return busy(call("CallConnected", session, started_at))


def news(presence: Presence, sequence: int | None = None, at: float | None = None, uuid: str = "") -> PresenceNews:
    """News of Ana."""
    return PresenceNews(ANA.id, presence, sequence, at, uuid)


def read(board: Board, presence: Presence, at: float, extension: Extension = ANA) -> None:
    """A read of one extension that is answered at once."""
    board.end_read(board.begin_read(at), {extension.id: presence}, at, By.SNAPSHOT)


def board_with(presence: Presence, at: float = 0.0) -> Board:
    """A board that Ana is on, read at that moment."""
    board = Board(confirm_after=60.0)
    board.choose([ANA], at)
    read(board, presence, at)
    return board


def ana(board: Board) -> Entry:
    entry = board.get(ANA.id)
    assert entry is not None
    return entry
