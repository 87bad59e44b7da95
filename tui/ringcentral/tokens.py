"""What processes of one login share: the token pair with its lock, and which subscriptions belong to whom.

Each login (server, client, person) has files of its own, named by a hash of the three, so that nothing is ever sent to
another server than the one that gave it. The lock is of the operating system (flock): it ends with its process.
"""

import asyncio
import fcntl
import hashlib
import logging
import os
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tui.credentials import Credentials
from tui.errors import TryAgain
from tui.files import read_private, set_aside, write_private
from tui.paths import Paths

log = logging.getLogger(__name__)

LOCK_WITHIN = 30.0
"""Seconds to wait for another process that is renewing; it needs a second or two."""
LOCK_POLL = 0.05


class Tokens(msgspec.Struct, frozen=True, kw_only=True):
    """A token pair as the platform gave it; times are server time.

    Attributes:
        lifetime: Seconds the access token was given for.
        refresh_expires_at: None where the platform did not say.
    """

    access_token: str
    refresh_token: str | None
    expires_at: float
    lifetime: float
    refresh_expires_at: float | None
    scope: str
    owner_id: str
    session_id: str

    def __repr__(self) -> str:
        return f"Tokens(session_id={self.session_id!r}, expires_at={self.expires_at!r})"


class _Saved(msgspec.Struct, kw_only=True):
    """The token file: the pair, and the endpoint id that stays the same for ever."""

    endpoint_id: str
    tokens: Tokens | None = None


class TokenFile:
    """The file of one login.

    Args:
        paths: Where files lie.
        credentials: Whose login it is; the secrets do not matter, so that a new one keeps the session.
    """

    def __init__(self, paths: Paths, credentials: Credentials) -> None:
        self._path = paths.of_login(_key(credentials), "session")
        self._endpoint_id = ""

    @property
    def endpoint_id(self) -> str:
        """The id of this installation, the same at each login, as the platform wants it."""
        if not self._endpoint_id:
            saved = self._read()
            self._endpoint_id = saved.endpoint_id
            self._write(saved)
        return self._endpoint_id

    def load(self) -> Tokens | None:
        """The token pair, or None where there is none (any more)."""
        return self._read().tokens

    def save(self, tokens: Tokens) -> None:
        """Store a pair, before it is used.

        Raises:
            RingwallError: It cannot be written.
        """
        saved = self._read()
        saved.tokens = tokens
        self._write(saved)

    def clear(self) -> None:
        """Forget the pair."""
        saved = self._read()
        saved.tokens = None
        self._write(saved)

    @asynccontextmanager
    async def lock(self) -> AsyncIterator[None]:
        """Hold the lock of this login.

        Raises:
            TryAgain: Another process held it for too long.
        """
        self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            await _locked(descriptor)
            yield
        finally:
            os.close(descriptor)

    def _read(self) -> _Saved:
        content = read_private(self._path)
        if content is None:
            return _Saved(endpoint_id=self._endpoint_id or str(uuid.uuid4()))
        try:
            return msgspec.json.decode(content, type=_Saved)
        except msgspec.DecodeError as error:
            set_aside(self._path, str(error))
            return _Saved(endpoint_id=self._endpoint_id or str(uuid.uuid4()))

    def _write(self, saved: _Saved) -> None:
        write_private(self._path, msgspec.json.encode(saved))


def _key(credentials: Credentials) -> str:
    parts = (credentials.server.rstrip("/").lower(), credentials.client_id, credentials.username)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


async def _locked(descriptor: int) -> None:
    for _ in range(int(LOCK_WITHIN / LOCK_POLL)):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(LOCK_POLL)
        else:
            return
    raise TryAgain("Another Ringwall is renewing the login and does not end", "Is one of them stopped?")


class SubscriptionFile:
    """The subscriptions that this process has opened, in a file of its own, so that no two processes write one file.

    Args:
        paths: Where files lie.
        credentials: Whose login it is.
    """

    def __init__(self, paths: Paths, credentials: Credentials) -> None:
        self._folder = paths.state / f"subscriptions-{_key(credentials)}"
        self._path = self._folder / f"{os.getpid()}-{_started(os.getpid())}"
        self._ids: list[str] = []

    def add(self, subscription_id: str) -> None:
        """Remember a subscription of ours."""
        self._ids.append(subscription_id)
        self._write()

    def remove(self, subscription_id: str) -> None:
        """It is gone, whoever opened it."""
        if subscription_id in self._ids:
            self._ids.remove(subscription_id)
            self._write()
            return
        for path in self._left_behind():
            if subscription_id in _lines(path):
                path.unlink(missing_ok=True)

    def leftovers(self) -> list[str]:
        """The subscriptions of processes that are dead: only these may be removed, others' never."""
        return [one for path in self._left_behind() for one in _lines(path)]

    def _left_behind(self) -> list[Path]:
        if not self._folder.is_dir():
            return []
        return [path for path in self._folder.iterdir() if not path.name.startswith(".") and not _is_alive(path.name)]

    def _write(self) -> None:
        if self._ids:
            write_private(self._path, "\n".join(self._ids).encode())
        else:
            self._path.unlink(missing_ok=True)


def _lines(path: Path) -> list[str]:
    return (read_private(path) or b"").decode(errors="replace").split()


def _is_alive(owner: str) -> bool:
    pid, _, started = owner.partition("-")
    return pid.isdigit() and _started(int(pid)) == started


def _started(pid: int) -> str:
    """What tells a process from a later one with the same id; `gone` where there is none."""
    try:
        # The 22nd field of proc's stat; the second is in brackets and may hold anything.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except (OSError, IndexError):
        pass
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return "gone"
    except PermissionError:
        return "another's"
    return "running"
