"""The plan of a snapshot: as few calls as possible."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.ringcentral.snapshot import BULK, Step, plan


@pytest.mark.parametrize(
    ("chosen", "account", "calls", "pages"),
    [
        (1, 200, 1, 0),
        (24, 5000, 1, 0),
        (30, 30, 1, 0),
        (200, 200, 1, 1),
        (1000, 5000, 5, 5),
        (60, 5000, 2, 0),
        (0, 9, 0, 0),
    ],
)
def test_the_cheapest_plan(chosen: int, account: int, calls: int, pages: int) -> None:
    steps = plan([str(number) for number in range(chosen)], account)
    assert len(steps) == calls
    assert sum(1 for step in steps if step.page) == pages


def test_without_the_size_of_the_account_only_bulk_reads_are_sure() -> None:
    assert plan(["1"], None) == [Step(ids=("1",))]


@given(st.integers(0, 300), st.none() | st.integers(0, 20_000))
def test_every_plan_covers_all_and_asks_for_no_more_than_allowed(chosen: int, account: int | None) -> None:
    ids = [str(number) for number in range(chosen)]
    steps = plan(ids, account)
    if any(step.page for step in steps):
        assert len(steps) * 1000 >= (account or 0)
    else:
        assert [one for step in steps for one in step.ids] == ids
        assert all(1 <= len(step.ids) <= BULK for step in steps)
