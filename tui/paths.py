"""Every path that Ringwall uses, from one place."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "ringwall"


@dataclass(frozen=True, slots=True)
class Paths:
    """Where files lie.

    Attributes:
        config: config.toml, as it is or would be.
        config_is_given: Whether somebody named it, so that it must exist.
        state: The folder for what Ringwall remembers by itself; only its owner can read it.
    """

    config: Path
    config_is_given: bool
    state: Path

    @property
    def login(self) -> Path:
        """The remembered credentials."""
        return self.state / "login.json"

    @property
    def log(self) -> Path:
        """The log."""
        return self.state / "ringwall.log"

    @property
    def health(self) -> Path:
        """How the wall is, for monitoring."""
        return self.state / "health.json"

    @property
    def picture(self) -> Path:
        """What a kiosk showed last, masked."""
        return self.state / "picture.json"

    @property
    def record(self) -> Path:
        """The record of calls."""
        return self.state / "calls.sqlite"

    @property
    def snapshots(self) -> Path:
        """The folder for what `:snapshot` saves."""
        return self.state / "snapshots"

    def beside_config(self, name: str) -> Path:
        """A file that the configuration names: from home with ~, else from the configuration's own folder."""
        return self.config.parent / os.path.expanduser(name)

    def of_login(self, key: str, kind: str) -> Path:
        """A file that belongs to one login: its tokens, their lock, its subscriptions."""
        return self.state / f"{kind}-{key}.json"


def find_paths(environment: Mapping[str, str], config: str | None = None, state: Path | None = None) -> Paths:
    """The paths for these environment variables.

    Args:
        environment: The environment variables.
        config: The config file that was named on the command line.
        state: Another state folder than the user's own.
    """
    given = config or environment.get("RINGWALL_CONFIG")
    default = platformdirs.user_config_path(APP) / "config.toml"
    return Paths(
        config=Path(os.path.expanduser(given)) if given else default,
        config_is_given=bool(given),
        state=state or platformdirs.user_state_path(APP),
    )


def shown(path: Path) -> str:
    """A path as people write it, with ~ for their home."""
    home = os.path.expanduser("~")
    text = str(path)
    return "~" + text[len(home) :] if home != "/" and text.startswith(home + os.sep) else text
