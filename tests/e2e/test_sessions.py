"""A login that goes wrong while walls are up, and walls that share one, against a box."""

import asyncio
import base64
import contextlib
import json
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import pytest

from tests.box import Json, RunningBox, running_box
from tests.e2e.test_feed_over_box import Scene, following
from tests.terminal.box import BoxProcess
from tui.commands.account import Account
from tui.config import Config, FeedConfig, LoginConfig
from tui.feed.link import Link
from tui.files import write_private
from tui.logins import find_credentials
from tui.paths import find_paths
from tui.presence.status import Status

QUICK = FeedConfig(proof_every=0.5, retry_cap=0.5)
SECRET_FILES = LoginConfig(client_secret_file="secret", jwt_file="jwt")


async def fault(box: RunningBox, name: str, **wish: object) -> None:
    await box.post("/simulator/faults", {"fault": name} | wish)


async def grants(box: RunningBox) -> int:
    """How often the token endpoint was asked."""
    return sum(1 for one in await box.requests() if one["path"] == "/restapi/oauth/token")


@pytest.fixture
def quick_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tui.ringcentral.session.LOOK_EVERY", 0.05)


@asynccontextmanager
async def watching_by_files(box: RunningBox, folder: Path, feed: FeedConfig) -> AsyncIterator[Scene]:
    """A wall whose secrets lie in files."""
    write_private(folder / "secret", box.credentials["client_secret"].encode())
    write_private(folder / "jwt", box.credentials["jwt"].encode())
    login = msgspec.structs.replace(SECRET_FILES, client_id=box.credentials["client_id"])
    config = Config(server=box.server, pubnub_origin=box.pubnub_origin, login=login, feed=feed)
    paths = find_paths({}, str(folder / "config.toml"), folder / "state")
    async with following(box, Account(config, paths, lambda: find_credentials(config, paths, {}))) as scene:
        yield scene


async def test_a_login_that_is_refused_while_running_is_asked_for_by_nothing_until_there_is_a_new_secret(
    tmp_path: Path, quick_looks: None
) -> None:
    async with running_box(subscription_ttl=3) as box, watching_by_files(box, tmp_path, QUICK) as at:
        await fault(box, "refuse_login")
        await fault(box, "lose_session")
        await at.until(lambda: at.feed.link.link is Link.REFUSED)
        assert at.feed.link.reason == "JWT revoked or expired, OAU-213"
        assert at.feed.link.lost_since is not None
        assert at.feed.link.retry_at is not None
        assert at.feed.link.retry_at - at.feed.clock.now() > 50
        assert at.status("101") is Status.AVAILABLE, "the picture stays"
        asked = await grants(box)
        at.feed.choose([entry.extension for entry in at.feed.board][:2])
        await at.feed.clock.sleep_until(at.feed.clock.now() + 2)
        assert await grants(box) == asked
        at.feed.reread()
        await at.until(lambda: at.feed.link.link is not Link.REFUSED)
        await at.until(lambda: at.feed.link.link is Link.REFUSED)
        assert await grants(box) == asked + 1, "only a person has it tried"

        await box.delete("/simulator/faults")
        write_private(tmp_path / "jwt", f"{box.credentials['jwt']}~no-ReadCallLog".encode())
        await at.until(lambda: at.feed.link.link is Link.LIVE)
        assert await grants(box) == asked + 2


async def test_a_refused_login_is_tried_again_by_itself(tmp_path: Path) -> None:
    quick = msgspec.structs.replace(QUICK, refused_retry=0.5)
    async with running_box(subscription_ttl=3) as box, watching_by_files(box, tmp_path, quick) as at:
        await fault(box, "refuse_client", count=2)
        await fault(box, "expire_token")
        await at.until(lambda: at.feed.link.link is Link.REFUSED)
        assert at.feed.link.reason.startswith("Client id or secret is wrong")
        await at.until(lambda: at.feed.link.link is Link.LIVE)
        assert len(list(box.box.platform.sessions)) == 1, "the session outlived it"


async def test_a_session_that_is_lost_time_and_again_names_the_walls_that_share_it(tmp_path: Path) -> None:
    quick = msgspec.structs.replace(QUICK, refused_retry=0.3)
    async with running_box(subscription_ttl=3, rate_window=1) as box, watching_by_files(box, tmp_path, quick) as at:
        for _ in range(2):
            before = await grants(box)
            await fault(box, "lose_session")
            async with asyncio.timeout(10):
                while await grants(box) == before:
                    await asyncio.wait((asyncio.ensure_future(at.changed.wait()),), timeout=0.1)
        await at.until(lambda: at.feed.link.reason == "this login is used by too many walls")
        await at.until(lambda: at.feed.link.link is Link.LIVE)


@pytest.mark.parametrize("how", ["read", "subscription"])
async def test_a_permission_that_is_lost_while_running_is_named_and_may_come_back(tmp_path: Path, how: str) -> None:
    async with running_box(subscription_ttl=3) as box, watching_by_files(box, tmp_path, QUICK) as at:
        if how == "read":
            await fault(box, "drop_permission", permission="ReadPresence")
            at.feed.reread()
        else:
            await fault(box, "http_403", match="POST /restapi/v1.0/subscription")
        named = "ReadPresence" if how == "read" else "Specific application permission required"
        await at.until(lambda: at.feed.link.reason == f"The app lacks a permission: {named}")
        assert at.feed.link.link in {Link.DOUBTFUL, Link.WAITING}
        await box.delete("/simulator/faults")
        await at.until(lambda: at.feed.link.link is Link.LIVE)


