"""A box and a wall without a screen in one process, every clock short, and a judge of what the wall shows."""

import asyncio
import random
import tempfile
from collections.abc import AsyncIterator, Hashable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tui.clock import Clock
from tui.credentials import Credentials
from tui.feed import ports
from tui.feed.feed import Feed
from tui.feed.link import FeedEvent, Link
from tui.feed.reading import Reading
from tui.paths import find_paths
from tui.presence.entry import Entry
from tui.presence.extension import Extension
from tui.presence.status import Reason
from tui.ringcentral.client import Client
from tui.ringcentral.directory import Directory
from tui.ringcentral.push import stream
from tui.ringcentral.push.auto import AutoTransport, Memory, TransportFile
from tui.ringcentral.push.polling import PollingTransport
from tui.ringcentral.push.pubnub import PubNubTransport
from tui.ringcentral.push.subscription import Subscriptions
from tui.ringcentral.push.transport import Transport
from tui.ringcentral.push.websocket import WebSocketTransport
from tui.ringcentral.session import Session
from tui.ringcentral.snapshot import PresenceReader
from tui.ringcentral.tokens import SubscriptionFile, TokenFile
from tui.simulator import doors
from tui.simulator.box import Box
from tui.simulator.options import Options

Json = dict[str, Any]
Facts = Hashable
"""All that a tile shows of a presence; equal facts look the same."""

HIDDEN, GONE = "hidden", "gone"

SHORT = ports.Waits(confirm_after=3.0, reconcile_every=5.0, retry_cap=1.0, directory_every=4.0)
"""The feed's waits, short."""
MINUTE = 0.5
"""Seconds that a minute lasts after a login went wrong."""
PENALTY = 2.0
"""Seconds to be silent after a 429 that does not say how long."""


def short_box(**options: Any) -> Options:
    """A box whose tokens, subscriptions and penalties take seconds, busy unless `options` say otherwise."""
    short = {
        "extensions": 24,
        "calls_per_minute": 240,
        "speed": 40,
        "token_ttl": 12,
        "subscription_ttl": 8,
        "rate_window": 5,
        "rate_penalty": 2,
        "pubnub_idle": 4,
    }
    return Options(**{**short, **options})


@dataclass
class Wall:
    """A running feed over a running box.

    Attributes:
        told: All that the feed has told.
        changed: Set at each of these.
    """

    box: Box
    client: Client
    feed: Feed
    http: httpx.AsyncClient
    running: "asyncio.Task[None]" = field(init=False)
    told: list[FeedEvent] = field(default_factory=list)
    changed: asyncio.Event = field(default_factory=asyncio.Event)

    def hear(self, event: FeedEvent) -> None:
        """Take what the feed tells."""
        self.told.append(event)
        self.changed.set()

    async def ask(self, method: str, door: str, wish: Json | None = None) -> Any:
        """Use a door of the box; one that is down is asked again."""
        while True:
            try:
                response = await self.http.request(method, f"{self.box.server}/simulator/{door}", json=wish)
            except httpx.TransportError:
                await asyncio.sleep(0.1)
                continue
            assert response.is_success, f"{method} {door} {wish}: {response.text}"
            return response.json()

    async def fault(self, name: str, /, **wish: Any) -> None:
        """Let something go wrong."""
        await self.ask("POST", "faults", {"fault": name, **wish})

    def truth(self) -> dict[str, Facts]:
        """What is true of each extension now, as `GET /simulator/truth` tells it."""
        records = doors.truth(self.box.platform, {})
        return {one: true_facts(record) for one, record in records.items() if isinstance(record, dict)}

    def wrong(self) -> dict[str, tuple[Facts | None, Facts]]:
        """What is shown and what is true, of each extension on the board where they differ."""
        truth = self.truth()
        pairs = {entry.id: (shown_facts(entry), truth.get(entry.id, GONE)) for entry in self.feed.board}
        return {one: (shown, true) for one, (shown, true) in pairs.items() if not is_right(shown, true)}

    def is_right_and_sure(self) -> bool:
        """Whether the link is live, nothing is stale, and the board equals the truth."""
        sure = self.feed.link.link is Link.LIVE and not any(entry.stale for entry in self.feed.board)
        return sure and not self.wrong()


def is_right(shown: Facts | None, true: Facts | None) -> bool:
    """Whether a tile shows what is true: of one that is gone or hidden, that it does not know."""
    return shown == true or (shown is None and true in (GONE, HIDDEN))


def true_facts(record: Json) -> Facts:
    """The facts of a presence as the platform tells it."""
    if record.get("allowSeeMyPresence") is False:
        return HIDDEN
    calls = record.get("activeCalls", ())
    return (
        *(record.get(name) for name in ("telephonyStatus", "presenceStatus", "userStatus", "dndStatus")),
        *(record.get(name) for name in ("meetingStatus", "acceptCallQueueCalls")),
        frozenset((call["telephonySessionId"], call["partyId"], call["telephonyStatus"]) for call in calls),
        record.get("message"),
    )


def shown_facts(entry: Entry) -> Facts | None:
    """The facts that a tile shows as true; None where it says that it does not know."""
    known = entry.presence
    if known is None or entry.stale or entry.reason in {Reason.NOT_WATCHED, Reason.NOT_READ}:
        return None
    if entry.reason is Reason.HIDDEN:
        return HIDDEN
    return (
        *(known.telephony_status, known.presence_status, known.user_status, known.dnd_status),
        *(known.meeting_status, known.accept_queue_calls),
        frozenset((call.telephony_session_id, call.party_id, call.telephony_status) for call in known.calls or ()),
        known.message,
    )


