"""The rate limits: never more calls than allowed, silence after a 429, and others who share the limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ringcentral.limits import DEFAULT_PENALTY, LONGEST_PENALTY, GroupLimit, penalty


def call(limit: GroupLimit, sent: float, ended: float | None = None, remaining: int | None = None) -> None:
    """A call that is answered, at once unless told otherwise."""
    ended = sent if ended is None else ended
    limit.sent()
    limit.ended(ended)
    limit.told(ended, None, remaining, None)


def test_calls_go_out_at_once_until_the_window_is_full() -> None:
    limit = GroupLimit(3, window=60)
    for second in range(3):
        assert limit.delay(second) == 0
        call(limit, second)
    assert limit.delay(10) == 50
    assert limit.delay(60) == 0


def test_a_call_fills_its_place_from_its_sending_until_a_window_after_its_answer() -> None:
    limit = GroupLimit(1, window=60)
    limit.sent()
    assert limit.remaining(59) == 0
    assert limit.delay(59) > 0
    limit.ended(5)
    assert limit.delay(60) == 5
    assert limit.remaining(65) == 1


def test_nothing_is_known_until_the_first_call_of_a_window_is_answered() -> None:
    limit = GroupLimit(10, window=60)
    assert not limit.is_unknown(0)
    limit.sent()
    assert limit.is_unknown(1)
    limit.ended(2)
    limit.sent()
    assert not limit.is_unknown(61)
    assert limit.is_unknown(62)


def test_a_reserve_is_left_to_others() -> None:
    limit = GroupLimit(5)
    for _ in range(3):
        call(limit, 0)
    assert limit.delay(0) == 0
    assert limit.delay(0, reserve=2) > 0


def test_a_reserve_never_stops_a_group_for_good() -> None:
    limit = GroupLimit(2)
    assert limit.delay(0, reserve=3) == 0
    call(limit, 0)
    assert limit.delay(0, reserve=3) == 60


def test_what_others_use_is_inferred_from_the_remaining_count() -> None:
    limit = GroupLimit(10)
    call(limit, 0, remaining=2)
    assert limit.remaining(0) == 2
    call(limit, 1, remaining=0)
    assert limit.delay(1) > 0
    assert limit.remaining(62) == 10


def test_an_answer_that_comes_late_does_not_hide_what_others_use() -> None:
    limit = GroupLimit(10)
    for _ in range(3):
        limit.sent()
    # Five calls of others; ours were counted in turn, and the last is answered first.
    for remaining in (2, 4, 3):
        limit.ended(1)
        limit.told(1, 10, remaining, 60)
        assert limit.remaining(1) <= 2


def test_after_a_429_nothing_is_sent_until_the_penalty_is_over() -> None:
    limit = GroupLimit(10)
    limit.refused(0, 30)
    assert limit.delay(29) == 1
    assert limit.is_silent(29)
    assert limit.delay(30) == 0
    assert not limit.is_silent(30)


def test_a_later_and_shorter_penalty_does_not_end_the_longer_one() -> None:
    limit = GroupLimit(10)
    limit.refused(0, 30)
    limit.refused(1, 5)
    assert limit.delay(10) == 20


@pytest.mark.parametrize(
    ("said", "seconds"),
    [(None, DEFAULT_PENALTY), (30.0, 30.0), (0.0, 1.0), (86_400.0, LONGEST_PENALTY)],
)
def test_a_penalty_lasts_as_long_as_it_says_within_reason(said: float | None, seconds: float) -> None:
    assert penalty(said) == seconds


def test_the_headers_change_the_limit() -> None:
    limit = GroupLimit(10)
    limit.told(0, limit=2, remaining=2, window=5)
    call(limit, 0)
    call(limit, 0)
    assert limit.delay(0) == 5


MOMENTS = st.floats(0, 20)


@given(st.lists(st.tuples(MOMENTS, MOMENTS, MOMENTS), max_size=60), st.integers(1, 8), st.floats(1, 30))
def test_no_window_ever_holds_more_calls_than_the_limit(
    steps: list[tuple[float, float, float]], most: int, window: float
) -> None:
    """Whenever the platform counts a call: somewhere between its sending and its answer."""
    limit = GroupLimit(most, window)
    now, counted = 0.0, list[float]()
    for pause, until_counted, until_answered in steps:
        now += pause
        while (delay := limit.delay(now)) > 0:
            now += delay
        limit.sent()
        counted.append(now + until_counted)
        now += until_counted + until_answered
        limit.ended(now)
    for moment in counted:
        assert sum(1 for other in counted if moment <= other < moment + window * 0.999999) <= most


class Platform:
    """Counts calls as the platform does: a sliding window, and a penalty that each call inside it starts anew."""

    def __init__(self, most: int, window: float) -> None:
        self.most, self.window = most, window
        self.counted: list[float] = []
        self.shut_until = float("-inf")

    def remaining(self, now: float) -> int:
        return self.most - sum(1 for one in self.counted if one > now - self.window)

    def answers_429(self, now: float, seconds: float) -> bool:
        if now >= self.shut_until and self.remaining(now) > 0:
            self.counted.append(now)
            return False
        self.shut_until = now + seconds
        return True


@given(
    st.lists(st.tuples(st.floats(0.01, 20), st.integers(0, 3)), max_size=80),
    st.integers(1, 8),
    st.floats(1, 30),
    st.floats(1, 90),
)
def test_beside_others_nothing_is_ever_sent_inside_a_penalty(
    steps: list[tuple[float, int]], most: int, window: float, seconds: float
) -> None:
    limit, platform = GroupLimit(most, window), Platform(most, window)
    now = 0.0
    for pause, others in steps:
        now += pause
        for _ in range(min(others, platform.remaining(now))):
            platform.counted.append(now)
        while (delay := limit.delay(now)) > 0:
            now += delay
        assert now >= platform.shut_until - 1e-6
        limit.sent()
        refused = platform.answers_429(now, seconds)
        limit.ended(now)
        limit.told(now, most, None if refused else platform.remaining(now), window)
        if refused:
            limit.refused(now, seconds)
