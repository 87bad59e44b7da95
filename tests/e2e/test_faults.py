"""Every fault of the box alone, over real sockets: what the wall shows meanwhile, and that it becomes true by itself.

The table is `bench.single_faults`, and `python -m bench.fault_table` plays all of it. Here it is played on PubNub, and
on the other transports where they are what is struck: a read or a login is the same on each. After it stand scenes with
more to see than the table asks.
"""

import asyncio

import pytest

from bench.fault_table import Case, cases, played
from bench.scenes import scene
from bench.single_faults import CUT, KINDS, NO_ANSWER
from bench.walls import running_wall, short_box
from tui.feed.link import Gap, Link
from tui.feed.ports import Waits
from tui.presence.board import Change
from tui.presence.status import Reason, Status
from tui.simulator.faults.receiving import RECORDS
from tui.simulator.faults.table import FAULTS

ELSEWHERE = {"read", "login"}
"""Kinds that are played on another transport."""
SHARES = {
    "pubnub, its answers": cases(["pubnub"], ["renewal", "subscribing", "read", "login"]),
    "pubnub, the rest": cases(["pubnub"], [*set(KINDS) - {"renewal", "subscribing", "read", "login"}]),
    "websocket, its answers": cases(["websocket"], ["subscribing", "look", "token", "handshake"]),
    "websocket, the rest": cases(["websocket"], ["delivery", "change", "socket", "second", "missed"]),
    "polling": cases(["polling"], ["read", "change"]),
}


def test_every_fault_of_the_box_stands_in_the_table() -> None:
    of_a_websocket = {name for name in FAULTS if name.startswith("ws_")}
    of_pubnub = {case.fault for case in cases(["pubnub"])} - {"choice"}
    assert of_pubnub == set(FAULTS) - of_a_websocket - set(RECORDS)
    assert of_a_websocket <= {case.fault.split()[0] for case in cases(["websocket"])}


def test_what_is_not_played_here_is_the_same_on_another_transport() -> None:
    left_out = set(cases()) - {case for share in SHARES.values() for case in share}
    assert {case.kind for case in left_out} == ELSEWHERE
    assert {case.transport for case in left_out} == {"websocket", "polling"}
    assert {Case("pubnub", case.kind, case.fault) for case in left_out} <= set(SHARES["pubnub, its answers"])


@pytest.mark.timeout(240)
@pytest.mark.parametrize("share", SHARES)
async def test_each_fault_is_told_and_got_over_wherever_it_strikes(share: str) -> None:
    outcomes = await played(SHARES[share])
    assert len(outcomes) == len(SHARES[share])
    assert [f"{case}\n{outcome.problem}" for case, outcome in outcomes.items() if outcome.problem] == []


async def test_a_flash_of_no_call_within_a_talk_is_not_shown() -> None:
    async with scene() as at:
        await at.ring(ring=0.2, talk=600)
        await at.until_true(status=Status.ON_CALL)
        before = len(at.told)
        await at.fault("flicker", count=1)
        await at.wall.ask("POST", "presence", {"extension": "102", "dndStatus": "DoNotAcceptAnyCalls"})
        await at.until_true(status=Status.ON_CALL)
        shown = [event.new.status for event in at.told[before:] if isinstance(event, Change) and event.new]
        assert set(shown) <= {Status.ON_CALL}


async def test_a_call_whose_end_is_lost_is_found_and_removed_by_the_next_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "tui.feed.reading")
    async with scene() as at:
        await at.ring(ring=0.2, talk=1)
        await at.until_true(status=Status.ON_CALL)
        await at.fault("drop", count=1)
        await at.until_true(status=Status.AVAILABLE)
        assert at.wall.feed.board.counts.ghosts == 1
        await at.until(lambda: any(isinstance(event, Gap) for event in at.told), "told as a gap")
        [gap] = [event for event in at.told if isinstance(event, Gap)]
        assert (gap.reason, gap.healed_by) == ("events of an extension were lost in silence", "reconcile")
        assert "one call removed: no end was told, and a read (reconcile) no longer lists it" in caplog.text


async def test_who_is_deleted_is_unknown_with_the_platforms_words_and_comes_back() -> None:
    async with scene() as at:
        await at.fault("delete_extension", extension="103", seconds=5)
        await at.until(lambda: at.entry("103").reason is Reason.NOT_WATCHED, "not watched")
        assert "not found" in (at.entry("103").refused or "")
        await at.until_true("103", Status.AVAILABLE)


