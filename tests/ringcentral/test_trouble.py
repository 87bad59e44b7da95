"""How long a login is left alone after it went wrong."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.errors import LoginRefused, TryAgain
from tui.ringcentral.trouble import MINUTE, Cause, Trouble, met

EXPECTED = {Cause.REFUSED: [1, 5, 15, 60, 60, 60], Cause.LOST: [0, 5, 10, 20, 40, 60, 60]}


def again(cause: Cause, before: Trouble | None, now: float, seed: int = 1) -> Trouble:
    return met(cause, before, now, random.Random(seed), MINUTE, "it broke", "mend it", "OAU-213")


@pytest.mark.parametrize("cause", Cause)
def test_each_time_in_a_row_is_waited_longer_up_to_an_hour(cause: Cause) -> None:
    trouble, now = None, 1000.0
    for minutes in EXPECTED[cause]:
        trouble = again(cause, trouble, now)
        assert trouble.until - now == pytest.approx(minutes * 60, rel=0.051)
        now = trouble.until + 500


@pytest.mark.parametrize("cause", Cause)
def test_after_ten_minutes_without_it_the_row_begins_anew(cause: Cause) -> None:
    second = again(cause, again(cause, None, 1000.0), 1100.0)
    assert second.times == 1
    assert again(cause, second, second.until + 599).times == 2
    assert again(cause, second, second.until + 601).times == 0


@given(st.integers(), st.integers(), st.sampled_from(Cause))
def test_waits_are_never_shorter_than_the_table_and_not_the_same_for_all(one: int, other: int, cause: Cause) -> None:
    first = again(cause, None, 0.0)
    waits = [again(cause, first, 0.0, seed).until for seed in (one, other)]
    assert all(300 <= wait <= 315 for wait in waits)
    assert (waits[0] == waits[1]) is (random.Random(one).random() == random.Random(other).random())


def test_a_wait_that_is_longer_than_any_says_that_a_clock_was_set_and_holds_nobody_up() -> None:
    trouble = again(Cause.REFUSED, None, 1000.0)
    assert trouble.left(1000.0) == pytest.approx(60, rel=0.051)
    assert trouble.left(trouble.until) == 0
    assert trouble.left(1000.0 - 86_400) == 0


def test_a_refusal_is_told_as_one_and_a_lost_session_as_what_passes() -> None:
    refused, lost = again(Cause.REFUSED, None, 0.0).error(10.0), again(Cause.LOST, None, 0.0).error(10.0)
    assert isinstance(refused, LoginRefused)
    assert (str(refused), refused.hint, refused.code) == ("it broke", "mend it", "OAU-213")
    assert refused.after == pytest.approx(50, rel=0.07)
    assert isinstance(lost, TryAgain)
    assert lost.after == 0
