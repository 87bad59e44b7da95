"""Every transport over a box: what happens there is on the board; another takes the place of one that is refused."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from bench.scenes import WAITS, Scene, scene
from bench.single_faults import SUBSCRIBING
from bench.walls import running_wall, short_box
from tests.box import running_box
from tests.e2e.test_feed_over_box import QUICK, agrees, watching
from tui.commands.headless import pick
from tui.config import Config, FeedConfig
from tui.feed.link import Gap, Link
from tui.feed.losses import UNDER_WAY
from tui.presence.status import Status
from tui.ringcentral.push.socket import LEFT_TO_THE_LOGIN, TOKEN
from tui.ringcentral.push.subscription import PATH


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_a_call_in_the_box_is_on_the_board_from_ring_to_end(tmp_path: Path, transport: str) -> None:
    config = Config(feed=QUICK, transport=transport)
    async with running_box(rate_limits=False) as box, watching(box, tmp_path, config=config) as at:
        assert at.feed.link.transport == transport
        await box.call("102", ring=4, talk=4)
        for status in (Status.RINGING_IN, Status.ON_CALL, Status.AVAILABLE):
            await at.until(lambda status=status: at.status("102") is status)  # type: ignore[misc]  # bound by default


@pytest.mark.parametrize("transport", ["websocket", "polling"])
async def test_the_living_subscription_follows_the_choice(tmp_path: Path, transport: str) -> None:
    config = Config(feed=QUICK, transport=transport)
    async with running_box(rate_limits=False) as box, watching(box, tmp_path, "101,102", config) as at:
        at.feed.choose(pick(at.account.directory.extensions, "102,105", ()))
        await box.call("105", ring=8, talk=0)
        await at.until(lambda: at.status("105") is Status.RINGING_IN)


async def test_where_pubnub_is_refused_websocket_takes_its_place_and_it_is_remembered(tmp_path: Path) -> None:
    async with running_box(pubnub=False) as box:
        async with watching(box, tmp_path) as at:
            assert at.feed.link.transport == "websocket"
            await box.call("101", ring=1, talk=0)
            await at.until(lambda: at.status("101") is Status.RINGING_IN)
        asked = await at.requests("POST", "/restapi/v1.0/subscription")
        async with watching(box, tmp_path) as again:
            assert again.feed.link.transport == "websocket"
            assert await again.requests("POST", "/restapi/v1.0/subscription") == asked + 1, "over the socket only"


async def test_a_frame_that_is_too_large_is_a_gap_and_ends_no_connection(tmp_path: Path) -> None:
    config = Config(feed=QUICK, transport="websocket")
    async with running_box() as box, watching(box, tmp_path, config=config) as at:
        await box.post("/simulator/faults", {"fault": "huge", "count": 1})
        await box.call("103", ring=20, talk=0)
        await at.until(lambda: any(isinstance(event, Gap) for event in at.told))
        await at.until(lambda: at.status("103") is Status.RINGING_IN)
        assert await at.requests("POST", "/restapi/oauth/wstoken") == 1


async def test_a_websocket_that_is_cut_is_taken_up_again_and_nothing_is_lost(tmp_path: Path) -> None:
    config = Config(feed=QUICK, transport="websocket")
    async with running_box() as box, watching(box, tmp_path, config=config) as at:
        await box.post("/simulator/faults", {"fault": "ws_cut", "count": 1})
        await at.until(lambda: at.feed.link.link is Link.WAITING)
        await box.call("103", ring=20, talk=0)
        await at.until(lambda: at.feed.link.link is Link.LIVE)
        await at.until(lambda: at.status("103") is Status.RINGING_IN)
        assert await agrees(at)
        assert await at.requests("POST", "/restapi/oauth/wstoken") == 2
        assert await at.requests("POST", "/restapi/v1.0/subscription") == 1, "the same one"


async def test_a_429_in_a_websocket_is_obeyed_as_one_over_http() -> None:
    async with scene("websocket") as at:
        await at.fault("http_429", match=SUBSCRIBING, count=1, retry_after=3)
        await at.fault("forget_subscription")
        await at.until_told("asks to wait 3 s", Link.WAITING)
        await at.ring()
        await at.until_true()
        asked = await at.wall.ask("GET", "requests")
        tried = [datetime.fromisoformat(one["at"]) for one in asked if one["path"] == PATH and one["method"] == "POST"]
        assert len(tried) == 3
        assert (tried[2] - tried[1]).total_seconds() >= 3


async def test_a_silent_wall_is_not_cut_as_idle() -> None:
    async with scene("websocket", ws_idle=1.5) as at:
        await at.pass_time(5)
        assert at.links == []
        assert await at.requests("POST", "/restapi/oauth/wstoken") == 1


async def test_a_connection_that_is_a_day_old_is_cut_and_taken_up_again_with_its_subscription() -> None:
    async with scene("websocket", ws_absolute=3) as at:
        await at.until_told("Absolute timeout expired (WSG-903)", Link.WAITING)
        await at.ring()
        await at.until_true()
        assert at.events
        assert await at.requests("POST", PATH) == 1


async def test_connections_that_are_cut_again_and_again_meet_no_429_and_leave_the_login_its_share() -> None:
    """Tokens for connections and for the login share five calls of a window, which is eight seconds here."""
    window = 8

    def is_kept_waiting() -> bool:
        return "asks to wait" in at.wall.feed.link.reason

    async with scene("websocket", rate_window=window) as at:
        while not is_kept_waiting():
            await at.fault("ws_cut")
            await at.until(lambda: at.wall.feed.link.link is not Link.LIVE, "cut")
            await at.until(lambda: at.wall.feed.link.link is Link.LIVE or is_kept_waiting(), "back")
        await at.fault("revoke_token")
        await at.until(lambda: at.wall.feed.link.link is Link.LIVE, "back")
        asked = [one for one in await at.wall.ask("GET", "requests") if one["group"] == "auth"]
        assert {one["status"] for one in asked} == {200, 401}
        tokens = [datetime.fromisoformat(one["at"]).timestamp() for one in asked if one["path"] == TOKEN]
        assert max(sum(then <= at < then + window for at in tokens) for then in tokens) == 5 - LEFT_TO_THE_LOGIN


async def test_what_a_read_finds_before_the_next_round_of_polling_was_not_lost() -> None:
    options = short_box(calls_per_minute=600, speed=20, rate_window=60)
    async with running_wall(options, WAITS, chosen=24, transport="polling") as wall:
        at = Scene(wall, "polling")
        await at.pass_time(UNDER_WAY + 3 * WAITS.reconcile_every)
        assert wall.feed.board.counts.ghosts, "reconciling found something first"
        assert at.links == []
        assert not any(isinstance(event, Gap) for event in at.told)


LOOKS_LATE = replace(WAITS, confirm_after=60.0)


async def the_gap(at: Scene) -> Gap:
    """The one that is told."""
    await at.until(lambda: any(isinstance(event, Gap) for event in at.told), "told as a gap")
    [gap] = [event for event in at.told if isinstance(event, Gap)]
    return gap


async def a_pong_later(at: Scene) -> float:
    """Wait for a proof that the socket works; when that wait began."""
    began = at.wall.feed.clock.now()
    await at.until(lambda: (at.wall.feed.link.proof_at or 0.0) > began, "a pong")
    return began


@pytest.mark.parametrize(("recoverable", "asks"), [(60, True), (1, False)])
async def test_a_connection_is_taken_up_again_only_within_the_time_that_the_platform_tells(
    recoverable: float, asks: bool
) -> None:
    async with scene("websocket", LOOKS_LATE, ws_recovery=recoverable) as at:
        before_a_pong = await a_pong_later(at)
        await at.fault("http_503", match=TOKEN, seconds=2.5)
        await at.fault("ws_cut")
        await at.until_told("HTTP 503", Link.WAITING)
        await at.ring()
        await at.until_true()
        *_, last = [one["path"] for one in await at.wall.ask("GET", "requests") if one["path"].startswith("/ws?")]
        assert ("&wsc=" in last) is asks
        assert await at.requests("POST", PATH) == (1 if asks else 2)
        # Whether a subscription that is not taken up again lived until the cut, nobody knows.
        assert ((await the_gap(at)).start > before_a_pong) is asks


async def test_a_gap_begins_when_the_subscription_was_last_seen_alive_though_the_socket_was_later() -> None:
    async with scene("websocket", LOOKS_LATE) as at:
        await at.fault("forget_subscription")
        forgotten_at = await a_pong_later(at)
        await at.fault("ws_cut")
        assert (await the_gap(at)).start < forgotten_at


async def test_how_soon_a_subscription_that_has_ended_is_noticed_follows_from_the_configuration(tmp_path: Path) -> None:
    config = Config(feed=FeedConfig(proof_every=0.5, confirm_after=2, reconcile_every=600), transport="websocket")
    async with running_box() as box, watching(box, tmp_path, config=config) as at:
        await box.post("/simulator/faults", {"fault": "forget_subscription"})
        await at.until(lambda: at.feed.link.link is Link.WAITING)
        assert at.feed.link.reason == "the subscription has ended"
