"""How long a change takes from the platform to the glass: from the box's `published_at` to the bytes on a pty.

    python -m bench.latency --extensions 200 --calls 100
    python -m bench.latency --transport pubnub --transport websocket

Starts a box and a wall of its own, lets calls come in one by one, each from a number of its own, and waits until that
number is among the bytes that the wall writes. Prints the median and the 99th percentile in milliseconds. Several
transports take turns, call by call, each with a box and a wall of its own; for each after the first its median is told
as a multiple of the first one's, which says more than milliseconds of a machine that does other things meanwhile.
"""

import argparse
import json
import os
import pty
import random
import select
import signal
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from fcntl import ioctl
from pathlib import Path
from typing import Any

import httpx

WITHIN = 5.0
"""Seconds in which a change must be on the glass; longer counts as lost."""
LIVE = {"auto": b"LIVE", "pubnub": b"LIVE PubNub", "websocket": b"LIVE WebSocket"}
"""What the header says once a wall is up. Polling has no latency but its period."""


def start_box(extensions: int) -> tuple["subprocess.Popen[str]", dict[str, str]]:
    words = [sys.executable, "-m", "tui", "simulate", "--extensions", str(extensions), "--calls-per-minute", "0"]
    box = subprocess.Popen([*words, "--no-rate-limits"], stdout=subprocess.PIPE, text=True)
    assert box.stdout is not None
    return box, json.loads(box.stdout.readline())


def chosen_environment(box: dict[str, str], ids: list[str], home: Path, transport: str = "auto") -> dict[str, str]:
    """The environment of a user of that box who has chosen these extensions, all of it below `home`."""
    config = home / "config.toml"
    listed = ", ".join(f'"{one}"' for one in ids)
    config.write_text(f'transport = "{transport}"\n[choice]\nextensions = [{listed}]\n')
    return {
        **os.environ,
        "TERM": "xterm-256color",
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "RINGWALL_CONFIG": str(config),
        "RINGWALL_SERVER": box["server"],
        "RINGWALL_PUBNUB_ORIGIN": box["pubnub_origin"],
        "RINGWALL_CLIENT_ID": box["client_id"],
        "RINGWALL_CLIENT_SECRET": box["client_secret"],
        "RINGWALL_JWT": box["jwt"],
    }


def start_wall(environment: dict[str, str], columns: int, rows: int) -> tuple[int, int]:
    """A wall in a pty of its own; gives its process id and our side of the pty."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(sys.executable, [sys.executable, "-m", "tui"], environment)
    ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    return pid, terminal


def read_until(terminal: int, wanted: bytes, seconds: float) -> float | None:
    """When `wanted` was among the bytes read; None where it was not in time."""
    until, seen = time.monotonic() + seconds, b""
    while (left := until - time.monotonic()) > 0:
        if select.select([terminal], [], [], left)[0]:
            seen = (seen + os.read(terminal, 65536))[-200_000:]
            if wanted in seen:
                return time.time()
    return None


@contextmanager
def running(transport: str, arguments: argparse.Namespace) -> Iterator[tuple[httpx.Client, int]]:
    """A box, and a wall over it that is live on a transport; gives the box's doors and our side of the wall's pty."""
    box_process, box = start_box(arguments.extensions)
    try:
        with httpx.Client(base_url=box["server"], trust_env=False) as http, tempfile.TemporaryDirectory() as home:
            truth: dict[str, Any] = http.get("/simulator/truth").json()
            ids = [one for one, presence in truth.items() if presence.get("telephonyStatus")][: arguments.extensions]
            environment = chosen_environment(box, ids, Path(home), transport)
            pid, terminal = start_wall(environment, arguments.columns, arguments.rows)
            try:
                if read_until(terminal, LIVE[transport], 30) is None:
                    raise SystemExit(f"the wall did not come up over {transport}")
                yield http, terminal
            finally:
                os.kill(pid, signal.SIGTERM)
                os.waitpid(pid, 0)
    finally:
        box_process.terminate()
        box_process.wait()


def measure(arguments: argparse.Namespace) -> list[dict[str, Any]]:
    """What was measured, for each transport."""
    chance = random.Random(arguments.seed)
    transports = arguments.transport or ["auto"]
    taken: dict[str, list[float | None]] = {transport: [] for transport in transports}
    with ExitStack() as stack:
        walls = {transport: stack.enter_context(running(transport, arguments)) for transport in taken}
        for number in range(arguments.calls):
            for transport, (http, terminal) in walls.items():
                taken[transport].append(_one(http, terminal, chance, number))
    found = [{"transport": transport, **_figures(values)} for transport, values in taken.items()]
    for one in found[1:]:
        one["times_the_first"] = round(one["median_ms"] / found[0]["median_ms"], 2)
    return found


def _figures(taken: list[float | None]) -> dict[str, Any]:
    arrived = sorted(value for value in taken if value is not None)
    return {
        "calls": len(taken),
        "lost": len(taken) - len(arrived),
        "median_ms": round(statistics.median(arrived) * 1000, 1),
        "p99_ms": round(arrived[min(len(arrived) - 1, int(len(arrived) * 0.99))] * 1000, 1),
        "worst_ms": round(arrived[-1] * 1000, 1),
    }


def _one(http: httpx.Client, terminal: int, chance: random.Random, number: int) -> float | None:
    """Seconds from publishing to bytes, for one call to an extension that stands on the first page."""
    suffix = f"{9000 - number:04}"
    to = str(101 + number % 20)
    wish = {"to": to, "from": f"+4930{chance.randrange(10**5):05}{suffix}", "ring": 0.3, "talk": 0, "end": "missed"}
    published = datetime.fromisoformat(http.post("/simulator/calls", json=wish).json()["published_at"]).timestamp()
    arrived = read_until(terminal, suffix.encode(), WITHIN)
    read_until(terminal, b"\0never", 0.4 + chance.uniform(0, 0.3))
    return None if arrived is None else arrived - published


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--extensions", type=int, default=200)
    ask.add_argument("--calls", type=int, default=100)
    ask.add_argument("--columns", type=int, default=200)
    ask.add_argument("--rows", type=int, default=50)
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--transport", choices=tuple(LIVE), action="append", help="may be repeated: they take turns")
    for found in measure(ask.parse_args()):
        print(json.dumps(found))


if __name__ == "__main__":
    main()
