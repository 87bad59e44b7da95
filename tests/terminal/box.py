"""A box in a process of its own, as users have it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx


@dataclass
class BoxProcess:
    """A running box."""

    about: dict[str, str]

    def ask(self, method: str, door: str, wish: object = None) -> Any:
        """Ask a door."""
        answer = httpx.request(method, f"{self.about['server']}{door}", json=wish, trust_env=False)
        assert answer.is_success, answer.text
        return answer.json()

    def asked(self, method: str, path: str) -> int:
        """How often something was asked of it."""
        requests = self.ask("GET", "/simulator/requests")
        return sum(1 for one in requests if one["method"] == method and one["path"].startswith(path))

    def environment(self, home: Path, **more: str) -> dict[str, str]:
        """The environment of a user whose secrets are in it, and who has nothing but started Ringwall before."""
        (home / "state" / "ringwall").mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return {
            **kept,
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_STATE_HOME": str(home / "state"),
            "RINGWALL_SERVER": self.about["server"],
            "RINGWALL_PUBNUB_ORIGIN": self.about["pubnub_origin"],
            "RINGWALL_CLIENT_ID": self.about["client_id"],
            "RINGWALL_CLIENT_SECRET": self.about["client_secret"],
            "RINGWALL_JWT": self.about["jwt"],
            **more,
        }


@contextmanager
def box_process(*options: str) -> Iterator[BoxProcess]:
    """A quiet box with forty people, unless the options say otherwise; a whole module may log in to it at once."""
    quiet = ("--extensions", "40", "--calls-per-minute", "0", "--no-rate-limits")
    words = [sys.executable, "-m", "tui", "simulate", *quiet, *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield BoxProcess(json.loads(process.stdout.readline()))
        finally:
            process.terminate()


def choose(home: Path, *ids: str) -> None:
    """Have these extensions chosen already."""
    folder = home / "config" / "ringwall"
    folder.mkdir(parents=True)
    listed = ", ".join(f'"{one}"' for one in ids)
    (folder / "config.toml").write_text(f"[choice]\nextensions = [{listed}]\n")
