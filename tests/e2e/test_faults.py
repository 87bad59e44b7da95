"""Every fault of the box alone, over real sockets: what the wall shows meanwhile, and that it becomes true by itself.

The clocks of both are short. Each scene begins live and quiet; one fault strikes, a call rings at 102, and at the end
the link is live, nothing is stale and the board equals the truth. The scenes of a table are played side by side.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from bench.walls import Wall, running_wall, short_box
from tests.e2e.played import each, played
from tui.feed.link import FeedEvent, Gap, Link, LinkState
from tui.feed.ports import Waits
from tui.presence.board import Change
from tui.presence.entry import Entry
from tui.presence.status import Reason, Status
from tui.simulator.faults.answers import CONNECTIONS, INSTEAD, SPOILT
from tui.simulator.faults.changes import CHANGES, REFUSALS
from tui.simulator.faults.deliveries import DELIVERIES
from tui.simulator.faults.receiving import RECORDS
from tui.simulator.faults.table import FAULTS

WAITS = Waits(confirm_after=4.0, reconcile_every=2.5, retry_cap=0.5, directory_every=600.0)
NO_ANSWER = "no answer from PubNub"
ENDED = "the subscription has ended"
NO_PERMISSION = "lacks a permission"
STRANGE = "answered, but not as RingCentral does"


@dataclass
class Scene:
    """A wall, and what it has told since the scene began."""

    wall: Wall
    told_before: int

    @property
    def told(self) -> list[FeedEvent]:
        return self.wall.told[self.told_before :]

    @property
    def links(self) -> list[LinkState]:
        return [event for event in self.told if isinstance(event, LinkState)]

    def entry(self, number: str) -> Entry:
        return next(entry for entry in self.wall.feed.board if entry.extension.number == number)

    async def until(self, condition: Callable[[], bool], what: str = "") -> None:
        try:
            async with asyncio.timeout(20):
                while not condition():
                    self.wall.changed.clear()
                    if not condition():
                        await asyncio.wait([asyncio.ensure_future(self.wall.changed.wait())], timeout=0.1)
        except TimeoutError:
            raise AssertionError(f"not {what}: {self.wall.feed.link}, {self.wall.wrong()}, {self.links}") from None

    async def until_link(self, link: Link, reason: str) -> None:
        """Wait until this has been told, whatever came of it since."""
        await self.until(
            lambda: any(one.link is link and reason in one.reason for one in self.links), f"{link}, {reason}"
        )

    async def ring(self, number: str = "102", **plan: Any) -> None:
        plan = {"from": "+4930123456", "to": number, "ring": 600} | plan
        await self.wall.ask("POST", "calls", plan)

    async def until_true(self, number: str = "102", status: Status = Status.RINGING_IN) -> None:
        await self.until(
            lambda: self.wall.is_right_and_sure() and self.entry(number).status is status,
            f"true, and {number} {status}",
        )

    async def requests(self, method: str, path: str) -> int:
        asked = await self.wall.ask("GET", "requests")
        return sum(1 for one in asked if one["method"] == method and one["path"] == path)


@asynccontextmanager
async def scene(**options: Any) -> AsyncIterator[Scene]:
    quiet: dict[str, Any] = {"calls_per_minute": 0, "speed": 1, "subscription_ttl": 30, "token_ttl": 60}
    async with running_wall(short_box(**{**quiet, **options}), WAITS, chosen=6) as wall:
        yield Scene(wall, len(wall.told))


def test_every_fault_of_the_box_stands_in_a_table_here() -> None:
    of_a_websocket = {name for name in FAULTS if name.startswith("ws_")}
    assert set(FAULTS) - of_a_websocket - set(RECORDS) == {*WORDS, *LOST, *STRUCK}
    assert set(WORDS) == {*CONNECTIONS, *INSTEAD, *SPOILT}
    assert set(LOST) == set(DELIVERIES)
    assert set(STRUCK) == {*CHANGES, *REFUSALS}


# Answers, and the connections that carry them

WORDS = {
    "refuse": "the connection broke off",
    "hang": "the connection broke off",
    "cut": "the connection broke off",
    "http_401": "",
    "http_403": NO_PERMISSION,
    "http_404": "is not found",
    "http_429": "asks to wait 1 s",
    "http_429_bare": "asks to wait 2 s",
    "http_500": "a fault of its own (HTTP 500)",
    "http_502": "a fault of its own (HTTP 502)",
    "http_503": "a fault of its own (HTTP 503)",
    "html": STRANGE,
    "no_keys": STRANGE,
    "truncated": STRANGE,
}
"""What the wall says of each where it has to say something: a token that is refused once is renewed in silence."""
REPEATED = {"refuse", "cut", "http_500", "http_502", "http_503"}
"""Faults of a read that are tried three times before they are told."""
TRIED_ONCE_MORE = {"hang"}
"""Faults of a read that end before it is tried the second time."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def answers() -> dict[str, str]:
    places = (_in_a_renewal, _in_subscribing, _in_a_read, _in_a_poll, _in_asking_for_the_time, _in_a_login)
    return await played(scene for place in places for scene in each(place, WORDS))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", WORDS)
