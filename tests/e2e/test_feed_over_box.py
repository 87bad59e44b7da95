"""The whole way below the screens, against a box: what happens there is on the board, and nothing is left behind."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.box import RunningBox, running_box
from tests.ringcentral.parts import credentials_of
from tui.commands.account import Account
from tui.commands.headless import pick
from tui.config import Config, FeedConfig
from tui.credentials import StepState
from tui.feed.feed import Feed
from tui.feed.link import FeedEvent, Gap, Link
from tui.paths import find_paths
from tui.presence.notification import MessageNews
from tui.presence.status import Reason, Status

QUICK = FeedConfig(proof_every=0.5, reconcile_every=600, confirm_after=60)


@dataclass
class Scene:
    """A feed over a box, and what it has told."""

    box: RunningBox
    account: Account
    feed: Feed
    told: list[FeedEvent]
    changed: asyncio.Event

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(15):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    def status(self, number: str) -> Status:
        return next(entry.status for entry in self.feed.board if entry.extension.number == number)

    async def requests(self, method: str, path: str) -> int:
        found = await self.box.requests()
        return sum(1 for one in found if one["method"] == method and one["path"].startswith(path))


def account_of(box: RunningBox, folder: Path, config: Config) -> Account:
    config = msgspec.structs.replace(config, server=box.server, pubnub_origin=box.pubnub_origin)
    return Account(config, find_paths({}, str(folder / "config.toml"), folder), lambda: credentials_of(box.credentials))


@asynccontextmanager
async def watching(
    box: RunningBox, folder: Path, extensions: str = "101,102,103,104", config: Config | None = None
) -> AsyncIterator[Scene]:
    async with following(box, account_of(box, folder, config or Config(feed=QUICK)), extensions) as scene:
        yield scene


@asynccontextmanager
async def following(box: RunningBox, account: Account, extensions: str = "101,102,103,104") -> AsyncIterator[Scene]:
    """An account's feed, live."""
    steps = [step async for step in account.log_in()]
    assert steps[-1].state is StepState.OK
    feed = account.watch(pick(account.directory.extensions, extensions, ()))
    told: list[FeedEvent] = []
    changed = asyncio.Event()

    def listen(event: FeedEvent) -> None:
        told.append(event)
        changed.set()

    feed.subscribe(listen)
    running = asyncio.create_task(feed.run())
    scene = Scene(box, account, feed, told, changed)
    try:
        await scene.until(lambda: feed.link.link is Link.LIVE)
        yield scene
    finally:
        await feed.close()
        await running
        await account.close()


async def test_a_call_in_the_box_is_on_the_board_from_ring_to_end(tmp_path: Path) -> None:
    async with running_box() as box, watching(box, tmp_path) as at:
        await box.call("102", ring=0.3, talk=0.8, hold=[[0.2, 0.3]])
        for status in (Status.RINGING_IN, Status.ON_CALL, Status.HOLD, Status.ON_CALL, Status.AVAILABLE):
            await at.until(lambda status=status: at.status("102") is status)  # type: ignore[misc]  # bound by default


async def test_what_happens_to_others_is_not_asked_for(tmp_path: Path) -> None:
    async with running_box() as box, watching(box, tmp_path, "101,102") as at:
        await box.call("110", ring=0.1, talk=0.1)
        await box.call("101", ring=0.1, talk=0)
        await at.until(lambda: at.status("101") is Status.RINGING_IN)
        assert at.feed.board.counts.strangers == 0


async def test_a_wall_of_few_is_up_after_six_calls(tmp_path: Path) -> None:
    async with running_box() as box, watching(box, tmp_path):
        asked = [one for one in await box.requests() if one["path"].startswith("/restapi")]
        assert len(asked) == 6


async def test_the_board_equals_the_truth_after_heavy_traffic(tmp_path: Path) -> None:
    async with running_box(calls_per_minute=1200, speed=20) as box, watching(box, tmp_path, "all") as at:
        await at.until(lambda: at.feed.board.counts.applied > 300)
        await box.post("/simulator/traffic", {"calls_per_minute": 0})
        async with asyncio.timeout(20):
            while not await agrees(at):
                at.changed.clear()
                await asyncio.wait((asyncio.ensure_future(at.changed.wait()),), timeout=0.2)
        assert at.feed.board.counts.late == 0


