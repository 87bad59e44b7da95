"""Ringwall in a process of its own, as scripts start it."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Json = dict[str, Any]
ENDED = "ringwall: ended by SIGTERM\n"
"""What a `watch` says on stderr when it is ended."""


def ringwall(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tui", *words], env=environment, capture_output=True, text=True, check=False
    )


class Watch:
    """A running `watch --json`, or one that says sentences."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self.process = process
        self.out = process.stdout
        self.err = process.stderr

    def until(self, **wanted: object) -> list[Json]:
        """Every object up to one that has these values."""
        seen: list[Json] = []
        for line in self.out:
            seen.append(json.loads(line))
            if wanted.items() <= seen[-1].items():
                return seen
        raise AssertionError(f"{wanted} did not come, but {seen[-1:]}")

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Its exit code, and what it said on stderr."""
        self.process.send_signal(number)
        _, said = self.process.communicate()
        return self.process.returncode, said


@contextmanager
def watching(environment: dict[str, str], *words: str, python: Sequence[str] = ("-m", "tui")) -> Iterator[Watch]:
    with subprocess.Popen(
        [sys.executable, *python, *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Watch(process)
        finally:
            process.kill()
