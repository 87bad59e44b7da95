"""How often is polled: as often as the limits allow, and never so often that nothing is left to others."""

import random
from contextlib import aclosing

import pytest

from tui.clock import Clock
from tui.presence.notification import PresenceNews
from tui.presence.presence import Presence
from tui.ringcentral.limits import default_limits
from tui.ringcentral.push.polling import SHARE, SHORTEST, PollingTransport, period, quickest
from tui.ringcentral.push.transport import Delivered, ProofOfLife
from tui.ringcentral.snapshot import PresenceReader, Reading, Step, plan

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


@pytest.mark.parametrize(
    ("chosen", "account", "calls", "seconds"),
    [
        pytest.param(60, 226, 2, 4.0, id="two reads of some are sooner done again than one of the whole account"),
        pytest.param(150, 226, 1, 10.0, id="where both are as quick it makes fewer calls"),
        pytest.param(200, 226, 1, 10.0, id="the whole account is quicker for many"),
        pytest.param(300, 5000, 10, 20.0, id="and slower in a large account"),
        pytest.param(1000, 5000, 5, 50.0, id="unless almost all are chosen"),
        pytest.param(200, None, 7, 14.0, id="a size that is not known"),
    ],
)
def test_of_all_ways_the_quickest_is_taken(chosen: int, account: int | None, calls: int, seconds: float) -> None:
    ids = [str(extension_id) for extension_id in range(chosen)]
    steps = quickest(ids, account, default_limits())
    assert len(steps) == calls
    assert period(steps, default_limits()) == pytest.approx(seconds)
    assert {extension_id for step in steps for extension_id in step.ids} in (set(ids), set())


class PagesWithoutOne(PresenceReader):
    """Reads of an account whose pages leave one extension out."""

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids

    async def read(self, step: Step, *, background: bool = False) -> Reading:
        found = step.ids or self.ids[:-1]
        return Reading({one: Presence("NoCall") for one in found}, sent=1.0, received=2.0)


async def test_a_round_proves_nobody_whom_it_has_not_read() -> None:
    ids = [str(extension_id) for extension_id in range(200)]
    polling = PollingTransport(PagesWithoutOne(ids), lambda: 226, default_limits(), Clock(), random.Random(7))
    told = []
    async with aclosing(polling.open(ids)) as stream:
        async for event in stream:
            if isinstance(event, ProofOfLife):
                break
            told += [event.notification] if isinstance(event, Delivered) else []
    assert sorted(one.extension_id for one in told if isinstance(one, PresenceNews)) == sorted(ids)
