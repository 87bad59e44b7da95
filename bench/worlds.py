"""A box in a process of its own, and users of it with a home of their own."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from bench.latency import chosen_environment

Json = dict[str, Any]


class World:
    """A box that serves, and what a bench wants of it."""

    def __init__(self, credentials: dict[str, str], http: httpx.Client, box: "subprocess.Popen[str]") -> None:
        self.credentials = credentials
        self.http = http
        self._box = box
        self.extensions: list[str] = [
            one for one, presence in self.door("GET", "truth").items() if presence.get("telephonyStatus")
        ]
        """The ids of those whose presence means something."""

    def door(self, method: str, door: str, wish: Json | None = None) -> Any:
        """Use one of the box's doors."""
        return self.http.request(method, f"/simulator/{door}", json=wish).raise_for_status().json()

    def patient_door(self, method: str, door: str, wish: Json | None = None) -> Any:
        """The same of a box that may be down for a moment: it is asked again."""
        while True:
            try:
                return self.door(method, door, wish)
            except httpx.TransportError:
                time.sleep(0.1)

    def stream(self, rate: float, seconds: float, ids: Sequence[str]) -> Callable[[], Json]:
        """Let so many events a second happen to these; gives what waits for the end and says what came of it.

        It has to be a world of streams; see `bench.stream`.
        """
        ways_in, out = self._box.stdin, self._box.stdout
        assert ways_in is not None
        assert out is not None
        ways_in.write(json.dumps({"rate": rate, "seconds": seconds, "ids": list(ids)}) + "\n")
        ways_in.flush()
        return lambda: json.loads(out.readline())

    def user(self, home: Path, chosen: int, settings: str = "") -> dict[str, str]:
        """The environment of a user who has chosen so many extensions.

        Args:
            home: Where all that is theirs lies.
            chosen: How many extensions, in the order of the directory.
            settings: What their configuration says besides.
        """
        home.mkdir(parents=True, exist_ok=True)
        environment = chosen_environment(self.credentials, self.extensions[:chosen], home)
        config = home / "config.toml"
        config.write_text(f"{config.read_text()}\n{settings}")
        return environment


@contextmanager
def world(extensions: int, calls_per_minute: float = 0, *more: str) -> Iterator[World]:
    """A box of so many people, without rate limits."""
    words = [sys.executable, "-m", "tui", "simulate", "--no-rate-limits", "--extensions", str(extensions)]
    words += ["--calls-per-minute", str(calls_per_minute), *more]
    with _box(words) as found:
        yield found


@contextmanager
def stream_world(extensions: int) -> Iterator[World]:
    """A box of so many people in which nothing happens but what `World.stream` is asked for."""
    with _box([sys.executable, "-m", "bench.stream", str(extensions)]) as found:
        yield found


@contextmanager
def _box(words: list[str]) -> Iterator[World]:
    pipe = subprocess.PIPE
    with subprocess.Popen(words, stdin=pipe, stdout=pipe, text=True, env=dict(os.environ)) as box:
        try:
            assert box.stdout is not None
            credentials = json.loads(box.stdout.readline())
            with httpx.Client(base_url=credentials["server"], trust_env=False, timeout=60) as http:
                yield World(credentials, http, box)
        finally:
            box.terminate()


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="ringwall-bench-") as name:
        yield Path(name)
