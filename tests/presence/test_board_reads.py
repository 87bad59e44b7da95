"""What a read does to the Board, and what becomes of events that overtake it."""

from dataclasses import replace

import pytest

from tests.presence.made import ANA, BEN, ana, board_with, busy, call, free, news, read, ringing, talking
from tui.presence.board import CLEARLY_OLDER, Board, By
from tui.presence.presence import Presence
from tui.presence.status import Status


def test_a_read_replaces_all_that_was_known() -> None:
    board = board_with(replace(talking(), message="at lunch"))
    reading = board.begin_read(10.0)
    changes = board.end_read(reading, {ANA.id: free()}, 11.0, By.RECONCILE)
    assert [(change.id, change.by, change.at) for change in changes] == [(ANA.id, By.RECONCILE, 11.0)]
    assert ana(board).presence == free()


def test_a_read_that_finds_what_was_known_is_no_change_but_confirms_as_of_its_sending() -> None:
    board = board_with(talking())
    assert board.end_read(board.begin_read(50.0), {ANA.id: talking()}, 52.0, By.RECONCILE) == []
    assert ana(board).confirmed_at == 50.0


def test_a_read_without_a_count_of_calls_finds_the_same_as_the_event_with_one() -> None:
    board = board_with(free())
    board.apply(news(talking(), 1, at=10.0), 10.0)
    from_rest = replace(talking(), total_calls=None)
    assert board.end_read(board.begin_read(50.0), {ANA.id: from_rest}, 52.0, By.RECONCILE) == []


def test_a_read_tells_nothing_of_extensions_it_does_not_name() -> None:
    board = board_with(talking())
    board.choose([ANA, BEN], 1.0)
    read(board, free(), 10.0, BEN)
    assert ana(board).presence == talking()
    assert ana(board).confirmed_at == 0.0


def test_an_answer_for_an_extension_that_left_is_dropped() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.choose([BEN], 10.5)
    assert board.end_read(reading, {ANA.id: talking()}, 11.0, By.SNAPSHOT) == []
    assert board.ids == [BEN.id]


def test_an_event_that_overtakes_the_answer_is_applied_on_top_of_it() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.apply(news(talking(), 1, at=10.2), 10.3)
    board.end_read(reading, {ANA.id: free()}, 10.5, By.SNAPSHOT)
    assert ana(board).status is Status.ON_CALL
    assert board.doubtful == []


def test_only_what_the_overtaking_event_says_comes_on_top() -> None:
    board = board_with(talking())
    reading = board.begin_read(10.0)
    board.apply(news(Presence(dnd_status="DoNotAcceptAnyCalls"), 1, at=10.2), 10.3)
    board.end_read(reading, {ANA.id: free()}, 10.5, By.SNAPSHOT)
    assert ana(board).presence == free("DoNotAcceptAnyCalls")


def test_several_overtaking_events_are_applied_in_the_order_in_which_they_came() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.apply(news(ringing(), 1, at=10.1), 10.1)
    board.apply(news(talking(), 2, at=10.2), 10.2)
    board.end_read(reading, {ANA.id: free()}, 10.5, By.SNAPSHOT)
    assert ana(board).status is Status.ON_CALL


def test_an_event_before_the_sending_is_not_applied_on_top() -> None:
    board = board_with(free())
    board.apply(news(ringing(), 1, at=9.0), 9.5)
    read(board, talking(), 10.0)
    assert ana(board).status is Status.ON_CALL


def test_an_event_that_came_while_the_request_waited_its_turn_is_not_applied_on_top() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.apply(news(ringing(), 1, at=20.0), 20.0)
    board.end_read(reading, {ANA.id: talking()}, 31.0, By.SNAPSHOT, sent=30.0)
    assert ana(board).status is Status.ON_CALL
    assert ana(board).read_at == 30.0


def test_an_overtaking_event_that_is_clearly_older_than_the_read_is_not_applied_and_asks_for_another() -> None:
    board = board_with(free())
    reading = board.begin_read(100.0)
    board.apply(news(ringing(), 1, at=100.0 - CLEARLY_OLDER - 0.1), 100.2)
    board.end_read(reading, {ANA.id: talking()}, 100.5, By.SNAPSHOT)
    assert ana(board).status is Status.ON_CALL
    assert board.doubtful == [ANA.id]


def test_an_overtaking_event_that_is_a_little_older_than_the_read_is_applied_and_asks_for_another() -> None:
    board = board_with(free())
    reading = board.begin_read(100.0)
    board.apply(news(ringing(), 1, at=99.9), 100.2)
    board.end_read(reading, {ANA.id: free()}, 100.5, By.SNAPSHOT)
    assert ana(board).status is Status.RINGING_IN
    assert board.doubtful == [ANA.id]
    read(board, free(), 101.0)
    assert board.doubtful == []


def test_an_overtaking_short_list_leaves_the_extension_in_doubt() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.apply(news(Presence("CallConnected", calls=(call(),), total_calls=2), 1, at=10.2), 10.3)
    board.end_read(reading, {ANA.id: free()}, 10.5, By.SNAPSHOT)
    assert board.doubtful == [ANA.id]


