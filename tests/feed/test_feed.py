"""The Feed over a scripted transport and reader: what people are told, and when the board is taken for true."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest

from tui.clock import Clock
from tui.errors import LoginLost, LoginRefused, PermissionMissing, RingwallError, TryAgain, Unreachable
from tui.feed.feed import Feed
from tui.feed.link import FeedEvent, Gap, Link, LinkState
from tui.feed.ports import Directory, Waits
from tui.feed.reading import Reading
from tui.presence.board import Change
from tui.presence.extension import Extension
from tui.presence.notification import MessageNews, PresenceNews
from tui.presence.presence import Call, Presence
from tui.presence.status import Reason, Status
from tui.ringcentral import snapshot
from tui.ringcentral.push import transport as push
from tui.ringcentral.push.scripted import ScriptedTransport

ANA, BEN = Extension("401", "101", "Ana Martins"), Extension("402", "102", "Ben Okafor")
FREE = Presence("NoCall", "Available", calls=(), total_calls=0)
RINGING = Presence("Ringing", "Busy", calls=(Call("Ringing", "Inbound", session_id="1"),), total_calls=1)


@dataclass
class ScriptedReader:
    """Answers every read with the truth as it is set; refuses as often as it is told to.

    Attributes:
        gate: What answers wait for; only those that tell of `held`, where that is set.
    """

    truth: dict[str, Presence]
    clock: Clock
    refusals: list[RingwallError] = field(default_factory=list)
    steps: list[snapshot.Step] = field(default_factory=list)
    gate: asyncio.Event | None = None
    held: str = ""
    is_asked: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, step: snapshot.Step, *, background: bool = False) -> snapshot.Reading:
        self.steps.append(step)
        if self.refusals:
            raise self.refusals.pop(0)
        now = self.clock.now()
        found = {one: self.truth[one] for one in step.ids if one in self.truth}
        self.is_asked.set()
        if self.gate is not None and self.held in (*step.ids, ""):
            await self.gate.wait()
        return snapshot.Reading(found, {one: "gone" for one in step.ids if one not in found}, now, self.clock.now())


CLOCK = Clock()
QUICK = Waits(retry_cap=0.02)


@dataclass
class ScriptedLogin:
    """Refuses as often as it is told to."""

    refusals: list[RingwallError] = field(default_factory=list)
    insisted: list[bool] = field(default_factory=list)
    has_changed: asyncio.Event = field(default_factory=asyncio.Event)
    fault: Exception | None = None
    trouble: str = ""

    async def log_in(self, *, insist: bool = False) -> None:
        self.insisted.append(insist)
        if self.refusals:
            raise self.refusals.pop(0)

    async def changed(self) -> None:
        await self.has_changed.wait()
        if self.fault is not None:
            raise self.fault


@dataclass
class Scene:
    """A running feed and what it has told."""

    feed: Feed
    transport: ScriptedTransport
    reader: ScriptedReader
    told: list[FeedEvent]
    changed: asyncio.Event
    login: ScriptedLogin

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until something told makes the condition true."""
        async with asyncio.timeout(10):
            while not condition():
                self.changed.clear()
                await self.changed.wait()

    async def until_link(self, link: Link) -> None:
        await self.until(lambda: self.feed.link.link is link)

    def status(self, extension: Extension) -> Status:
        entry = self.feed.board.get(extension.id)
        assert entry is not None
        return entry.status

    def links(self) -> list[str]:
        return [event.link.value for event in self.told if isinstance(event, LinkState)]


@asynccontextmanager
async def scene(
    waits: Waits = QUICK, *, clock: Clock | None = None, directory: Directory | None = None
) -> AsyncIterator[Scene]:
    clock = clock or CLOCK
    transport = ScriptedTransport()
    reader = ScriptedReader({ANA.id: FREE, BEN.id: FREE}, clock)
    login = ScriptedLogin()
    feed = Feed(
        login,
        transport,
        lambda board: Reading(board, reader, lambda: 2, clock, pause=0.01),
        clock,
        random.Random(7),
        waits,
        directory,
    )
    told: list[FeedEvent] = []
    changed = asyncio.Event()

    def listen(event: FeedEvent) -> None:
        told.append(event)
        changed.set()

    feed.subscribe(listen)
    feed.choose([ANA, BEN])
    running = asyncio.create_task(feed.run())
    try:
        yield Scene(feed, transport, reader, told, changed, login)
    finally:
        await feed.close()
        await running


