"""The health of a feed: gaps, what it stands on, and what is left to ask with."""

import asyncio
import os
from dataclasses import replace

import pytest

from tests.feed.test_feed import ANA, BEN, CLOCK, RINGING, Scene, delivered, scene
from tui import __version__
from tui.feed.health import Health, of_today
from tui.feed.link import Gap, Link
from tui.feed.ports import Waits
from tui.ringcentral.limits import Group, default_limits
from tui.ringcentral.push import transport as push

DAY = 86_400.0


def health_of(at: Scene, reconcile_every: float = 180.0, session_expires_at: float | None = None) -> Health:
    return Health(at.feed, default_limits(), lambda: session_expires_at, reconcile_every)


async def gap(at: Scene, health: Health, reason: str) -> None:
    """Let something be lost, and be healed."""
    at.transport.say(push.Gap(CLOCK.now(), reason), push.ProofOfLife(CLOCK.now()))
    await at.until(lambda: reason in [one.reason for one in health.report().gaps])


async def test_a_feed_in_step_has_no_gaps() -> None:
    async with scene() as at:
        health = health_of(at, session_expires_at=CLOCK.now() + 3600)
        await at.until_link(Link.LIVE)
        report = health.report()
        assert (report.gaps, report.open_gap) == ((), None)
        assert report.link.link is Link.LIVE
        assert (report.pid, report.version) == (os.getpid(), __version__)
        assert (report.chosen, report.stale) == (2, 0)
        assert report.session_expires_at is not None


async def test_a_gap_is_open_until_it_is_healed_and_then_told_with_what_healed_it() -> None:
    async with scene() as at:
        health = health_of(at)
        await at.until_link(Link.LIVE)
        at.transport.say(push.Gap(CLOCK.now(), "no answer from PubNub"))
        await at.until_link(Link.DOUBTFUL)
        report = health.report()
        assert (report.gaps, report.link.reason) == ((), "no answer from PubNub")
        assert report.open_gap is not None
        at.transport.say(push.ProofOfLife(CLOCK.now()))
        await at.until(lambda: bool(health.report().gaps))
        report = health.report()
        (healed,) = report.gaps
        assert (healed.reason, healed.healed_by, report.open_gap) == ("no answer from PubNub", "snapshot", None)
        assert healed.start <= healed.end


async def test_after_a_new_login_the_gaps_of_before_stay_known_and_the_last_one_is_healed() -> None:
    async with scene() as old:
        before = health_of(old)
        await old.until_link(Link.LIVE)
        await gap(old, before, "a gap")
        old.transport.say(push.Gap(CLOCK.now(), "JWT revoked or expired, OAU-213"))
        await old.until_link(Link.DOUBTFUL)
        earlier = before.report()
    async with scene() as new:
        health = Health(new.feed, default_limits(), lambda: None, 180.0, earlier)
        assert [one.reason for one in health.report().gaps] == ["a gap"]
        assert health.report().open_gap == earlier.open_gap
        await new.until_link(Link.LIVE)
        assert [one.reason for one in health.report().gaps] == ["a gap", "JWT revoked or expired, OAU-213"]
        assert health.report().gaps[1].start == earlier.open_gap
        assert health.report().open_gap is None


async def test_of_many_gaps_the_last_ones_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.feed.health.GAPS_KEPT", 2)
    async with scene() as at:
        health = health_of(at)
        await at.until_link(Link.LIVE)
        for reason in ("first", "second", "third"):
            await gap(at, health, reason)
        assert [one.reason for one in health.report().gaps] == ["second", "third"]


def test_only_gaps_of_today_are_told() -> None:
    now = CLOCK.now()
    of_now, of_yesterday = Gap(now - DAY, now, "night", "snapshot"), Gap(now - DAY - 9, now - DAY, "old", "snapshot")
    assert of_today([of_yesterday, of_now], now) == (of_now,)
    assert of_today([of_now], now + DAY) == ()


