"""When a state began, and whether that is only since it was seen."""

import pytest

from tests.presence.made import ANA, ana, board_with, busy, call, free, news, read, ringing, talking
from tui.presence.board import Board, By
from tui.presence.presence import Presence
from tui.presence.status import Status


def since(board: Board) -> tuple[float | None, bool]:
    return ana(board).since, ana(board).since_is_seen


def test_before_the_first_read_it_is_since_it_was_chosen() -> None:
    board = Board()
    board.choose([ANA], 5.0)
    assert since(board) == (5.0, True)


def test_a_state_found_by_a_read_is_only_since_it_was_seen() -> None:
    assert since(board_with(free(), at=100.0)) == (100.0, True)


def test_a_state_told_by_an_event_began_with_the_event() -> None:
    board = board_with(talking())
    board.apply(news(free(), 1, at=50.0), 53.0)
    assert since(board) == (50.0, False)


def test_an_event_without_a_time_began_when_it_came() -> None:
    board = board_with(talking())
    board.apply(news(free(), 1), 53.0)
    assert since(board) == (53.0, False)


def test_a_state_told_while_in_doubt_may_have_begun_before() -> None:
    board = board_with(free())
    board.doubt(100.0)
    board.apply(news(Presence(dnd_status="DoNotAcceptAnyCalls"), 1, at=500.0), 500.0)
    assert since(board) == (500.0, True)


def test_a_state_told_before_the_first_read_may_have_begun_before() -> None:
    board = Board()
    board.choose([ANA], 0.0)
    board.apply(news(talking(started_at=3.0), 1, at=50.0), 50.0)
    assert since(board) == (3.0, True)


def test_a_ring_began_with_its_call_whoever_told_it() -> None:
    read_board = board_with(ringing(started_at=90.0), at=100.0)
    event_board = board_with(free())
    event_board.apply(news(ringing(started_at=90.0), 1, at=91.0), 91.0)
    assert since(read_board) == since(event_board) == (90.0, False)


def test_a_ring_without_a_start_began_with_its_event() -> None:
    board = board_with(free())
    board.apply(news(ringing(), 1, at=91.0), 91.5)
    assert since(board) == (91.0, False)


def test_a_ring_never_begins_in_the_future() -> None:
    assert since(board_with(ringing(started_at=500.0), at=100.0)) == (100.0, False)


def test_a_talk_told_by_an_event_began_with_the_answer_and_not_with_the_dialling() -> None:
    board = board_with(ringing(started_at=90.0), at=91.0)
    board.apply(news(talking(started_at=90.0), 1, at=99.0), 99.0)
    assert since(board) == (99.0, False)


def test_a_talk_found_by_a_read_is_since_its_call_began_as_far_as_was_seen() -> None:
    assert since(board_with(talking(started_at=40.0), at=100.0)) == (40.0, True)


def test_a_hold_found_by_a_read_is_since_it_was_seen() -> None:
    assert since(board_with(busy(call("OnHold", started_at=40.0)), at=100.0)) == (100.0, True)


def test_a_state_that_goes_on_keeps_its_beginning() -> None:
    board = board_with(free())
    board.apply(news(talking(), 1, at=50.0), 50.0)
    board.apply(news(Presence(message="soon back"), 2, at=60.0), 60.0)
    read(board, talking(), 70.0)
    assert since(board) == (50.0, False)


def test_another_ring_straight_after_a_ring_begins_anew() -> None:
    board = board_with(ringing("s-1", started_at=10.0), at=11.0)
    board.apply(news(ringing("s-2", started_at=30.0), 1, at=30.0), 30.0)
    assert since(board) == (30.0, False)


def test_another_talk_straight_after_a_talk_begins_anew() -> None:
    board = board_with(talking("s-1"))
    board.apply(news(talking("s-2"), 1, at=30.0), 30.0)
    assert since(board) == (30.0, False)


