"""The rate limits: never more calls than allowed, silence after a 429, and others who share the limit."""

from hypothesis import given
from hypothesis import strategies as st

from tui.ringcentral.limits import DEFAULT_PENALTY, GroupLimit


def test_calls_go_out_at_once_until_the_window_is_full() -> None:
    limit = GroupLimit(3, window=60)
    for second in range(3):
        assert limit.delay(second) == 0
        limit.sent(second)
    assert limit.delay(10) == 50
    assert limit.delay(60) == 0


def test_a_reserve_is_left_to_others() -> None:
    limit = GroupLimit(5)
    for _ in range(3):
        limit.sent(0)
    assert limit.delay(0) == 0
    assert limit.delay(0, reserve=2) > 0


def test_what_others_use_is_inferred_from_the_remaining_count() -> None:
    limit = GroupLimit(10)
    limit.sent(0)
    limit.answered(0, limit=10, remaining=2, window=60)
    assert limit.remaining(0) == 2
    assert limit.remaining(61) == 10


def test_after_a_429_nothing_is_sent_until_the_penalty_is_over() -> None:
    limit = GroupLimit(10)
    assert limit.refused(0, retry_after=30) == 30
    assert limit.delay(29) == 1
    assert limit.delay(30) == 0


def test_a_429_that_does_not_say_how_long_means_a_minute() -> None:
    limit = GroupLimit(10)
    assert limit.refused(0, retry_after=None) == DEFAULT_PENALTY
    assert limit.delay(1) == DEFAULT_PENALTY - 1


def test_the_headers_change_the_limit() -> None:
    limit = GroupLimit(10)
    limit.answered(0, limit=2, remaining=2, window=5)
    limit.sent(0)
    limit.sent(0)
    assert limit.delay(0) == 5


@given(
    st.lists(st.floats(0, 20), max_size=60),
    st.integers(1, 8),
    st.floats(1, 30),
)
def test_no_window_ever_holds_more_calls_than_the_limit(pauses: list[float], most: int, window: float) -> None:
    limit = GroupLimit(most, window)
    now, sent = 0.0, list[float]()
    for pause in pauses:
        now += pause
        while (delay := limit.delay(now)) > 0:
            now += delay
        limit.sent(now)
        sent.append(now)
    for moment in sent:
        assert sum(1 for other in sent if moment <= other < moment + window * 0.999999) <= most
