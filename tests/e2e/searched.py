"""Programs of ours in a home of their own, and everything that they write there and elsewhere, to be searched."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from tests.box import RunningBox, running_box
from tests.terminal.box import BoxProcess, choose

CALLER = "+493012345678901"
TOKENS = "U0pDMTJQMDFQQV"
"""What every token of the box begins with, and of RingCentral's too."""
QUICK = """
pubnub_origin = ""
[feed]
confirm_after = 4.0
reconcile_every = 1.0
proof_every = 0.5
retry_cap = 0.5
refused_retry = 0.2
"""
OURS = ("-m", "tui")


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

    @property
    def log(self) -> bytes:
        """The log, with its older parts."""
        return b"".join(content for name, content in self.written.items() if name.startswith("ringwall.log"))

    def found(self) -> list[str]:
        """Where something stands that may not: whole, or its first half."""
        halves = {name: (secret, secret[: len(secret) // 2]) for name, secret in self.secrets.items()}
        return [
            f"{name} in {place}"
            for place, content in self.written.items()
            for name, forms in halves.items()
            if any(form.encode() in content for form in forms)
        ]


def children(pid: int) -> Iterator[int]:
    """The processes that a process has started."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        yield from map(int, (task / "children").read_text().split())


@asynccontextmanager
async def searched(home: Path) -> AsyncIterator[Searched]:
    """A box, and a home with two people chosen and short waits."""
    choose(home, "401", "402")
    config = home / "config" / "ringwall" / "config.toml"
    config.write_text(QUICK + config.read_text())
    async with running_box(rate_limits=False) as box:
        yield Searched(box, home)


async def watch_through(all_of_it: Searched, faults: Iterable[str], *, python: Sequence[str] = OURS) -> int | None:
    """`watch --json`; after each fault somebody's presence changes, and it goes on when that was told.

    Gives the exit code.
    """
    box, words = all_of_it.box, ("--log-level", "debug", "watch", "--json")
    watch = await asyncio.create_subprocess_exec(
        sys.executable,
        *python,
        *words,
        env=all_of_it.environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=2**20,
    )
    assert watch.stdout is not None
    lines = [await watch.stdout.readline()]
    while lines[-1] and b'"live"' not in lines[-1]:
        lines.append(await watch.stdout.readline())
    for fault in faults:
        all_of_it.look(watch.pid)
        await box.post("/simulator/faults", {"fault": fault, "seconds": 0.5, "match": "/subscription|/presence|token"})
        await box.call("101", from_=CALLER, from_name="K. Weber", ring=1, talk=1)
        await box.presence("102", message=f"after {fault}")
        while f"after {fault}".encode() not in lines[-1]:
            assert lines[-1], "it ended"
            lines.append(await watch.stdout.readline())
    if lines[-1]:
        all_of_it.look(watch.pid)
        watch.terminate()
    out, err = await watch.communicate()
    # Lines for programs hold the callers; that is what they are for.
    all_of_it.written |= {f"stdout of watch {watch.pid}": b"".join(lines) + out, f"stderr of watch {watch.pid}": err}
    return watch.returncode


def ringwall(all_of_it: Searched, *words: str, **more: str) -> int:
    """One command; gives its exit code."""
    ended = subprocess.run(
        [sys.executable, *OURS, "--log-level", "debug", *words],
        env={**all_of_it.environment, **more},
        capture_output=True,
        check=False,
    )
    all_of_it.written |= {f"stdout of {words}": ended.stdout, f"stderr of {words}": ended.stderr}
    return ended.returncode