async def agrees(at: Scene) -> bool:
    """Whether every chosen extension's calls and statuses are those that the box knows to be true."""
    truth = await at.box.truth()
    for entry in at.feed.board:
        true, known = truth[entry.id], entry.presence
        if known is None or known.allow_see is False:
            continue
        calls = sorted(call["telephonyStatus"] for call in true.get("activeCalls", ()))
        if known.telephony_status != true.get("telephonyStatus") or known.presence_status != true["presenceStatus"]:
            return False
        if sorted(call.telephony_status for call in known.calls or ()) != calls:
            return False
    return True


async def test_the_living_subscription_follows_the_choice(tmp_path: Path) -> None:
    async with running_box() as box, watching(box, tmp_path, "101,102") as at:
        at.feed.choose(pick(at.account.directory.extensions, "102,105", ()))
        await at.until(lambda: at.status("105") is not Status.UNKNOWN)
        await box.call("105", ring=0.2, talk=0)
        await at.until(lambda: at.status("105") is Status.RINGING_IN)
        assert await at.requests("POST", "/restapi/v1.0/subscription") == 1
        assert await at.requests("PUT", "/restapi/v1.0/subscription") == 1


async def test_the_subscription_is_renewed_before_it_ends(tmp_path: Path) -> None:
    async with running_box(subscription_ttl=6) as box, watching(box, tmp_path) as at:
        ends = at.feed.clock.now() + 8
        await at.feed.clock.sleep_until(ends)
        await box.call("101", ring=0.2, talk=0)
        await at.until(lambda: at.status("101") is Status.RINGING_IN)
        assert at.feed.link.link is Link.LIVE
        assert not any(isinstance(event, Gap) for event in at.told)
        assert await at.requests("POST", "/restapi/v1.0/subscription/") >= 1


async def test_leaving_deletes_the_subscription(tmp_path: Path) -> None:
    async with running_box() as box:
        async with watching(box, tmp_path) as at:
            assert await at.requests("DELETE", "/restapi/v1.0/subscription") == 0
        assert await at.requests("DELETE", "/restapi/v1.0/subscription") == 1
        assert not list(tmp_path.glob("subscriptions-*"))


async def test_what_a_dead_run_left_behind_is_removed_and_others_never(tmp_path: Path) -> None:
    async with running_box() as box:
        account = account_of(box, tmp_path, Config(feed=QUICK))
        await account.session.log_in()
        left = await account.subscriptions.create(["401"])
        others = await account.subscriptions.create(["402"])
        account.owned.add(left.id)
        ours = next(tmp_path.glob("subscriptions-*"))
        *key, _, _ = ours.stem.split("-")
        ours.rename(ours.with_name(f"{'-'.join(key)}-999999999-1.json"))
        await account.close()
        async with watching(box, tmp_path):
            deleted = [one["path"] for one in await box.requests() if one["method"] == "DELETE"]
            assert deleted == [f"/restapi/v1.0/subscription/{left.id}"]
            assert others.id not in deleted[0]


async def test_who_hides_is_unknown_and_says_so(tmp_path: Path) -> None:
    async with running_box() as box:
        await box.presence("103", allowSeeMyPresence=False)
        async with watching(box, tmp_path) as at:
            entry = next(entry for entry in at.feed.board if entry.extension.number == "103")
            assert entry.status is Status.UNKNOWN
            assert entry.reason in {Reason.HIDDEN, Reason.NOT_WATCHED}


async def test_voicemail_for_the_administrator_is_told_where_it_was_asked_for(tmp_path: Path) -> None:
    config = Config(feed=QUICK, message_store=True)
    async with running_box(speed=10) as box, watching(box, tmp_path, "101", config) as at:
        await box.call("301", ring=0.2, end="voicemail")
        await at.until(lambda: any(isinstance(event, MessageNews) and event.voicemail for event in at.told))


async def test_names_from_everywhere_and_with_anything_in_them_arrive_as_text(tmp_path: Path) -> None:
    async with running_box() as box, watching(box, tmp_path) as at:
        evil = "\x1b]52;c;AAAA\x07\x1b[2J[red]Weber\u202e\n\u200b"
        await box.call("101", ring=5, from_name=evil)
        await at.until(lambda: at.status("101") is Status.RINGING_IN)
        entry = next(entry for entry in at.feed.board if entry.extension.number == "101")
        assert entry.presence is not None
        assert entry.presence.calls is not None
        assert entry.presence.calls[0].from_name == "]52;c;AAAA[2J[red]Weber"
