"""The whole program through one fault after another, and everything that it wrote searched for what nobody may read.

Written is: stdout, stderr, each byte of a terminal, every file in its home but the stored session, and what others see
of a process and its children in /proc.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.box import RunningBox, running_box
from tests.terminal.box import BoxProcess, choose
from tests.terminal.tty import program

CALLER = "+493012345678901"
FAULTS = """
    http_401 http_403 http_429 http_500 http_502 html no_keys truncated cut hang refuse expire_token revoke_token
    lose_session move_subscription forget_subscription expire_subscription undecryptable undecodable unknown_values
    overflow
"""
TOKENS = "U0pDMTJQMDFQQV"
"""What every token of the box begins with, and of RingCentral's too."""
QUICK = """
pubnub_origin = ""
[feed]
confirm_after = 4.0
reconcile_every = 2.0
proof_every = 0.5
retry_cap = 0.5
refused_retry = 0.2
"""


class Searched:
    """All that may not be read, and all that was written."""

    def __init__(self, box: RunningBox, home: Path) -> None:
        self.box = box
        self.home = home
        known = box.credentials
        self.environment = BoxProcess(known).environment(home)
        self.secrets = {"the client secret": known["client_secret"], "the JWT": known["jwt"], "a token": TOKENS}
        self.written: dict[str, bytes] = {}

    def uses(self, transport: str) -> None:
        """From now on the configuration says this."""
        path = self.home / "config" / "ringwall" / "config.toml"
        path.write_text(f'transport = "{transport}"\n{path.read_text()}')

    def look(self, pid: int) -> None:
        """Take down the keys that are in use, and what others see of a process and its children."""
        platform = self.box.box.platform
        for subscription in platform.subscriptions.living(platform.now()):
            if subscription.encryption_key:
                self.secrets[f"the key of {subscription.id}"] = subscription.encryption_key
        self.written[f"the command line of {pid}"] = Path(f"/proc/{pid}/cmdline").read_bytes()
        for child in children(pid):
            self.written[f"the command line of a child {child}"] = Path(f"/proc/{child}/cmdline").read_bytes()
            self.written[f"the environment of a child {child}"] = Path(f"/proc/{child}/environ").read_bytes()

    def read_files(self) -> None:
        """Everything in the home; the session has a file to itself, and only its owner can read it."""
        for path in self.home.rglob("*"):
            if path.is_file():
                assert path.stat().st_mode & 0o077 == 0 or path.suffix == ".toml", path
                if not path.name.startswith("session-"):
                    self.written[path.name] = path.read_bytes()

    def found(self) -> list[str]:
        """Where something stands that may not."""
        halves = {name: (secret, secret[: len(secret) // 2]) for name, secret in self.secrets.items()}
        return [
            f"{name} in {place}"
            for place, content in self.written.items()
            for name, forms in halves.items()
            if any(form.encode() in content for form in forms)
        ]


def children(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


@asynccontextmanager
async def searched(home: Path) -> AsyncIterator[Searched]:
    choose(home, "401", "402")
    config = home / "config" / "ringwall" / "config.toml"
    config.write_text(QUICK + config.read_text())
    async with running_box(rate_limits=False) as box:
        yield Searched(box, home)


async def watch_through(all_of_it: Searched, faults: list[str]) -> None:
    """`watch --json`; after each fault somebody's presence changes, and it goes on when that was told."""
    box, words = all_of_it.box, ("--log-level", "debug", "watch", "--json")
    watch = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tui",
        *words,
        env=all_of_it.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    assert watch.stdout is not None
    lines = [await watch.stdout.readline()]
    while b'"live"' not in lines[-1]:
        lines.append(await watch.stdout.readline())
    for fault in faults:
        all_of_it.look(watch.pid)
        await box.post("/simulator/faults", {"fault": fault, "seconds": 0.5, "match": "/subscription|/presence|token"})
        await box.call("101", from_=CALLER, from_name="K. Weber", ring=1, talk=1)
        await box.presence("102", message=f"after {fault}")
        while f"after {fault}".encode() not in lines[-1]:
            assert lines[-1], "it ended"
            lines.append(await watch.stdout.readline())
    all_of_it.look(watch.pid)
    watch.terminate()
    out, err = await watch.communicate()
    assert watch.returncode == 143
    # Lines for programs hold the callers; that is what they are for.
    all_of_it.written |= {"stdout of watch": b"".join(lines) + out, "stderr of watch": err}


def ringwall(all_of_it: Searched, *words: str, **more: str) -> int:
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "--log-level", "debug", *words],
        env={**all_of_it.environment, **more},
        capture_output=True,
        check=False,
    )
    all_of_it.written |= {f"stdout of {words}": ended.stdout, f"stderr of {words}": ended.stderr}
    return ended.returncode


def wall_in_a_terminal(all_of_it: Searched) -> None:
    with program(all_of_it.environment, "--log-level", "debug") as tty:
        tty.until_shown("LIVE PubNub")
        all_of_it.look(tty.pid)
        for keys, shown in (("D", "Diagnostics"), ("\x1b", "LIVE PubNub")):
            tty.type(keys)
            tty.until_shown(shown)
        tty.type("q")
        assert tty.exit_code() == 0
        all_of_it.written["the terminal"] = tty.raw


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="NOT TESTED here: there is no /proc")
@pytest.mark.timeout(180)
async def test_no_secret_stands_in_anything_that_the_program_writes(tmp_path: Path) -> None:
    async with searched(tmp_path) as all_of_it:
        await watch_through(all_of_it, FAULTS.split())
        await asyncio.to_thread(wall_in_a_terminal, all_of_it)
        assert await asyncio.to_thread(ringwall, all_of_it, "doctor", "--json") == 0
        assert await asyncio.to_thread(ringwall, all_of_it, "paths") == 0
        all_of_it.uses("websocket")
        await watch_through(all_of_it, ["ws_cut"])
        for fault, code in (("http_500", 75), ("truncated", 69), ("lose_session", 0)):
            await all_of_it.box.post("/simulator/faults", {"fault": fault, "seconds": 60, "match": "restapi"})
            assert await asyncio.to_thread(ringwall, all_of_it, "once") == code, fault
            await all_of_it.box.delete("/simulator/faults")
        await all_of_it.box.post("/simulator/faults", {"fault": "lose_session"})
        await all_of_it.box.post("/simulator/faults", {"fault": "refuse_login", "seconds": 60})
        for words in (["once"], ["doctor"]):
            assert await asyncio.to_thread(ringwall, all_of_it, *words) in {75, 77}
        all_of_it.read_files()
    assert {"ringwall.log", "config.toml", "health.json", "the terminal"} <= set(all_of_it.written)
    assert len(all_of_it.secrets) > 3
    assert all_of_it.found() == []
    log = b"".join(content for name, content in all_of_it.written.items() if name.startswith("ringwall.log"))
    assert b"/restapi/v1.0/subscription" in log
    for place in ("ringwall.log", "health.json", "config.toml"):
        assert CALLER[1:].encode() not in all_of_it.written[place]
    assert CALLER[1:].encode() not in log
    # What opens a WebSocket works once, and stands in its address.
    assert re.search(rb"/ws", log)
    assert not re.search(rb"access_token=(?!\*)", log)
    json.loads(all_of_it.written["health.json"])
