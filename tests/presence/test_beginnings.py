"""When a state began: ring, talk and hold count separately, and a talk goes on after what interrupted it."""

from tui.presence.board import Board, By, Entry
from tui.presence.damping import Damping
from tui.presence.extension import Extension
from tui.presence.notification import PresenceNews
from tui.presence.presence import Call, Presence
from tui.presence.status import Status

ANA = Extension("401", "101", "Ana Martins")
START = 1000.0


def call(status: str, session: str = "1", started_at: float = START) -> Call:
    return Call(status, "Inbound", session_id=session, started_at=started_at)


def presence(*calls: Call) -> Presence:
    status = calls[0].telephony_status if calls else "NoCall"
    return Presence(status, "Busy" if calls else "Available", calls=calls, total_calls=len(calls))


def board_read(first: Presence, at: float = START) -> Board:
    board = Board()
    board.choose([ANA], at)
    board.end_read(board.begin_read(at), {ANA.id: first}, at, By.SNAPSHOT)
    return board


def after(board: Board, *steps: tuple[float, Presence]) -> Entry:
    for number, (at, told) in enumerate(steps):
        board.apply(PresenceNews(ANA.id, told, number, at, f"u{number}"), at)
    entry = board.get(ANA.id)
    assert entry is not None
    return entry


def test_a_ring_counts_from_the_beginning_of_its_call_and_a_talk_from_its_answer() -> None:
    board = board_read(presence())
    ring = (START + 2, presence(call("Ringing")))
    entry = after(board, ring)
    assert (entry.status, entry.since, entry.since_is_seen) == (Status.RINGING_IN, START, False)
    entry = after(board, ring, (START + 9, presence(call("CallConnected"))))
    assert (entry.status, entry.since, entry.since_is_seen) == (Status.ON_CALL, START + 9, False)


def test_a_talk_goes_on_counting_after_a_hold_which_counts_by_itself() -> None:
    board = board_read(presence())
    entry = after(board, (START + 5, presence(call("CallConnected"))), (START + 60, presence(call("OnHold"))))
    assert (entry.status, entry.since) == (Status.HOLD, START + 60)
    entry = after(
        board,
        (START + 5, presence(call("CallConnected"))),
        (START + 60, presence(call("OnHold"))),
        (START + 90, presence(call("CallConnected"))),
    )
    assert (entry.status, entry.since) == (Status.ON_CALL, START + 5)


def test_a_talk_goes_on_counting_after_another_call_that_rang_beside_it() -> None:
    talk, ring = call("CallConnected"), call("Ringing", "2", START + 50)
    entry = after(
        board_read(presence()),
        (START + 5, presence(talk)),
        (START + 50, presence(ring, talk)),
        (START + 58, presence(talk)),
    )
    assert (entry.status, entry.since) == (Status.ON_CALL, START + 5)


def test_a_talk_that_a_read_found_is_known_only_since_its_call_began() -> None:
    entry = board_read(presence(call("CallConnected")), START + 100).get(ANA.id)
    assert entry is not None
    assert (entry.since, entry.since_is_seen) == (START, True)


def test_a_sequence_that_starts_again_is_taken_after_a_read() -> None:
    board = board_read(presence())
    board.apply(PresenceNews(ANA.id, presence(call("Ringing")), 900, START + 1, "a"), START + 1)
    assert board.apply(PresenceNews(ANA.id, presence(), 3, START + 20, "b"), START + 20) is None
    assert board.doubtful == [ANA.id]
    board.end_read(board.begin_read(START + 21), {ANA.id: presence()}, START + 21, By.SNAPSHOT)
    change = board.apply(PresenceNews(ANA.id, presence(call("Ringing", "2")), 4, START + 30, "c"), START + 30)
    assert change is not None
    assert change.new is not None
    assert change.new.status is Status.RINGING_IN


def test_a_flash_of_no_call_inside_a_ring_is_not_shown() -> None:
    board, damping = board_read(presence()), Damping()
    shown = []
    for number, (at, told) in enumerate(
        [(1.0, presence(call("Ringing"))), (3.0, presence()), (3.2, presence(call("Ringing")))]
    ):
        change = board.apply(PresenceNews(ANA.id, told, number, START + at, f"u{number}"), START + at)
        assert change is not None
        shown.append(damping.take(change))
    assert shown[1] is None
    last = shown[2]
    assert last is not None
    assert last.old is not None
    assert last.new is not None
    assert (last.old.status, last.new.status) == (Status.RINGING_IN, Status.RINGING_IN)
    assert damping.next_at is None


def test_an_end_of_ringing_that_stays_is_shown_a_moment_later() -> None:
    board, damping = board_read(presence()), Damping()
    for number, (at, told) in enumerate([(1.0, presence(call("Ringing"))), (3.0, presence())]):
        change = board.apply(PresenceNews(ANA.id, told, number, START + at, f"u{number}"), START + at)
        assert change is not None
        damping.take(change)
    assert damping.due(START + 3.9) == []
    assert [change.id for change in damping.due(START + 4.0)] == [ANA.id]
    assert damping.due(START + 9) == []