def delivered(news: Presence, extension: Extension = ANA, sequence: int = 1) -> push.Delivered:
    now = CLOCK.now()
    return push.Delivered(PresenceNews(extension.id, news, sequence, now, f"{extension.id}-{sequence}"), now)


async def test_it_subscribes_first_and_then_reads_and_then_is_live() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        assert at.transport.asked == [(ANA.id, BEN.id)]
        assert at.links() == ["subscribing", "syncing", "live"]
        assert at.status(ANA) is Status.AVAILABLE


async def test_an_event_that_comes_while_the_first_read_is_under_way_wins_over_its_answer() -> None:
    async with scene() as at:
        at.reader.gate = asyncio.Event()
        await at.reader.is_asked.wait()
        at.transport.say(delivered(RINGING))
        await at.until(lambda: at.status(ANA) is Status.RINGING_IN)
        at.reader.gate.set()
        await at.until_link(Link.LIVE)
        assert at.status(ANA) is Status.RINGING_IN
        assert at.status(BEN) is Status.AVAILABLE


async def test_who_was_read_is_confirmed_by_the_link_while_others_are_still_to_be_read() -> None:
    many = [Extension(str(number), str(number)) for number in range(500, 500 + 2 * snapshot.BULK)]
    async with scene() as at:
        at.transport.gate = asyncio.Event()
        await at.transport.is_opening.wait()
        at.feed.choose(many)
        at.reader.truth |= {one.id: FREE for one in many}
        at.reader.gate, at.reader.held = asyncio.Event(), many[-1].id
        at.transport.gate.set()
        await at.until(lambda: at.status(many[0]) is Status.AVAILABLE)
        later = CLOCK.now() + 1000
        at.transport.say(push.ProofOfLife(later), delivered(RINGING, many[0]))
        await at.until(lambda: at.status(many[0]) is Status.RINGING_IN)
        assert at.feed.link.link is Link.SYNCING
        assert [at.feed.board.is_confirmed(entry, later) for entry in at.feed.board] == [True] * 30 + [False] * 30
        at.reader.gate.set()
        await at.until_link(Link.LIVE)


async def test_a_gap_is_doubted_until_the_link_works_again_and_all_is_read() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        at.transport.say(push.Gap(CLOCK.now(), "no answer from PubNub"))
        await at.until_link(Link.DOUBTFUL)
        assert at.feed.link.reason == "no answer from PubNub"
        reads = len(at.reader.steps)
        at.reader.truth[ANA.id] = RINGING
        at.transport.say(push.ProofOfLife(CLOCK.now()))
        await at.until_link(Link.LIVE)
        assert len(at.reader.steps) == reads + 1
        assert at.status(ANA) is Status.RINGING_IN
        await at.until(lambda: any(isinstance(event, Gap) for event in at.told))
        gap = next(event for event in at.told if isinstance(event, Gap))
        assert (gap.reason, gap.healed_by) == ("no answer from PubNub", "snapshot")


async def test_a_link_that_closes_is_opened_again_and_everything_read_anew() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        at.reader.truth[BEN.id] = RINGING
        at.transport.say(push.Closed("the subscription has ended"))
        await at.until(lambda: at.links().count("live") == 2)
        assert len(at.transport.asked) == 2
        assert at.status(BEN) is Status.RINGING_IN
        waiting = next(e for e in at.told if isinstance(e, LinkState) and e.link is Link.WAITING)
        assert waiting.reason == "the subscription has ended"
        assert waiting.retry_at is not None
        assert waiting.lost_since is not None


async def test_a_refused_login_waits_long_and_says_why() -> None:
    async with scene() as at:
        at.login.refusals.append(LoginRefused("JWT revoked or expired, OAU-213", after=60.0))
        await at.until_link(Link.REFUSED)
        assert at.feed.link.reason == "JWT revoked or expired, OAU-213"
        assert at.feed.link.retry_at is not None
        assert at.feed.link.retry_at - CLOCK.now() > 50
        at.feed.reread()
        await at.until_link(Link.LIVE)
        assert at.login.insisted == [False, True]


