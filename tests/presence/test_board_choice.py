"""Who is on the Board: choosing again, renaming, and what the platform refuses."""

from dataclasses import replace

from tests.presence.made import ANA, BEN, QUEUE, ana, board_with, free, news, read, ringing, talking
from tui.presence.board import Board, By
from tui.presence.status import Reason, Status


def test_a_new_board_shows_the_chosen_ones_as_not_read_in_the_order_of_the_choice() -> None:
    board = Board()
    changes = board.choose([BEN, ANA, QUEUE], 5.0)
    assert [(change.old, change.new and change.new.id) for change in changes] == [
        (None, BEN.id),
        (None, ANA.id),
        (None, QUEUE.id),
    ]
    assert board.ids == [BEN.id, ANA.id, QUEUE.id]
    assert len(board) == 3
    assert [(entry.status, entry.reason) for entry in board] == [
        (Status.UNKNOWN, Reason.NOT_READ),
        (Status.UNKNOWN, Reason.NOT_READ),
        (Status.NO_PRESENCE, None),
    ]


def test_what_is_known_of_those_that_stay_is_kept() -> None:
    board = board_with(talking())
    board.apply(news(talking(), 7, at=1.0), 1.0)
    before = ana(board)
    changes = board.choose([BEN, ANA], 10.0)
    assert ana(board) == before
    assert [change.id for change in changes] == [BEN.id]
    assert board.ids == [BEN.id, ANA.id]


def test_those_that_leave_are_told_and_gone() -> None:
    board = board_with(talking())
    before = ana(board)
    [left, came] = board.choose([BEN], 10.0)
    assert (left.old, left.new, left.by, left.at) == (before, None, By.SNAPSHOT, 10.0)
    assert came.id == BEN.id
    assert ANA.id not in board


def test_who_leaves_and_comes_back_is_not_known_any_more() -> None:
    board = board_with(talking())
    board.choose([], 10.0)
    board.choose([ANA], 20.0)
    assert (ana(board).presence, ana(board).reason, ana(board).sequence) == (None, Reason.NOT_READ, None)
    assert board.doubtful == [ANA.id]


def test_choosing_the_same_again_changes_nothing() -> None:
    board = board_with(talking())
    assert board.choose([ANA], 10.0) == []


def test_an_extension_chosen_twice_is_there_once() -> None:
    board = Board()
    board.choose([ANA, ANA], 0.0)
    assert board.ids == [ANA.id]


def test_a_new_name_is_a_change_and_keeps_the_state() -> None:
    board = board_with(talking())
    [change] = board.choose([replace(ANA, name="Ana Silva")], 10.0)
    assert change.new is not None
    assert change.new.extension.name == "Ana Silva"
    assert (change.new.status, change.new.presence) == (Status.ON_CALL, talking())


def test_an_extension_that_became_a_queue_has_no_presence_any_more() -> None:
    board = board_with(talking())
    board.choose([replace(ANA, type="Department")], 10.0)
    assert (ana(board).status, ana(board).presence) == (Status.NO_PRESENCE, None)


def test_an_extension_that_was_disabled_is_not_watched_until_it_is_in_use_again() -> None:
    board = board_with(talking())
    [change] = board.choose([replace(ANA, status="Disabled")], 10.0)
    assert change.new is not None
    assert (change.new.status, change.new.reason) == (Status.UNKNOWN, Reason.NOT_WATCHED)
    read(board, free(), 20.0)
    assert (ana(board).status, ana(board).reason) == (Status.UNKNOWN, Reason.NOT_WATCHED)
    board.choose([ANA], 30.0)
    assert (ana(board).status, ana(board).reason) == (Status.AVAILABLE, None)


def test_a_refused_extension_is_not_watched_with_the_platform_s_words() -> None:
    board = board_with(free())
    [change] = board.refuse({ANA.id: "SUB-403", "not on the board": "SUB-402"}, 10.0)
    assert change.new == ana(board)
    assert (ana(board).status, ana(board).reason, ana(board).refused) == (
        Status.UNKNOWN,
        Reason.NOT_WATCHED,
        "SUB-403",
    )
    assert board.refuse({ANA.id: "SUB-403"}, 11.0) == []


def test_a_refused_extension_is_not_read_again_and_again() -> None:
    board = Board()
    board.choose([ANA], 0.0)
    board.refuse({ANA.id: "SUB-403"}, 1.0)
    assert board.doubtful == []


def test_neither_a_read_nor_an_event_makes_a_refused_extension_watched() -> None:
    board = board_with(free())
    board.refuse({ANA.id: "SUB-403"}, 10.0)
    read(board, talking(), 20.0)
    board.apply(news(ringing(), 1, at=21.0), 21.0)
    assert (ana(board).status, ana(board).reason) == (Status.UNKNOWN, Reason.NOT_WATCHED)


def test_hidden_by_its_user_is_said_rather_than_not_watched() -> None:
    board = board_with(replace(free(), allow_see=False))
    board.refuse({ANA.id: "SUB-403"}, 10.0)
    assert ana(board).reason is Reason.HIDDEN


def test_when_the_refusal_ends_the_old_state_is_shown_and_read_again_before_the_link_confirms_it() -> None:
    board = board_with(free())
    board.refuse({ANA.id: "SUB-403"}, 10.0)
    [change] = board.refuse({}, 1000.0)
    assert change.new is not None
    assert (change.new.status, change.new.reason, change.new.refused) == (Status.AVAILABLE, None, None)
    assert board.doubtful == [ANA.id]
    board.prove(1001.0)
    board.age(1002.0)
    assert ana(board).stale


def test_other_words_for_the_same_refusal_are_a_change() -> None:
    board = board_with(free())
    board.refuse({ANA.id: "SUB-403"}, 10.0)
    [change] = board.refuse({ANA.id: "SUB-402"}, 11.0)
    assert change.new is not None
    assert change.new.refused == "SUB-402"