class Wall:
    """`ringwall watch --json` in a process of its own, and the lines that it has said."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.said: list[Json] = []
        self.stderr = ""

    async def until(self, condition: Callable[[Json], bool]) -> Json:
        """Read on until a line is as wanted."""
        assert self.process.stdout is not None
        async with asyncio.timeout(40):
            while line := await self.process.stdout.readline():
                self.said.append(json.loads(line))
                if condition(self.said[-1]):
                    return self.said[-1]
        raise AssertionError("it has ended")

    async def leave(self) -> None:
        """End it as a service manager does."""
        if self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
        out, error = await self.process.communicate()
        self.said += [json.loads(line) for line in out.splitlines()]
        self.stderr += error.decode()

    @property
    def links(self) -> list[str]:
        return [line["link"] for line in self.said if line["type"] == "link"]


def is_live(line: Json) -> bool:
    return line.get("link") == "live"


def rings(line: Json) -> bool:
    return line.get("status") == "ringing_in"


@asynccontextmanager
async def wall(box: RunningBox, home: Path, config: str = "", **environment: str) -> AsyncIterator[Wall]:
    path = home / "config.toml"
    path.write_text(config)
    words = [sys.executable, "-m", "tui", "--config", str(path), "watch", "--json", "--extensions", "101,102"]
    known = BoxProcess(box.credentials).environment(home, **environment)
    wall = Wall(await asyncio.create_subprocess_exec(*words, env=known, stdout=PIPE, stderr=PIPE))
    try:
        yield wall
    finally:
        await wall.leave()


async def renewed_by_all(box: RunningBox, walls: int) -> None:
    """Wait until every subscription has been renewed."""

    async def renewals() -> int:
        found = {one["path"] for one in (await box.requests())[begun:] if one["status"] == 200}
        return sum(1 for path in found if path.endswith("/renew"))

    begun = len(await box.requests())
    async with asyncio.timeout(30):
        while await renewals() < walls:  # noqa: ASYNC110 - the box does not say so by itself
            await asyncio.sleep(0.1)


async def test_seven_walls_share_one_session_and_none_knocks_another_out(tmp_path: Path) -> None:
    async with running_box(subscription_ttl=6, rate_window=3) as box, contextlib.AsyncExitStack() as stack:
        walls = [await stack.enter_async_context(wall(box, tmp_path)) for _ in range(7)]
        await asyncio.gather(*(each.until(is_live) for each in walls))
        assert await grants(box) == 1

        await fault(box, "expire_token")
        await renewed_by_all(box, 7)
        assert await grants(box) == 2, "one refresh for all"

        await fault(box, "lose_session")
        await renewed_by_all(box, 7)
        assert await grants(box) == 4, "one refresh that was refused, and one new login, for all"
        assert len(list(box.box.platform.sessions)) == 1

        await walls[0].leave()
        await fault(box, "expire_token")
        await renewed_by_all(box, 6)
        assert await grants(box) == 5
        await box.call("101", ring=900)
        await asyncio.gather(*(each.until(rings) for each in walls[1:]))
        for each in walls[1:]:
            assert each.links[each.links.index("live") :] == ["live"], "the link never left"
        assert not [one for one in await box.requests() if one["path"] == "/restapi/oauth/revoke"]


SHAKEN: list[Json] = [
    {"fault": "expire_token"},
    {"fault": "revoke_token"},
    {"fault": "http_401", "count": 2, "match": "subscription"},
    {"fault": "html", "count": 1, "match": "oauth/token"},
    {"fault": "cut", "count": 1, "match": "oauth/token"},
    {"fault": "http_500", "count": 1, "match": "subscription"},
    {"fault": "lose_session"},
]


async def test_no_secret_and_no_token_ever_reaches_log_or_lines(tmp_path: Path) -> None:
    config = 'log_level = "debug"\n[feed]\nrefused_retry = 0.2\nretry_cap = 0.3\nproof_every = 0.5\n'
    secrets = set[str]()

    def note(box: RunningBox) -> None:
        for session in box.box.platform.sessions:
            secrets.update((session.access_token, session.refresh_token))
        for subscription in box.box.platform.subscriptions.living(box.box.platform.now()):
            if subscription.key:
                secrets.add(subscription.encryption_key)

    async with running_box(subscription_ttl=2, rate_window=1) as box:
        known = box.credentials
        basic = base64.b64encode(f"{known['client_id']}:{known['client_secret']}".encode()).decode()
        secrets.update((known["client_secret"], known["jwt"], known["jwt"].split(".")[2], basic))
        async with wall(box, tmp_path, config) as at:
            await at.until(is_live)
            for wish in SHAKEN:
                note(box)
                await box.post("/simulator/faults", wish)
                note(box)
                await renewed_by_all(box, 1)
            note(box)
            await fault(box, "refuse_login")
            await fault(box, "lose_session")
            await at.until(lambda line: line.get("link") == "refused")
    logs = "".join(path.read_text() for path in tmp_path.rglob("ringwall.log*"))
    assert logs.count("oauth/token") > 5
    assert len(secrets) > 12
    written = logs + at.stderr + json.dumps(at.said)
    assert [secret for secret in secrets if secret and secret in written] == []
