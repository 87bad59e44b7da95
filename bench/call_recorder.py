"""`ringwall watch --record` in a process of its own, which is killed and started again."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from pathlib import Path

from bench.latency import chosen_environment
from bench.worlds import World
from tui.calllog.store import Store

TRANSPORTS = ("pubnub", "websocket")
LEAVES_WITHIN = 30


class Recorder:
    """Records over PubNub and over WebSockets by turns, and is tended as by a service manager.

    Args:
        world: The box.
        ids: The chosen extensions.
        home: Where all that is theirs lies.
        settings: What their configuration says besides.
        secrets: What their environment says besides.

    Attributes:
        transport: The present one.
        lives: How often it was started.
        left: How often it had ended by itself.
    """

    def __init__(
        self, world: World, ids: list[str], home: Path, settings: str, secrets: Mapping[str, str]
    ) -> None:  # fmt: skip
        self._world = world
        self._ids = ids
        self._home = home
        self._settings = settings
        self._secrets = secrets
        self._transports = cycle(TRANSPORTS)
        self._process: subprocess.Popen[bytes] | None = None
        self._is_killed = False
        self.transport = ""
        self.lives = 0
        self.left = 0

    def start(self) -> None:
        """Begin to record, over the other transport than before."""
        self._is_killed = False
        self.lives += 1
        self.transport = next(self._transports)
        environment = chosen_environment(self._world.credentials, self._ids, self._home, self.transport)
        with open(self._home / "config.toml", "a") as file:
            file.write(self._settings)
        with open(self._home / "stderr", "ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tui", "watch", "--record"],
                env={**environment, **self._secrets},
                stdout=subprocess.DEVNULL,
                stderr=errors,
            )

    def kill(self) -> None:
        """End it without a word: `kill -9`."""
        self._is_killed = True
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def tend(self) -> None:
        """Start it again where it has ended by itself, as a service manager does."""
        if self._process is not None and self._process.poll() is not None and not self._is_killed:
            self.left += 1
            self.start()

    def leave(self) -> None:
        """End it as a service is ended."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(LEAVES_WITHIN)

    @contextmanager
    def record(self) -> Iterator[Store]:
        """What it has recorded."""
        store = Store(self._home / "state" / "ringwall" / "calls.sqlite")
        try:
            yield store
        finally:
            store.close()
