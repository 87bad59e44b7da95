"""What an event does to the Board: taken, dropped, or a reason to read again."""

from dataclasses import replace

import pytest

from tests.presence.made import ANA, BEN, QUEUE, ana, board_with, busy, call, free, news, read, ringing, talking
from tui.presence.board import CLEARLY_OLDER, UUIDS_KEPT, Board, By
from tui.presence.notification import PresenceNews
from tui.presence.presence import Presence
from tui.presence.status import Reason, Status


def test_an_event_changes_the_board_and_tells_what_was_before_and_after() -> None:
    board = board_with(free())
    before = ana(board)
    change = board.apply(news(ringing(), 1, at=10.0), received=10.1)
    assert change is not None
    assert (change.old, change.new, change.by, change.at, change.id) == (before, ana(board), By.EVENT, 10.1, ANA.id)
    assert ana(board).status is Status.RINGING_IN
    assert ana(board).presence == ringing()


def test_an_event_that_says_nothing_new_is_no_change_but_confirms() -> None:
    board = board_with(free())
    assert board.apply(news(free(), 1, at=50.0), 50.0) is None
    assert ana(board).confirmed_at == 50.0
    assert board.counts.applied == 1


def test_an_event_of_an_extension_that_was_not_chosen_says_nothing() -> None:
    board = board_with(free())
    assert board.apply(PresenceNews(BEN.id, ringing()), 10.0) is None
    assert (board.counts.strangers, board.counts.applied) == (1, 0)
    assert BEN.id not in board
    assert board.ids == [ANA.id]


def test_a_second_delivery_is_dropped() -> None:
    board = board_with(free())
    board.apply(news(ringing(), at=10.0, uuid="u-1"), 10.0)
    board.apply(news(free(), at=11.0, uuid="u-2"), 11.0)
    assert board.apply(news(ringing(), at=10.0, uuid="u-1"), 12.0) is None
    assert ana(board).status is Status.AVAILABLE
    assert board.counts.duplicates == 1


def test_events_without_a_uuid_are_no_duplicates_of_each_other() -> None:
    board = board_with(free())
    board.apply(news(ringing()), 10.0)
    board.apply(news(talking()), 11.0)
    assert ana(board).status is Status.ON_CALL
    assert board.counts.duplicates == 0


def test_uuids_are_remembered_for_a_while_and_not_for_ever() -> None:
    board = board_with(free())
    for number in range(UUIDS_KEPT + 1):
        board.apply(news(free(), uuid=f"u-{number}"), 10.0)
    board.apply(news(free(), uuid="u-1"), 11.0)
    assert board.counts.duplicates == 1
    board.apply(news(free(), uuid="u-0"), 11.0)
    assert board.counts.duplicates == 1


def test_a_lower_sequence_is_late_and_dropped() -> None:
    board = board_with(free())
    board.apply(news(talking(), 7, at=10.0), 10.0)
    assert board.apply(news(ringing(), 6, at=9.0), 10.1) is None
    assert ana(board).status is Status.ON_CALL
    assert ana(board).sequence == 7
    assert board.counts.late == 1


def test_an_equal_sequence_is_taken() -> None:
    board = board_with(free())
    board.apply(news(ringing(), 7, at=10.0), 10.0)
    board.apply(news(talking(), 7, at=10.5), 10.5)
    assert ana(board).status is Status.ON_CALL


def test_a_gap_in_the_sequence_means_nothing() -> None:
    board = board_with(free())
    board.apply(news(ringing(), 7, at=10.0), 10.0)
    board.apply(news(talking(), 700, at=10.5), 10.5)
    assert ana(board).status is Status.ON_CALL
    assert not ana(board).doubtful


def test_a_missing_sequence_is_taken_and_the_last_number_is_kept() -> None:
    board = board_with(free())
    board.apply(news(ringing(), 7, at=10.0), 10.0)
    board.apply(news(talking(), None, at=10.5), 10.5)
    assert ana(board).status is Status.ON_CALL
    board.apply(news(free(), 6, at=10.6), 10.6)
    assert ana(board).status is Status.ON_CALL


def test_the_sequences_of_two_extensions_do_not_meet() -> None:
    board = board_with(free())
    board.choose([ANA, BEN], 0.0)
    board.apply(news(ringing(), 700, at=10.0), 10.0)
    board.apply(PresenceNews(BEN.id, ringing(), 3, 11.0), 11.0)
    ben = board.get(BEN.id)
    assert ben is not None
    assert ben.status is Status.RINGING_IN