def test_an_answer_that_goes_wrong_is_told_and_got_over_wherever_it_strikes(
    answers: dict[str, str], fault: str
) -> None:
    assert fault not in answers, answers[fault]


def _wish(fault: str, match: str, count: int = 1, hangs: float = 0.5) -> dict[str, Any]:
    return {"match": match, "count": count} | ({"seconds": hangs} if fault == "hang" else {})


async def _in_a_read(fault: str) -> None:
    """The board is in doubt and says why, until it was read all the same."""
    async with scene() as at:
        await at.wall.fault(fault, **_wish(fault, "/presence", 3 if fault in REPEATED else 1))
        at.wall.feed.reread()
        await at.ring()
        if WORDS[fault] and fault not in TRIED_ONCE_MORE:
            await at.until_link(Link.DOUBTFUL, WORDS[fault])
        await at.until_true()


async def _in_subscribing(fault: str) -> None:
    """The link waits and says why; then it is opened with all filters, for 102 rings by an event."""
    async with scene() as at:
        await at.wall.fault(fault, **_wish(fault, r"POST /restapi/v1.0/subscription$", hangs=4))
        await at.wall.fault("forget_subscription")
        await at.until_link(Link.WAITING, ENDED)
        if WORDS[fault]:
            await at.until_link(Link.WAITING, WORDS[fault])
        await at.until(lambda: at.wall.feed.link.link is Link.LIVE, "live")
        await at.ring()
        await at.until_true()
        assert any(isinstance(event, Change) and event.by == "event" for event in at.told)


async def _in_a_renewal(fault: str) -> None:
    """It is renewed again while time is left, and nobody sees it; what is gone or not allowed is opened anew.

    After a 429, or a long silence, no time may be left: then it is opened anew as well.
    """
    async with scene(subscription_ttl=5) as at:
        await at.wall.fault(fault, **_wish(fault, "/renew", hangs=4))
        ends = at.wall.feed.clock.now() + 5.5
        await at.wall.feed.clock.sleep_until(ends)
        await at.ring()
        await at.until_true()
        shown = {one.link for one in at.links}
        if fault in {"http_404", "http_403"}:
            await at.until_link(Link.WAITING, ENDED if fault == "http_404" else NO_PERMISSION)
        elif fault not in {"http_429", "http_429_bare", "hang"}:
            assert shown <= {Link.LIVE}
            assert await at.requests("POST", "/restapi/v1.0/subscription") == 1


async def _in_a_poll(fault: str) -> None:
    """The board is in doubt until the poll stands again."""
    async with scene() as at:
        await at.wall.fault(fault, **_wish(fault, "/v2/subscribe", hangs=2))
        await at.ring("101")
        await at.until_link(Link.DOUBTFUL, NO_ANSWER)
        await at.ring()
        await at.until_true()


async def _in_asking_for_the_time(fault: str) -> None:
    """One question that PubNub does not answer is a doubt at most."""
    async with scene() as at:
        await at.wall.fault(fault, **_wish(fault, "/time/0"))
        await at.ring()
        await at.until_true()
        assert {one.link for one in at.links} <= {Link.DOUBTFUL, Link.LIVE}


async def _in_a_login(fault: str) -> None:
    """A pair of tokens that could not be got is got later."""
    async with scene() as at:
        await at.wall.fault(fault, **_wish(fault, "/oauth/token"))
        await at.wall.fault("revoke_token")
        await at.ring()
        at.wall.feed.reread()
        await at.until_true()


# Deliveries

