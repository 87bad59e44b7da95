"""A client of a running box, put together as the program does it."""

import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from tests.box import RunningBox
from tui.clock import Clock
from tui.credentials import Credentials
from tui.paths import find_paths
from tui.ringcentral.client import Client
from tui.ringcentral.session import Session
from tui.ringcentral.tokens import SubscriptionFile, TokenFile
from tui.ringcentral.trouble import MINUTE


def credentials_of(box: Mapping[str, str]) -> Credentials:
    return Credentials(box["server"], box["client_id"], box["client_secret"], box["jwt"])


@dataclass
class Parts:
    """What a client consists of below the Feed."""

    client: Client
    session: Session
    clock: Clock
    chance: random.Random
    tokens: TokenFile
    owned: SubscriptionFile
    credentials: Credentials

    def use(self, **changes: Any) -> None:
        """From now on log in with other credentials."""
        self.credentials = replace(self.credentials, **changes)


@asynccontextmanager
async def parts(
    box: RunningBox,
    folder: Path,
    changes: Mapping[str, Any] = {},
    *,
    minute: float = MINUTE,
    transport: httpx.AsyncBaseTransport | None = None,
) -> AsyncIterator[Parts]:
    """A client whose files lie in a folder; `changes` are to its credentials."""
    known = replace(credentials_of(box.credentials), **changes)
    paths = find_paths({}, str(folder / "config.toml"), folder / "state")
    clock, chance = Clock(), random.Random(7)
    client = Client(known.server, clock, chance, transport)
    tokens = TokenFile(paths, known)
    made = Parts(
        client,
        Session(client, lambda: made.credentials, tokens, minute),
        clock,
        chance,
        tokens,
        SubscriptionFile(paths, known),
        known,
    )
    try:
        yield made
    finally:
        await client.close()
