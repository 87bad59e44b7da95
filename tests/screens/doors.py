"""A way in that does what a test tells it to."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from tests.screens.scripted import NO_RECORD
from tui.credentials import Credentials, LoginStep, StepState
from tui.feed.health import Report
from tui.presence.extension import Extension
from tui.presence.views import SavedView
from tui.screens.ports import CallRecord, Directory, Watching

FILLED = Credentials(client_id="3fQkz0XbT1mXv8aYw2LQ7g", client_secret="s" * 22, jwt="j" * 812)
STEPS = (
    LoginStep("Server", StepState.RUNNING, "https://platform.ringcentral.com"),
    LoginStep("Server", StepState.OK, "RingCentral 25.1, answers in 84 ms"),
    LoginStep("Login", StepState.RUNNING, ""),
    LoginStep("Login", StepState.OK, "Mia Santos, extension 301, Administrator"),
    LoginStep(
        "Permissions",
        StepState.OK,
        "ReadAccounts, ReadPresence",
        ["ReadCallLog is missing: gaps in the record stay open"],
    ),
    LoginStep("Extensions", StepState.RUNNING, "400 of 1,204"),
)
UNBLEMISHED = tuple(replace(step, more=()) for step in STEPS)
"""The same steps of a login that lacks nothing."""
DONE = LoginStep("Extensions", StepState.OK, "1,204")


class ScriptedDirectory:
    """A directory that stands still until a test changes it."""

    def __init__(
        self, extensions: Sequence[Extension] = (), *, total: int | None = None, complete: bool = True
    ) -> None:
        self.extensions = extensions
        self.total = len(extensions) if total is None else total
        self.complete = complete
        self.problem = ""


class ScriptedAccount:
    """An account that only has a directory."""

    is_demo = True
    record: CallRecord = NO_RECORD

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self.chosen: Sequence[str] = ()

    def save_choice(self, ids: Sequence[str]) -> None:
        self.chosen = ids

    def save_views(self, views: Sequence[SavedView]) -> None:
        raise NotImplementedError

    def health(self) -> Report | None:
        return None

    def watch(self, extensions: Sequence[Extension]) -> Watching:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError


class ScriptedDoor:
    """Tells these steps, then waits where it is told to.

    Attributes:
        attempts: What was logged in with, and whether to remember it.
        answers: What was pasted of the answers of a browser.
        go_on: Set to let a login that `waits` end.
    """

    remembers_at = "~/.local/state/ringwall/login.json"
    secret_file = ""

    def __init__(
        self, prefilled: Credentials = FILLED, steps: Sequence[LoginStep] = (*UNBLEMISHED, DONE), *, waits: bool = False
    ) -> None:
        self.prefilled = prefilled
        self.account: ScriptedAccount | None = None
        self.steps = steps
        self.attempts: list[tuple[Credentials, bool]] = []
        self.answers: list[str] = []
        self.was_cancelled = False
        self.fault: Exception | None = None
        self.go_on = asyncio.Event()
        if not waits:
            self.go_on.set()

    async def log_in(self, credentials: Credentials, *, remember: bool) -> AsyncIterator[LoginStep]:
        self.attempts.append((credentials, remember))
        for step in self.steps:
            yield step
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.was_cancelled = True
            raise
        if self.fault is not None:
            raise self.fault
        if self.steps[-1].state is StepState.OK:
            self.account = ScriptedAccount(ScriptedDirectory())

    def answer(self, pasted: str) -> None:
        self.answers.append(pasted)

    async def close(self) -> None:
        self.account = None