@asynccontextmanager
async def running_wall(
    options: Options,
    waits: ports.Waits = SHORT,
    chosen: int = 24,
    seed: int = 1,
    proof_every: float = 0.5,
    renew_before: float = 2.0,
    transport: str = "pubnub",
    memory: Memory | None = None,
) -> AsyncIterator[Wall]:
    """A wall that is live over a box that serves, put together as `tui.commands.account` does; both end with the block.

    Args:
        options: The box's.
        waits: The feed's.
        chosen: How many extensions are watched, in the order of the directory.
        seed: Gives the jitter of all waits.
        proof_every: Seconds between two proofs of the link.
        renew_before: Seconds before its end at which the subscription is renewed.
        transport: What the wall is told by: pubnub, websocket or polling; auto for the first that is granted.
        memory: Which transports were refused lately, for auto; None for a wall that starts for the first time.
    """
    push_waits = stream.Waits(renew_before, proof_every, look_every=waits.confirm_after / 2, dead_after=6.0)
    box = Box(options)
    await box.start()
    with tempfile.TemporaryDirectory() as folder:
        client, session, owned = _parts(box, Path(folder), random.Random(seed))
        try:
            await session.log_in()
            directory = Directory(session)
            await directory.read()
            transports: dict[str, Transport] = {
                "pubnub": PubNubTransport(
                    Subscriptions(session),
                    owned,
                    client.clock,
                    client.chance,
                    push_waits,
                    box.pubnub_origin,
                    secure=False,
                ),
                "websocket": WebSocketTransport(
                    session, client.clock, proof_every=proof_every, look_every=push_waits.look_every
                ),
                "polling": PollingTransport(
                    PresenceReader(session), lambda: directory.total, client.limits, client.clock, client.chance
                ),
            }
            memory = memory or TransportFile(Path(folder) / "transport.json")
            transports["auto"] = AutoTransport(tuple(transports.values()), memory, client.clock)
            feed = _feed(client, session, directory, transports[transport], waits)
            feed.choose([one for one in directory.extensions if one.watchable][:chosen])
            async with httpx.AsyncClient(trust_env=False) as http, _running(Wall(box, client, feed, http)) as wall:
                yield wall
        finally:
            await client.close()
            await box.stop()


def _parts(box: Box, folder: Path, chance: random.Random) -> tuple[Client, Session, SubscriptionFile]:
    known = box.credentials
    credentials = Credentials(known["server"], known["client_id"], known["client_secret"], known["jwt"])
    paths = find_paths({}, str(folder / "config.toml"), folder)
    client = Client(known["server"], Clock(), chance, usual_penalty=PENALTY)
    session = Session(client, lambda: credentials, TokenFile(paths, credentials), MINUTE)
    return client, session, SubscriptionFile(paths, credentials)


def _feed(client: Client, session: Session, directory: Directory, transport: Transport, waits: ports.Waits) -> Feed:
    clock, reader = client.clock, PresenceReader(session)

    async def known() -> Mapping[str, Extension]:
        await directory.read()
        return {one.id: one for one in directory.extensions}

    return Feed(
        session,
        transport,
        lambda board: Reading(board, reader, lambda: directory.total, clock, pause=0.5),
        clock,
        client.chance,
        waits,
        known,
    )


@asynccontextmanager
async def _running(wall: Wall) -> AsyncIterator[Wall]:
    feed, wall.running = wall.feed, asyncio.create_task(wall.feed.run(), name="feed")
    feed.subscribe(wall.hear)
    try:
        async with asyncio.timeout(20):
            while feed.link.link is not Link.LIVE and not wall.running.done():
                wall.changed.clear()
                await wall.changed.wait()
        yield wall
    finally:
        await feed.close()
        await wall.running


@dataclass
class _Tile:
    """What the judge remembers of one tile.

    Attributes:
        last_true: When each of its facts was last true.
        shown: What it shows; None where it claims nothing.
        since: Since when it shows that.
    """

    last_true: dict[Facts | None, float] = field(default_factory=dict)
    true: Facts | None = None
    shown: Facts | None = None
    since: float = 0.0


@dataclass(frozen=True)
class Wrong:
    """A tile that shows as confirmed what is not true.

    Attributes:
        since: Since when it has been so, in server time.
        seconds: For how long.
    """

    extension_id: str
    since: float
    seconds: float
    shown: Facts
    true: Facts | None


class Judge:
    """Looks at truth and board side by side, again and again.

    A tile is wrong where it shows as confirmed (read, not stale, not "hidden") what is not true now. It is so since the
    picture was last true, or since it is shown, whichever is later. No event tells of messages: they are left out.
    """

    def __init__(self, wall: Wall) -> None:
        self._wall = wall
        self._tiles: dict[str, _Tile] = {}

    def look(self) -> list[Wrong]:
        """Look once; gives all that is wrong now."""
        now, truth = self._wall.feed.clock.now(), self._wall.truth()
        return list(self._looked(now, truth))

    def _looked(self, now: float, truth: dict[str, Facts]) -> Iterator[Wrong]:
        for entry in self._wall.feed.board:
            tile = self._tiles.setdefault(entry.id, _Tile())
            shown, true = _told(shown_facts(entry)), _told(truth.get(entry.id, GONE))
            tile.last_true[tile.true] = tile.last_true[true] = now
            tile.true = true
            if shown != tile.shown:
                tile.shown, tile.since = shown, now
            if shown not in (None, HIDDEN) and not is_right(shown, true):
                since = max(tile.since, tile.last_true.get(shown, 0.0))
                yield Wrong(entry.id, since, now - since, shown, true)


def _told(facts: Facts | None) -> Facts | None:
    """The facts that events tell of."""
    return facts[:-1] if isinstance(facts, tuple) else facts


def chance_of(seed: int) -> random.Random:
    """The chance that makes a schedule."""
    return random.Random(f"faults {seed}")