async def test_what_came_is_counted() -> None:
    async with scene() as at:
        health = health_of(at)
        await at.until_link(Link.LIVE)
        once = delivered(RINGING, sequence=5)
        stranger = replace(ANA, id="999")
        at.transport.say(once, once, delivered(RINGING, sequence=3), delivered(RINGING, stranger))
        await gap(at, health, "a gap")
        at.transport.say(push.Gap(CLOCK.now(), "a notification that cannot be decrypted", undecodable=True))
        await at.until_link(Link.DOUBTFUL)
        counts = health.report().counts
        assert (counts.events, counts.applied, counts.duplicates, counts.late) == (4, 1, 1, 1)
        assert (counts.strangers, counts.undecodable) == (1, 1)


async def test_a_report_stays_as_it_was() -> None:
    async with scene() as at:
        health = health_of(at)
        await at.until_link(Link.LIVE)
        before = health.report()
        at.transport.say(delivered(RINGING))
        await at.until(lambda: health.report().counts.events == 1)
        assert before.counts.events == 0


async def test_the_subscription_and_its_renewals() -> None:
    async with scene() as at:
        health = health_of(at)
        assert health.report().subscription is None
        await at.until_link(Link.LIVE)
        at.transport.say(push.Renewed(CLOCK.now() + 600), push.Renewed(CLOCK.now() + 899), delivered(RINGING))
        await at.until(lambda: health.report().counts.events == 1)
        subscription = health.report().subscription
        assert subscription is not None
        assert subscription.renewals == 2
        assert subscription.expires_at == pytest.approx(CLOCK.now() + 899, abs=5)
        at.transport.say(push.Closed("the subscription has ended"))
        await at.until_link(Link.WAITING)
        assert health.report().subscription is None


async def test_a_reconcile_period_is_stretched_where_the_rate_budget_is_short_and_says_so() -> None:
    async with scene() as at:
        report = health_of(at).report()
        assert (report.reconcile_period, report.reconcile_reason) == (180.0, "")
    async with scene(Waits(reconcile_every=0.5, retry_cap=0.02)) as at:
        report = health_of(at, reconcile_every=0.5).report()
        assert report.reconcile_period > 0.5
        assert report.reconcile_reason == "reading 2 extensions takes much of the rate limit"


async def test_what_is_left_of_the_limits_and_where_a_penalty_runs() -> None:
    async with scene() as at:
        limits = default_limits()
        limits[Group.HEAVY].silent_until = CLOCK.running() + 60
        report = Health(at.feed, limits, lambda: None, 180.0).report()
        assert report.budgets[Group.LIGHT].left == report.budgets[Group.LIGHT].limit == 50
        assert report.budgets[Group.LIGHT].silent_until is None
        assert report.budgets[Group.HEAVY].silent_until == pytest.approx(CLOCK.now() + 60, abs=5)


async def test_no_number_and_no_token_gets_into_a_report() -> None:
    async with scene() as at:
        health = health_of(at)
        await at.until_link(Link.LIVE)
        at.transport.say(push.Gap(CLOCK.now(), "+4930123456 said access_token=marked"))
        await at.until_link(Link.DOUBTFUL)
        assert health.report().link.reason == "..3456 said access_token=***"
        at.transport.say(push.ProofOfLife(CLOCK.now()))
        await at.until(lambda: bool(health.report().gaps))
        assert health.report().gaps[0].reason == "..3456 said access_token=***"


async def test_tiles_that_nothing_confirms_are_counted() -> None:
    async with scene(Waits(confirm_after=0.2, reconcile_every=3600, retry_cap=0.02)) as at:
        health = health_of(at)
        await at.until_link(Link.LIVE)
        async with asyncio.timeout(10):
            await at.until(lambda: health.report().stale == 2)
        assert at.feed.board.get(BEN.id) is not None
