"""Losses in silence: what only a read could find is a gap, what it has merely overtaken is none."""

from dataclasses import replace

import pytest

from tests.presence.made import ANA, board_with, free, news, talking
from tui.feed.link import Gap
from tui.feed.losses import Losses
from tui.presence.board import By
from tui.presence.presence import Presence

LOST = Gap(100.0, 200.0, "events of an extension were lost in silence", "reconcile")


def after_a_read(found: Presence, by: By = By.RECONCILE) -> Losses:
    board, losses = board_with(free()), Losses()
    losses.suspect(board.end_read(board.begin_read(200.0), {ANA.id: found}, 200.0, by), since=100.0)
    return losses


def test_what_no_event_tells_within_a_while_is_a_gap_and_told_once() -> None:
    losses = after_a_read(talking())
    assert losses.found(204.0) is None
    assert losses.found(206.0) == LOST
    assert losses.found(300.0) is None


@pytest.mark.parametrize("at", [199.0, 200.5, None])
def test_an_event_that_the_read_has_overtaken_is_no_loss(at: float | None) -> None:
    losses = after_a_read(talking())
    losses.clear(replace(news(talking(), 1), at=at))
    assert losses.found(300.0) is None


def test_an_event_of_something_younger_does_not_tell_what_was_lost() -> None:
    losses = after_a_read(talking())
    losses.clear(replace(news(free(), 1), at=203.0))
    assert losses.found(300.0) == LOST


def test_what_no_event_ever_tells_and_what_was_in_doubt_is_no_loss() -> None:
    assert after_a_read(replace(free(), message="at lunch")).found(300.0) is None
    assert after_a_read(talking(), By.SNAPSHOT).found(300.0) is None
    assert after_a_read(free()).found(300.0) is None