def test_of_two_reads_the_one_sent_later_counts_in_whichever_order_they_are_answered() -> None:
    for first_answered in ("early", "late"):
        board = board_with(free())
        early, late = board.begin_read(10.0), board.begin_read(11.0)
        answers = [(early, ringing()), (late, talking())]
        for reading, presence in answers if first_answered == "early" else reversed(answers):
            board.end_read(reading, {ANA.id: presence}, 12.0, By.SNAPSHOT)
        assert ana(board).status is Status.ON_CALL
        assert ana(board).read_at == 11.0


def test_an_event_is_applied_on_top_of_every_read_it_overtakes() -> None:
    board = board_with(free())
    one, other = board.begin_read(10.0), board.begin_read(10.1)
    board.apply(news(talking(), 1, at=10.2), 10.3)
    board.end_read(one, {ANA.id: free()}, 10.5, By.SNAPSHOT)
    board.end_read(other, {ANA.id: free()}, 10.6, By.SNAPSHOT)
    assert ana(board).status is Status.ON_CALL


def test_a_read_that_failed_changes_nothing_and_leaves_the_doubt() -> None:
    board = board_with(free())
    board.doubt(5.0)
    reading = board.begin_read(10.0)
    board.fail_read(reading)
    assert board.end_read(reading, {ANA.id: talking()}, 11.0, By.SNAPSHOT) == []
    assert ana(board).presence == free()
    assert board.doubtful == [ANA.id]


def test_an_answer_is_taken_once() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.end_read(reading, {ANA.id: talking()}, 11.0, By.SNAPSHOT)
    assert board.end_read(reading, {ANA.id: free()}, 12.0, By.SNAPSHOT) == []
    assert ana(board).status is Status.ON_CALL


def test_a_read_sent_before_the_doubt_does_not_settle_it_and_one_sent_after_does() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.doubt(10.5)
    board.end_read(reading, {ANA.id: free()}, 11.0, By.SNAPSHOT)
    assert board.doubtful == [ANA.id]
    read(board, free(), 12.0)
    assert board.doubtful == []


def test_a_read_that_waited_its_turn_until_after_the_doubt_settles_it() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.doubt(10.5)
    board.end_read(reading, {ANA.id: free()}, 13.0, By.SNAPSHOT, sent=12.0)
    assert board.doubtful == []


def test_an_event_does_not_settle_a_doubt() -> None:
    board = board_with(free())
    board.doubt(5.0)
    board.apply(news(talking(), 1, at=10.0), 10.0)
    assert board.doubtful == [ANA.id]


def test_a_call_that_a_read_no_longer_finds_is_removed_and_counted_as_a_ghost() -> None:
    board = board_with(talking())
    read(board, free(), 10.0)
    assert ana(board).status is Status.AVAILABLE
    assert board.counts.ghosts == 1


@pytest.mark.parametrize(
    ("known", "found"),
    [(free(), free()), (free(), talking()), (busy(call("Ringing", "s-1")), busy(call("CallConnected", "s-1")))],
)
def test_nothing_else_is_a_ghost(known: Presence, found: Presence) -> None:
    board = board_with(known)
    read(board, found, 10.0)
    assert board.counts.ghosts == 0


def test_a_call_whose_end_overtakes_the_read_is_no_ghost() -> None:
    board = board_with(talking())
    reading = board.begin_read(10.0)
    board.apply(news(free(), 1, at=10.1), 10.1)
    board.end_read(reading, {ANA.id: free()}, 10.2, By.SNAPSHOT)
    assert board.counts.ghosts == 0


def test_what_was_never_read_is_to_be_read() -> None:
    board = Board()
    board.choose([ANA, BEN], 0.0)
    assert board.doubtful == [ANA.id, BEN.id]
    read(board, free(), 1.0)
    assert board.doubtful == [BEN.id]


@pytest.mark.parametrize("at", [29.5, None])
def test_an_event_that_came_just_before_the_sending_is_in_the_answer_already(at: float | None) -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.apply(news(ringing(), 1, at=at), 29.6)
    board.end_read(reading, {ANA.id: talking()}, 31.0, By.SNAPSHOT, sent=30.0)
    assert ana(board).status is Status.ON_CALL
    assert board.doubtful == []


def test_a_call_that_begins_while_the_platform_answers_is_no_ghost() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.apply(news(talking(), 1, at=10.1), 10.1)
    board.end_read(reading, {ANA.id: free()}, 10.2, By.SNAPSHOT)
    assert board.counts.ghosts == 0


def test_an_answer_does_not_take_back_the_confirmation_of_an_event_that_overtook_it() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.apply(news(talking(), 1, at=15.0), 15.0)
    board.end_read(reading, {ANA.id: free()}, 16.0, By.SNAPSHOT)
    assert ana(board).confirmed_at == 15.0


def test_a_doubt_that_is_taken_in_late_does_not_settle_a_younger_one() -> None:
    board = board_with(free())
    reading = board.begin_read(10.0)
    board.doubt(12.0)
    board.apply(news(Presence("CallConnected", calls=(), total_calls=2), 1, at=9.5), 9.6)
    board.end_read(reading, {ANA.id: talking()}, 13.0, By.SNAPSHOT)
    assert board.doubtful == [ANA.id]
    assert board.unread_since(12.0) == [ANA.id]


def test_what_is_refused_keeps_nothing_waiting_to_be_read() -> None:
    board = board_with(free())
    board.refuse({ANA.id: "gone"}, 5.0)
    assert board.unread_since(12.0) == []
