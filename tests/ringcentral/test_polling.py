"""How often is polled: as often as the limits allow, and never so often that nothing is left to others."""

import pytest

from tui.ringcentral.limits import default_limits
from tui.ringcentral.push.polling import SHARE, SHORTEST, period
from tui.ringcentral.snapshot import Step, plan

FEW = plan(["401", "402"], 5000)
PAGES = [Step(page=page) for page in range(1, 4)]


def test_a_few_are_read_at_the_highest_rate_that_leaves_a_reserve() -> None:
    assert len(FEW) == 1
    assert 60 / period(FEW, default_limits()) == pytest.approx(SHARE * 50)


def test_whole_pages_are_of_another_limit() -> None:
    assert 60 * len(PAGES) / period(PAGES, default_limits()) == pytest.approx(SHARE * 10)


@pytest.mark.parametrize("steps", [FEW, PAGES])
def test_what_the_platform_tells_of_the_limit_counts(steps: list[Step]) -> None:
    limits = default_limits()
    usual = period(steps, limits)
    for limit in limits.values():
        limit.told(0.0, limit.limit // 2, None, 60.0)
    assert period(steps, limits) == pytest.approx(2 * usual)


def test_it_is_never_more_often_than_a_person_could_see() -> None:
    limits = default_limits()
    for limit in limits.values():
        limit.told(0.0, 100_000, None, 1.0)
    assert period(FEW, limits) == SHORTEST