async def test_a_refused_login_is_tried_again_when_there_is_another_one() -> None:
    async with scene() as at:
        at.login.refusals.append(LoginRefused("JWT revoked or expired, OAU-213", after=60.0))
        await at.until_link(Link.REFUSED)
        at.login.has_changed.set()
        await at.until_link(Link.LIVE)


async def test_a_login_that_is_lost_time_and_again_is_told_before_a_read_finds_it() -> None:
    async with scene(Waits(confirm_after=1.0, reconcile_every=3600, retry_cap=0.02)) as at:
        await at.until_link(Link.LIVE)
        lost = LoginLost("this login is used by too many walls", after=0.5)
        at.login.trouble, at.reader.refusals = str(lost), [lost]
        await at.until(lambda: at.feed.link.reason == "this login is used by too many walls")
        assert at.feed.link.link is Link.DOUBTFUL
        at.login.trouble = ""
        at.transport.say(push.ProofOfLife(CLOCK.now()))
        await at.until_link(Link.LIVE)
        assert not at.reader.refusals, "it was tried, and again once its time had come"


async def test_a_fault_while_another_login_is_looked_for_ends_the_feed() -> None:
    async def refused_for_good() -> None:
        async with scene() as at:
            at.login.refusals.append(LoginRefused("JWT revoked or expired, OAU-213", after=60.0))
            at.login.fault = ZeroDivisionError("broken")
            at.login.has_changed.set()
            await at.until_link(Link.CLOSED)

    with pytest.raises(ExceptionGroup) as told:
        await refused_for_good()
    assert told.group_contains(ZeroDivisionError)


async def test_a_permission_that_is_missing_is_named_and_tried_again_before_long() -> None:
    async with scene() as at:
        at.transport.refusals.append(PermissionMissing("The app lacks a permission: ReadPresence", code="CMN-401"))
        await at.until_link(Link.WAITING)
        assert at.feed.link.reason == "The app lacks a permission: ReadPresence"
        await at.until_link(Link.LIVE)


async def test_a_subscription_that_tells_of_none_for_want_of_a_permission_is_no_link() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        at.transport.say(push.Refused({ANA.id: "required (CMN-401)"}))
        await at.until(lambda: at.status(ANA) is Status.UNKNOWN)
        assert at.feed.link.link is Link.LIVE
        words = "Application permission [ReadPresence] is required (CMN-401)"
        at.transport.say(push.Refused({one.id: words for one in (ANA, BEN)}))
        await at.until_link(Link.WAITING)
        assert at.feed.link.reason == "The app lacks a permission: ReadPresence"
        await at.until_link(Link.LIVE)


async def test_a_platform_that_asks_to_wait_is_not_asked_before() -> None:
    async with scene() as at:
        at.transport.refusals.append(TryAgain("too many calls", after=30.0))
        await at.until_link(Link.WAITING)
        assert at.feed.link.retry_at is not None
        assert at.feed.link.retry_at - CLOCK.now() > 29


async def test_a_read_that_fails_leaves_the_board_in_doubt_and_is_repeated() -> None:
    async with scene() as at:
        at.reader.refusals += [Unreachable("No answer"), Unreachable("No answer")]
        await at.until_link(Link.DOUBTFUL)
        assert at.feed.link.reason == "No answer"
        await at.until_link(Link.LIVE)
        assert at.status(ANA) is Status.AVAILABLE


async def test_a_list_of_calls_that_is_too_short_leads_to_one_read_of_that_extension() -> None:
    short = Presence("CallConnected", calls=(), total_calls=2)
    async with scene() as at:
        await at.until_link(Link.LIVE)
        reads = len(at.reader.steps)
        at.reader.truth[ANA.id] = RINGING
        at.transport.say(delivered(short))
        await at.until(lambda: at.status(ANA) is Status.RINGING_IN)
        assert at.reader.steps[reads:] == [snapshot.Step(ids=(ANA.id,))]
        assert at.feed.link.link is Link.LIVE