LOST = {
    "late": "",
    "twice": "",
    "drop": "",
    "out_of_order": "",
    "overflow": "PubNub's queue was full",
    "undecryptable": "a notification that cannot be decrypted",
    "undecodable": "a notification that is no JSON",
    "unknown_event": "",
    "unknown_values": "",
    "huge": "characters are more than any notification has",
    "partial": "",
    "short_calls": "",
    "flicker": "",
    "other_time": "",
}
"""Why the board is in doubt; empty where the link stays live and what is missing is found by a read."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def deliveries() -> dict[str, str]:
    return await played(each(_on_its_way, LOST))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", LOST)
def test_an_event_that_goes_wrong_on_its_way_leaves_the_board_true(deliveries: dict[str, str], fault: str) -> None:
    assert fault not in deliveries, deliveries[fault]


async def _on_its_way(fault: str) -> None:
    async with scene() as at:
        await at.wall.fault(fault, count=2, **({"delay": 1} if fault == "late" else {}))
        await at.ring(ring=0.3, talk=600)
        if LOST[fault]:
            await at.until_link(Link.DOUBTFUL, LOST[fault])
        await at.until_true(status=Status.ON_CALL)
        if not LOST[fault]:
            assert at.links == []


async def test_a_flash_of_no_call_within_a_talk_is_not_shown() -> None:
    async with scene() as at:
        await at.ring(ring=0.2, talk=600)
        await at.until_true(status=Status.ON_CALL)
        before = len(at.told)
        await at.wall.fault("flicker", count=1)
        await at.wall.ask("POST", "presence", {"extension": "102", "dndStatus": "DoNotAcceptAnyCalls"})
        await at.until_true(status=Status.ON_CALL)
        shown = [event.new.status for event in at.told[before:] if isinstance(event, Change) and event.new]
        assert set(shown) <= {Status.ON_CALL}


async def test_a_call_whose_end_is_lost_is_found_and_removed_by_the_next_read(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "tui.feed.reading")
    async with scene() as at:
        await at.ring(ring=0.2, talk=1)
        await at.until_true(status=Status.ON_CALL)
        await at.wall.fault("drop", count=1)
        await at.until_true(status=Status.AVAILABLE)
        assert at.wall.feed.board.counts.ghosts == 1
        await at.until(lambda: any(isinstance(event, Gap) for event in at.told), "told as a gap")
        [gap] = [event for event in at.told if isinstance(event, Gap)]
        assert (gap.reason, gap.healed_by) == ("events of an extension were lost in silence", "reconcile")
        assert "1 calls removed: their end was not told, and a read (reconcile) does not list them" in caplog.text


# What the platform knows


@dataclass(frozen=True)
class Struck:
    """What strikes, and what is seen of it: the link, a reason, and what to do besides."""

    link: Link | None = None
    reason: str = ""
    wish: tuple[tuple[str, Any], ...] = ()
    besides: str = ""
    options: tuple[tuple[str, Any], ...] = ()


FOR_A_SECOND = (("seconds", 1.0),)
FOR_TWO_SECONDS = (("seconds", 2.0),)
STRUCK = {
    "expire_token": Struck(),
    "revoke_token": Struck(),
    "lose_session": Struck(),
    "forget_subscription": Struck(Link.WAITING, ENDED),
    "expire_subscription": Struck(Link.WAITING, ENDED),
    "move_subscription": Struck(Link.DOUBTFUL, "the platform changed the channel"),
    "move_on_renewal": Struck(Link.DOUBTFUL, "the platform changed the channel", options=(("subscription_ttl", 4),)),
    "down": Struck(Link.DOUBTFUL, NO_ANSWER, FOR_A_SECOND),
    "clock": Struck(wish=(("seconds", 3.0), ("shift", 3600))),
    "drop_permission": Struck(Link.DOUBTFUL, NO_PERMISSION, FOR_A_SECOND, besides="reread"),
    "refuse_refresh": Struck(wish=FOR_A_SECOND, besides="revoke_token"),
    "refuse_login": Struck(Link.REFUSED, "", FOR_TWO_SECONDS, besides="lose_session"),
    "refuse_client": Struck(Link.REFUSED, "", FOR_TWO_SECONDS, besides="lose_session"),
    "delete_extension": Struck(wish=(("extension", "103"), *FOR_A_SECOND)),
    "disable_extension": Struck(wish=(("extension", "103"), *FOR_A_SECOND)),
    "rename_extension": Struck(wish=(("extension", "103"), *FOR_A_SECOND)),
    "hide": Struck(wish=(("extension", "103"), *FOR_A_SECOND)),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def changes() -> dict[str, str]:
    return await played(each(_in_what_it_knows, STRUCK))


@pytest.mark.timeout(180)
@pytest.mark.parametrize("fault", STRUCK)
def test_a_change_of_what_the_platform_knows_is_got_over(changes: dict[str, str], fault: str) -> None:
    assert fault not in changes, changes[fault]


async def _in_what_it_knows(fault: str) -> None:
    row = STRUCK[fault]
    async with scene(**dict(row.options)) as at:
        await at.wall.fault(fault, **dict(row.wish))
        if row.besides == "reread":
            at.wall.feed.reread()
        elif row.besides:
            await at.wall.fault(row.besides)
            at.wall.feed.reread()
        await at.ring()
        if row.link is not None:
            await at.until_link(row.link, row.reason)
        await at.until_true()
        if row.link is None and not row.besides:
            assert at.links == []


async def test_who_is_deleted_is_unknown_with_the_platforms_words_and_comes_back() -> None:
    async with scene() as at:
        await at.wall.fault("delete_extension", extension="103", seconds=5)
        await at.until(lambda: at.entry("103").reason is Reason.NOT_WATCHED, "not watched")
        assert "not found" in (at.entry("103").refused or "")
        await at.until_true("103", Status.AVAILABLE)


async def test_who_hides_is_unknown_and_comes_back() -> None:
    async with scene(subscription_ttl=4) as at:
        await at.wall.fault("hide", extension="103", seconds=5)
        await at.until(lambda: at.entry("103").reason is Reason.HIDDEN, "hidden")
        await at.until_true("103", Status.AVAILABLE)


async def test_names_follow_the_directory_which_is_read_again_when_an_extension_is_gone() -> None:
    async with scene() as at:
        await at.wall.fault("rename_extension", extension="104", name="Dora Lim")
        await at.wall.fault("delete_extension", extension="103")
        await at.until(lambda: at.entry("104").extension.name == "Dora Lim", "renamed")


@pytest.mark.parametrize("shift", [3600, -3600])
async def test_a_clock_that_is_an_hour_wrong_changes_no_duration(shift: float) -> None:
    async with scene() as at:
        await at.ring(ring=0.2, talk=600)
        await at.until_true(status=Status.ON_CALL)
        clock, since = at.wall.feed.clock, at.entry("102").since
        before, running = clock.now(), clock.running()
        await at.wall.fault("clock", shift=shift)
        await at.until(lambda: abs(clock.ahead) > 3000, "noticed")
        await at.ring("103")
        await at.until_true("103")
        ringing_since = at.entry("103").since
        assert clock.now() - before == pytest.approx(clock.running() - running, abs=0.1)
        assert at.entry("102").since == since
        assert ringing_since is not None
        assert clock.now() - ringing_since < 60


async def test_a_link_that_is_down_dims_every_tile_and_keeps_what_was_known() -> None:
    async with scene() as at:
        await at.wall.fault("refuse", match="/")
        await at.ring("101")
        await at.until_link(Link.DOUBTFUL, NO_ANSWER)
        await at.ring()
        await at.until(lambda: all(entry.stale for entry in at.wall.feed.board), "stale")
        assert at.entry("101").status is Status.RINGING_IN
        assert at.entry("102").status is Status.AVAILABLE
        await at.wall.ask("DELETE", "faults")
        await at.until_true()


async def test_a_connection_that_is_dead_is_given_up_and_what_could_not_be_deleted_is_deleted_later() -> None:
    async with scene() as at:
        await at.wall.fault("http_500", match="DELETE", count=1)
        await at.wall.fault("refuse", match="/time/0", seconds=8)
        await at.until_link(Link.DOUBTFUL, NO_ANSWER)
        await at.until_link(Link.WAITING, NO_ANSWER)
        await at.ring()
        await at.until_true()
        platform = at.wall.box.platform
        assert len(list(platform.subscriptions.living(platform.now()))) == 1


async def test_in_thirty_idle_minutes_no_tile_ever_dims() -> None:
    """Sixty times as fast: renewed twice, read ten times, proven two hundred times."""
    waits = Waits(confirm_after=1.0, reconcile_every=3.0, retry_cap=1.0, directory_every=15.0)
    options = short_box(calls_per_minute=0, speed=1, subscription_ttl=15, token_ttl=60)
    async with running_wall(options, waits, chosen=6, proof_every=0.15, renew_before=1.5) as wall:
        before = len(wall.told)
        await wall.feed.clock.sleep_until(wall.feed.clock.now() + 30)
        assert wall.told[before:] == []
        assert wall.is_right_and_sure()