def test_another_ring_during_the_same_talk_begins_anew() -> None:
    talk = call("CallConnected", "s-talk", started_at=1.0)
    board = board_with(busy(talk, call("Ringing", "s-1", started_at=10.0)), at=11.0)
    assert since(board) == (10.0, False)
    board.apply(news(busy(talk, call("Ringing", "s-2", started_at=30.0)), 1, at=30.0), 30.0)
    assert since(board) == (30.0, False)


def test_a_ring_has_its_own_beginning_and_not_that_of_another_call() -> None:
    other = call("OnHold", "s-hold", started_at=50.0)
    board = board_with(busy(call("Ringing", "s-1", started_at=10.0), other), at=60.0)
    assert (ana(board).status, since(board)) == (Status.RINGING_IN, (10.0, False))


def test_a_ring_without_a_start_does_not_take_that_of_a_talk() -> None:
    board = board_with(free())
    calls = busy(call("CallConnected", "s-talk", started_at=1.0), call("Ringing", "s-1"))
    board.apply(news(calls, 1, at=30.0), 30.0)
    assert since(board) == (30.0, False)


def test_a_second_ring_beside_the_first_does_not_begin_anew() -> None:
    first = call("Ringing", "s-1", started_at=10.0)
    board = board_with(busy(first), at=11.0)
    board.apply(news(busy(first, call("Ringing", "s-2", started_at=20.0)), 1, at=20.0), 20.0)
    assert since(board) == (10.0, False)


def test_two_rings_found_by_a_read_are_as_long_as_the_longer_one() -> None:
    calls = busy(call("Ringing", "s-1", started_at=10.0), call("Ringing", "s-2", started_at=20.0))
    assert since(board_with(calls, at=30.0)) == (10.0, False)


def test_other_calls_do_not_matter_to_a_state_that_is_not_of_calls() -> None:
    board = board_with(busy(call("ParkedCall", "s-1")), at=10.0)
    board.apply(news(busy(call("ParkedCall", "s-2")), 1, at=30.0), 30.0)
    assert since(board) == (10.0, True)


def test_a_refusal_begins_when_it_was_heard() -> None:
    board = board_with(free())
    board.refuse({ANA.id: "SUB-403"}, 40.0)
    assert since(board) == (40.0, True)


@pytest.mark.parametrize("at", [100.0, 160.0])
def test_being_stale_does_not_change_when_a_state_began(at: float) -> None:
    board = board_with(free(), at=20.0)
    board.age(at)
    assert since(board) == (20.0, True)


def test_when_two_calls_change_places_the_hold_begins_anew() -> None:
    board = board_with(busy(call("OnHold", "s-1"), call("CallConnected", "s-2")), at=10.0)
    board.apply(news(busy(call("CallConnected", "s-1"), call("OnHold", "s-2")), 1, at=30.0), 30.0)
    assert (ana(board).status, since(board)) == (Status.HOLD, (30.0, False))


# After a restart


def started_anew(earlier: Presence, now: Presence) -> Board:
    """A board whose process began at 1000, and knows of one that ended then."""
    board = Board()
    board.remember(board_with(earlier, at=100.0))
    board.choose([ANA], 1000.0)
    read(board, now, 1001.0)
    return board


def test_after_a_restart_a_state_goes_on_as_far_as_was_seen() -> None:
    assert since(started_anew(free(), free())) == (100.0, True)


@pytest.mark.parametrize(
    ("earlier", "now"), [(free(), free("DoNotAcceptAnyCalls")), (talking(), talking()), (free(), talking())]
)
def test_after_a_restart_another_state_or_one_of_calls_is_since_it_was_seen(earlier: Presence, now: Presence) -> None:
    assert since(started_anew(earlier, now)) == (1001.0, True)


def test_after_a_restart_what_an_event_has_told_by_then_did_not_go_on() -> None:
    board = Board()
    board.remember(board_with(free(), at=100.0))
    board.choose([ANA], 1000.0)
    reading = board.begin_read(1001.0)
    board.apply(news(free(), 1, at=1002.0), 1002.0)
    board.end_read(reading, {ANA.id: free()}, 1003.0, By.SNAPSHOT)
    assert since(board)[0] == 1002.0