async def test_what_the_platform_refuses_is_unknown_and_not_asked_for_again() -> None:
    async with scene() as at:
        at.transport.say(push.Refused({BEN.id: "not allowed"}))
        await at.until_link(Link.LIVE)
        await at.until(lambda: at.status(BEN) is Status.UNKNOWN)
        entry = at.feed.board.get(BEN.id)
        assert entry is not None
        assert (entry.reason, entry.refused) == (Reason.NOT_WATCHED, "not allowed")


async def test_the_living_subscription_follows_another_choice() -> None:
    eva = Extension("405", "105", "Eva Novak")
    async with scene() as at:
        await at.until_link(Link.LIVE)
        at.reader.truth[eva.id] = RINGING
        at.feed.choose([ANA, eva])
        await at.until(lambda: at.status(eva) is Status.RINGING_IN)
        assert at.transport.asked == [(ANA.id, BEN.id), (ANA.id, eva.id)]
        assert BEN.id not in at.feed.board
        assert any(isinstance(e, Change) and e.new is None and e.id == BEN.id for e in at.told)


async def test_who_was_read_before_the_platform_told_of_them_is_read_once_more() -> None:
    eva = Extension("403", "103", "Eva Novak")
    async with scene() as at:
        at.reader.truth[eva.id] = FREE
        await at.until_link(Link.LIVE)
        at.transport.gate = asyncio.Event()
        at.feed.choose([ANA, BEN, eva])
        at.feed.reread()
        await at.until(lambda: at.status(eva) is Status.AVAILABLE)
        at.reader.truth[eva.id] = RINGING
        at.transport.gate.set()
        await at.until(lambda: at.status(eva) is Status.RINGING_IN)


async def test_a_choice_that_the_platform_does_not_accept_opens_the_link_anew() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        at.transport.refusals.append(Unreachable("No answer"))
        at.feed.choose([BEN])
        await at.until(lambda: at.links().count("live") == 2)
        assert at.transport.asked[-1] == (BEN.id,)


async def test_leaving_closes_the_stream_and_is_told() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        assert at.transport.closings == 0
        await at.feed.close()
        assert at.transport.closings == 1
        assert at.links()[-1] == "closed"


async def test_a_choice_made_while_the_link_is_being_opened_is_not_lost() -> None:
    async with scene() as at:
        at.transport.gate = asyncio.Event()
        await at.transport.is_opening.wait()
        at.feed.choose([BEN])
        at.transport.gate.set()
        await at.until_link(Link.LIVE)
        await at.until(lambda: len(at.transport.asked) == 2)
        assert at.transport.asked == [(ANA.id, BEN.id), (BEN.id,)]


async def test_one_extension_in_doubt_again_and_again_keeps_no_other_waiting() -> None:
    short = Presence("CallConnected", calls=(), total_calls=2)
    async with scene() as at:
        await at.until_link(Link.LIVE)
        first_read = at.reader.gate = asyncio.Event()
        at.transport.say(push.Gap(CLOCK.now(), "no answer from PubNub"), push.ProofOfLife(CLOCK.now()))
        at.reader.is_asked.clear()
        await at.until_link(Link.DOUBTFUL)
        await at.reader.is_asked.wait()
        at.transport.say(delivered(short))
        await at.until(lambda: at.feed.board.counts.applied == 1)
        at.reader.gate = asyncio.Event()
        first_read.set()
        await at.until_link(Link.LIVE)
        assert at.feed.board.doubtful == [ANA.id]


async def test_a_read_that_only_checks_and_fails_puts_all_in_doubt_and_says_why() -> None:
    async with scene(Waits(confirm_after=3600, reconcile_every=0.5, retry_cap=0.02)) as at:
        await at.until_link(Link.LIVE)
        at.reader.refusals.append(Unreachable("No answer"))
        await at.until_link(Link.DOUBTFUL)
        assert at.feed.link.reason == "No answer"
        await at.until_link(Link.LIVE)