def test_after_a_new_subscription_the_platform_may_count_from_the_start() -> None:
    board = board_with(free())
    board.apply(news(ringing(), 700, at=10.0), 10.0)
    board.forget_sequences()
    board.apply(news(talking(), 1, at=20.0), 20.0)
    assert ana(board).status is Status.ON_CALL


def test_an_event_clearly_older_than_the_read_is_not_shown_but_asks_for_a_read() -> None:
    board = board_with(talking(), at=100.0)
    assert board.apply(news(free(), 1, at=100.0 - CLEARLY_OLDER - 0.1), 101.0) is None
    assert ana(board).status is Status.ON_CALL
    assert board.doubtful == [ANA.id]
    assert board.counts.late == 1
    assert ana(board).sequence == 1


def test_an_event_a_little_older_than_the_read_is_shown_and_asks_for_a_read() -> None:
    board = board_with(free(), at=100.0)
    board.apply(news(talking(), 1, at=100.0 - CLEARLY_OLDER + 0.1), 101.0)
    assert ana(board).status is Status.ON_CALL
    assert board.doubtful == [ANA.id]


@pytest.mark.parametrize("at", [100.0, 105.0, None])
def test_an_event_not_older_than_the_read_is_shown_without_doubt(at: float | None) -> None:
    board = board_with(free(), at=100.0)
    board.apply(news(talking(), 1, at=at), 106.0)
    assert ana(board).status is Status.ON_CALL
    assert board.doubtful == []


def test_a_partial_event_keeps_what_it_does_not_say() -> None:
    board = board_with(replace(talking(), message="at lunch"))
    board.apply(news(Presence(dnd_status="DoNotAcceptAnyCalls"), 1, at=10.0), 10.0)
    assert ana(board).presence == replace(talking(), message="at lunch", dnd_status="DoNotAcceptAnyCalls")
    assert ana(board).status is Status.ON_CALL


def test_no_call_without_a_list_clears_the_calls() -> None:
    board = board_with(talking())
    board.apply(news(Presence("NoCall", "Available"), 1, at=10.0), 10.0)
    presence = ana(board).presence
    assert presence is not None
    assert presence.calls == ()
    assert ana(board).status is Status.AVAILABLE
    assert board.doubtful == []


def test_a_short_list_keeps_the_calls_and_asks_for_a_read() -> None:
    known = busy(call("CallConnected", "s-1"), call("OnHold", "s-2"))
    board = board_with(known)
    board.apply(news(Presence("OnHold", calls=(call("OnHold", "s-2"),), total_calls=2), 1, at=10.0), 10.0)
    presence = ana(board).presence
    assert presence is not None
    assert presence.calls == known.calls
    assert board.doubtful == [ANA.id]


def test_a_status_without_its_calls_asks_for_a_read() -> None:
    board = board_with(talking())
    board.apply(news(Presence("Ringing"), 1, at=10.0), 10.0)
    assert board.doubtful == [ANA.id]


def test_an_unknown_value_is_shown_as_unknown() -> None:
    board = board_with(free())
    board.apply(news(Presence(presence_status="Away"), 1, at=10.0), 10.0)
    assert (ana(board).status, ana(board).reason) == (Status.UNKNOWN, Reason.UNKNOWN_VALUE)


def test_an_event_before_the_first_read_is_shown_and_the_read_is_still_wanted() -> None:
    board = Board()
    board.choose([ANA], 0.0)
    board.apply(news(ringing(), 1, at=10.0), 10.0)
    assert ana(board).status is Status.RINGING_IN
    assert board.doubtful == [ANA.id]


def test_an_extension_whose_type_has_no_presence_never_has_a_state_and_is_never_to_be_read() -> None:
    board = Board()
    board.choose([QUEUE], 0.0)
    board.apply(PresenceNews(QUEUE.id, free(), 1, 10.0), 10.0)
    read(board, Presence(presence_status="Offline"), 20.0, QUEUE)
    entry = board.get(QUEUE.id)
    assert entry is not None
    assert (entry.status, entry.reason) == (Status.NO_PRESENCE, None)
    board.doubt(30.0)
    assert board.doubtful == []


def test_every_event_is_counted_once() -> None:
    board = board_with(free(), at=100.0)
    board.apply(PresenceNews("999", free()), 100.0)
    board.apply(news(ringing(), 5, at=101.0, uuid="u-1"), 101.0)
    board.apply(news(ringing(), 5, at=101.0, uuid="u-1"), 101.0)
    board.apply(news(free(), 4, at=100.5), 101.0)
    board.apply(news(free(), 6, at=10.0), 101.0)
    counts = board.counts
    assert counts.events == 5
    assert (counts.strangers, counts.applied, counts.duplicates, counts.late) == (1, 1, 1, 2)
