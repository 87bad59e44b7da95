"""What every command is told by the words before its name: which config file, how much to log, how to look."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tui.config import Config, load, with_overrides
from tui.credentials import Credentials
from tui.logins import find_credentials
from tui.paths import Paths, find_paths, shown


@dataclass
class Invocation:
    """One start of the program.

    Attributes:
        config_file: What `--config` said.
        overrides: Keys of the configuration that the command line sets, by name; `wall.view` is one in a table.
        environment: The environment variables.
        state: The folder for what is remembered; None for the user's own.
        kiosk: Whether the wall is one that nobody sits before.
    """

    config_file: str | None = None
    overrides: Mapping[str, object] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    state: Path | None = None
    kiosk: bool = False

    @cached_property
    def paths(self) -> Paths:
        """Where files lie."""
        return find_paths(self.environment, self.config_file, self.state)

    @cached_property
    def config(self) -> Config:
        """The configuration.

        Raises:
            BadConfig: It cannot be used.
        """
        config = load(self.paths.config, self.environment, must_exist=self.paths.config_is_given)
        return with_overrides(config, self.overrides)

    @property
    def secret_file(self) -> str:
        """The file that the JWT is read from at each login, as a person writes it; empty where it is from elsewhere.

        Raises:
            BadConfig: The configuration cannot be used.
        """
        name = self.config.login.jwt_file
        return shown(self.paths.beside_config(name)) if name and not self.environment.get("RINGWALL_JWT") else ""

    def credentials(self) -> Credentials:
        """What there is to log in with, read anew.

        Raises:
            BadConfig: A secret file cannot be used.
        """
        return find_credentials(self.config, self.paths, self.environment)