async def test_a_login_that_is_refused_in_a_read_is_a_matter_of_the_link() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)
        refusal = LoginRefused("JWT revoked or expired, OAU-213", after=60.0)
        at.reader.refusals.append(refusal)
        at.login.refusals.append(refusal)
        at.feed.reread()
        await at.until_link(Link.REFUSED)


async def test_a_machine_that_slept_opens_the_link_anew_and_reads_all() -> None:
    slept = [0.0]
    clock = Clock(running=lambda: time.monotonic() + slept[0])
    async with scene(clock=clock) as at:
        await at.until_link(Link.LIVE)
        at.reader.truth[ANA.id] = RINGING
        slept[0] = 3600.0
        await at.until(lambda: at.links().count("live") == 2)
        assert at.status(ANA) is Status.RINGING_IN
        waiting = next(event for event in at.told if isinstance(event, LinkState) and event.link is Link.WAITING)
        assert waiting.reason == "the machine slept"
        assert any(entry is not None and entry.stale for entry in (e.new for e in at.told if isinstance(e, Change)))


async def test_names_and_types_follow_the_directory() -> None:
    renamed = replace(ANA, name="Ana Silva")

    async def directory() -> dict[str, Extension]:
        return {ANA.id: renamed}

    async with scene(replace(QUICK, directory_every=0.1), directory=directory) as at:
        await at.until(lambda: at.feed.board.get(ANA.id) is not None and renamed in extensions(at))
        assert extensions(at) == [renamed, BEN]


async def test_who_comes_to_the_account_is_watched_where_that_is_wanted() -> None:
    eva, tom = Extension("405", "105", "Eva Novak"), Extension("406", "106", "Tom Berg")

    async def directory() -> dict[str, Extension]:
        return {one.id: one for one in (ANA, BEN, eva, tom)}

    async with scene(replace(QUICK, directory_every=0.1), directory=directory) as at:
        at.reader.truth[eva.id] = RINGING
        at.feed.choose([ANA], later=lambda one: one in (ANA, eva))
        await at.until(lambda: eva in extensions(at) and at.status(eva) is Status.RINGING_IN)
        assert extensions(at) == [ANA, eva]
        assert at.transport.asked[-1] == (ANA.id, eva.id)


def extensions(at: Scene) -> list[Extension]:
    return [entry.extension for entry in at.feed.board]


async def test_new_messages_are_passed_on() -> None:
    news = MessageNews("301", voicemail=2)
    async with scene() as at:
        await at.until_link(Link.LIVE)
        at.transport.say(push.Delivered(news, CLOCK.now()))
        await at.until(lambda: news in at.told)


async def test_a_listener_that_fails_is_dropped_and_the_feed_goes_on() -> None:
    async with scene() as at:
        await at.until_link(Link.LIVE)

        def broken(event: FeedEvent) -> None:
            raise RuntimeError("broken")

        at.feed.subscribe(broken)
        at.transport.say(delivered(RINGING), delivered(FREE, sequence=2), delivered(RINGING, BEN))
        await at.until(lambda: at.status(BEN) is Status.RINGING_IN)
        assert at.status(ANA) is Status.AVAILABLE


@pytest.mark.parametrize("waits", [Waits(confirm_after=0.5, reconcile_every=3600, retry_cap=0.02)])
async def test_a_link_that_proves_nothing_makes_the_tiles_stale(waits: Waits) -> None:
    async with scene(waits) as at:
        await at.until_link(Link.LIVE)
        await at.until(lambda: all(entry.stale for entry in at.feed.board))
        assert at.feed.link.link is Link.DOUBTFUL
        assert at.status(ANA) is Status.AVAILABLE


async def test_what_was_lost_in_silence_is_repaired_by_the_next_reconciliation() -> None:
    async with scene(Waits(confirm_after=3600, reconcile_every=0.5, retry_cap=0.02)) as at:
        await at.until_link(Link.LIVE)
        at.reader.truth[ANA.id] = RINGING
        await at.until(lambda: at.status(ANA) is Status.RINGING_IN)
        change = next(e for e in at.told if isinstance(e, Change) and e.new and e.new.status is Status.RINGING_IN)
        assert change.by == "reconcile"
