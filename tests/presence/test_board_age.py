"""Staleness: what confirms an entry, for how long, and that a quiet healthy night never dims."""

from dataclasses import replace

import pytest

from tests.presence.made import ANA, BEN, ana, board_with, free, news, read, talking
from tui.presence.board import Board, By
from tui.presence.notification import PresenceNews
from tui.presence.presence import Presence
from tui.presence.status import Status

LATER = 61.0
"""More than `confirm_after` after the read at 0."""


def stale(board: Board, at: float) -> list[str]:
    """The ids that are stale at that moment."""
    board.age(at)
    return [entry.id for entry in board if entry.stale]


def test_what_nothing_confirms_for_a_minute_is_stale_and_says_so_once() -> None:
    board = board_with(talking())
    assert board.age(60.0) == []
    [change] = board.age(LATER)
    assert change.new is not None
    assert (change.id, change.by, change.at, change.new.stale) == (ANA.id, By.AGE, LATER, True)
    assert change.new.status is ana(board).status
    assert board.age(LATER + 1) == []


def test_its_own_event_confirms_it() -> None:
    board = board_with(free())
    board.apply(news(free(), 1, at=50.0), 50.0)
    assert stale(board, 100.0) == []
    assert stale(board, 111.0) == [ANA.id]


def test_its_own_read_confirms_it() -> None:
    board = board_with(free())
    read(board, free(), 50.0)
    assert stale(board, 100.0) == []
    assert stale(board, 111.0) == [ANA.id]


def test_a_proof_of_life_confirms_all_that_is_in_step() -> None:
    board = board_with(free())
    board.prove(50.0)
    assert stale(board, 100.0) == []
    assert stale(board, 111.0) == [ANA.id]


def test_a_quiet_healthy_night_never_dims() -> None:
    board = board_with(free())
    for minute in range(8 * 60):
        board.prove(minute * 60.0)
        assert board.age(minute * 60.0 + 20.0) == []
    assert not ana(board).stale


def test_the_event_of_one_does_not_confirm_another() -> None:
    board = board_with(free())
    board.choose([ANA, BEN], 0.0)
    read(board, free(), 0.0, BEN)
    board.apply(PresenceNews(BEN.id, talking(), 1, 50.0), 50.0)
    assert stale(board, 100.0) == [ANA.id]


def test_a_proof_does_not_confirm_what_is_in_doubt() -> None:
    board = board_with(free())
    board.doubt(10.0)
    board.prove(50.0)
    assert stale(board, LATER) == [ANA.id]


def test_a_proof_does_not_confirm_what_was_never_read() -> None:
    board = Board(confirm_after=60.0)
    board.choose([ANA], 0.0)
    board.apply(news(Presence("NoCall", "Available"), 1, at=1.0), 1.0)
    board.prove(60.0)
    assert stale(board, 62.0) == [ANA.id]


def test_doubt_does_not_take_back_what_was_proven_before_it() -> None:
    board = board_with(free())
    board.prove(100.0)
    board.doubt(110.0)
    assert stale(board, 150.0) == []
    assert stale(board, 161.0) == [ANA.id]


def test_a_late_event_that_asks_for_a_read_does_not_dim_what_was_proven() -> None:
    board = board_with(free())
    board.prove(100.0)
    board.apply(news(talking(), 1, at=-50.0), 110.0)
    assert board.doubtful == [ANA.id]
    assert stale(board, 150.0) == []
    assert stale(board, 161.0) == [ANA.id]


def test_an_event_that_was_long_on_its_way_confirms_only_what_was_then() -> None:
    board = board_with(free())
    assert stale(board, 600.0) == [ANA.id]
    board.apply(news(talking(), 1, at=100.0), 600.0)
    assert ana(board).stale
    assert stale(board, 600.0) == [ANA.id]


def test_an_event_cannot_take_a_confirmation_back() -> None:
    board = board_with(free(), at=100.0)
    board.apply(news(talking(), 1, at=99.0), 101.0)
    assert ana(board).confirmed_at == 100.0


def test_an_event_from_a_wrong_future_confirms_no_longer_than_any_other() -> None:
    board = board_with(free())
    board.apply(news(talking(), 1, at=5000.0), 50.0)
    assert ana(board).confirmed_at == 50.0
    assert ana(board).since == 50.0


@pytest.mark.parametrize("how", ["event", "read", "proof"])
def test_what_was_stale_is_so_no_longer_once_it_is_confirmed(how: str) -> None:
    board = board_with(free())
    assert stale(board, LATER) == [ANA.id]
    if how == "event":
        change = board.apply(news(free(), 1, at=70.0), 70.0)
    elif how == "read":
        [change] = board.end_read(board.begin_read(70.0), {ANA.id: free()}, 70.0, By.SNAPSHOT)
    else:
        board.prove(70.0)
        [change] = board.age(70.0)
    assert change is not None
    assert change.new is not None
    assert not change.new.stale
    assert not ana(board).stale


def test_an_extension_that_was_never_read_is_unknown_and_not_stale() -> None:
    board = Board()
    board.choose([ANA], 0.0)
    assert stale(board, 1000.0) == []


def test_settling_a_doubt_lets_the_proof_count_again() -> None:
    board = board_with(free())
    board.doubt(10.0)
    read(board, free(), 20.0)
    board.prove(75.0)
    assert stale(board, 130.0) == []


def test_the_last_confirmation_is_the_latest_of_event_read_and_proof() -> None:
    board = board_with(free(), at=10.0)
    assert board.last_confirmed(ana(board)) == 10.0
    board.apply(news(talking(), 1, at=20.0), 20.0)
    assert board.last_confirmed(ana(board)) == 20.0
    board.prove(30.0)
    assert board.last_confirmed(ana(board)) == 30.0
    assert board.last_confirmed(replace(ana(board), doubted_at=31.0)) == 20.0
    assert board.last_confirmed(replace(ana(board), confirmed_at=None)) is None


def test_what_is_stale_is_not_shown_as_a_state_but_its_last_one_is_kept() -> None:
    board = board_with(talking())
    assert ana(board).shown_status is Status.ON_CALL
    assert stale(board, LATER) == [ANA.id]
    assert (ana(board).shown_status, ana(board).status) == (Status.UNKNOWN, Status.ON_CALL)


def test_what_the_link_proved_after_it_was_last_sure_is_taken_back() -> None:
    board = board_with(free())
    board.prove(100.0)
    board.doubt(110.0, since=20.0)
    board.age(110.0)
    assert ana(board).stale


def test_what_is_in_doubt_already_loses_the_proof_that_turns_out_to_be_none() -> None:
    board = board_with(free())
    board.prove(100.0)
    board.doubt(101.0)
    assert stale(board, 110.0) == []
    board.doubt(110.0, since=20.0)
    assert stale(board, 110.0) == [ANA.id]


def test_a_doubt_of_one_extension_does_not_dim_what_the_link_has_just_proven() -> None:
    board = board_with(free())
    board.apply(news(free(), 5, at=30.0), 30.0)
    board.prove(200.0)
    board.apply(news(free(), 1, at=201.0), 201.0)
    assert board.doubtful == [ANA.id]
    assert stale(board, 210.0) == []