async def test_who_hides_is_unknown_and_comes_back() -> None:
    async with scene(subscription_ttl=4) as at:
        await at.fault("hide", extension="103", seconds=5)
        await at.until(lambda: at.entry("103").reason is Reason.HIDDEN, "hidden")
        await at.until_true("103", Status.AVAILABLE)


async def test_names_follow_the_directory_which_is_read_again_when_an_extension_is_gone() -> None:
    async with scene() as at:
        await at.fault("rename_extension", extension="104", name="Dora Lim")
        await at.fault("delete_extension", extension="103")
        await at.until(lambda: at.entry("104").extension.name == "Dora Lim", "renamed")


@pytest.mark.parametrize("shift", [3600, -3600])
async def test_a_clock_that_is_an_hour_wrong_changes_no_duration(shift: float) -> None:
    async with scene() as at:
        await at.ring(ring=0.2, talk=600)
        await at.until_true(status=Status.ON_CALL)
        clock, since = at.wall.feed.clock, at.entry("102").since
        before, running = clock.now(), clock.running()
        await at.fault("clock", shift=shift)
        await at.until(lambda: abs(clock.ahead) > 3000, "noticed")
        await at.ring("103")
        await at.until_true("103")
        ringing_since = at.entry("103").since
        assert clock.now() - before == pytest.approx(clock.running() - running, abs=0.1)
        assert at.entry("102").since == since
        assert ringing_since is not None
        assert clock.now() - ringing_since < 60


@pytest.mark.parametrize(
    ("transport", "links", "reason"),
    [
        ("pubnub", (Link.DOUBTFUL,), NO_ANSWER),
        ("websocket", (Link.WAITING,), CUT),
        ("polling", (Link.DOUBTFUL,), "No answer from"),
    ],
)
async def test_a_link_that_is_down_dims_every_tile_and_keeps_what_was_known(
    transport: str, links: tuple[Link, ...], reason: str
) -> None:
    async with scene(transport) as at:
        await at.ring("101")
        await at.until_true("101")
        await at.fault("refuse", match="/")
        await at.fault("down", seconds=0.1)
        await at.until_told(reason, *links)
        await at.ring()
        await at.until(lambda: all(entry.stale for entry in at.wall.feed.board), "stale")
        assert at.entry("101").status is Status.RINGING_IN
        assert at.entry("102").status is Status.AVAILABLE
        await at.wall.ask("DELETE", "faults")
        await at.until_true()


async def test_a_connection_that_is_dead_is_given_up_and_what_could_not_be_deleted_is_deleted_later() -> None:
    async with scene() as at:
        await at.fault("http_500", match="DELETE", count=1)
        await at.fault("refuse", match="/time/0", seconds=8)
        await at.until_told(NO_ANSWER, Link.DOUBTFUL)
        await at.until_told(NO_ANSWER, Link.WAITING)
        await at.ring()
        await at.until_true()
        platform = at.wall.box.platform
        assert len(list(platform.subscriptions.living(platform.now()))) == 1


IDLE = {
    "pubnub": Waits(confirm_after=1.0, reconcile_every=3.0, retry_cap=1.0, directory_every=15.0),
    "websocket": Waits(confirm_after=1.0, reconcile_every=3.0, retry_cap=1.0, directory_every=15.0),
    "polling": Waits(confirm_after=4.0, reconcile_every=3.0, retry_cap=1.0, directory_every=15.0),
}
"""The waits of thirty minutes in thirty seconds; how often is polled no clock makes shorter."""


async def test_in_thirty_idle_minutes_no_tile_ever_dims() -> None:
    """Sixty times as fast: read ten times, proven two hundred times, the subscription renewed or looked at."""

    async def idle(transport: str, waits: Waits) -> None:
        options = short_box(calls_per_minute=0, speed=1, subscription_ttl=15, token_ttl=60, ws_idle=2)
        wall_of = running_wall(options, waits, 6, proof_every=0.15, renew_before=1.5, transport=transport)
        async with wall_of as wall:
            before = len(wall.told)
            await wall.feed.clock.sleep_until(wall.feed.clock.now() + 30)
            assert wall.told[before:] == []
            assert wall.is_right_and_sure()

    async with asyncio.TaskGroup() as group:
        for transport, waits in IDLE.items():
            group.create_task(idle(transport, waits))
