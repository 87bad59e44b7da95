"""What processes of one login share: the token pair with its lock, its troubles, and whose which subscription is.

Each login (server, client, person) has files of its own, named by a hash of the three, so that nothing is ever sent to
another server than the one that gave it. The lock is of the operating system (flock): it ends with its process.
"""

import asyncio
import base64
import fcntl
import hashlib
import logging
import os
import platform
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from tui.credentials import Credentials
from tui.errors import RingwallError, TryAgain
from tui.files import ELSEWHERE, fault, make_folder, read_private, set_aside, write_private
from tui.logs import register_secret
from tui.paths import Paths, shown
from tui.ringcentral.trouble import Cause, Trouble

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

    def refresh_token_at(self, now: float) -> str | None:
        """The refresh token, unless there is none or it has ended."""
        return self.refresh_token if self.refresh_expires_at is None or self.refresh_expires_at > now else None

    def __repr__(self) -> str:
        return f"Tokens(session_id={self.session_id!r}, expires_at={self.expires_at!r})"


class _Saved(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The token file: the pair and what went wrong with it, and the endpoint id that stays when they go."""

    endpoint_id: str
    tokens: Tokens | None = None
    troubles: dict[Cause, Trouble] = {}


class TokenFile:
    """The file of one login.

    Args:
        paths: Where files lie.
        credentials: Whose login it is; a new secret or JWT of the same person keeps the session.

    Attributes:
        problem: What was wrong with the file when it was last read, for people; empty where nothing was.
        transport_path: The file beside it that tells which transports the platform grants to this login.
    """

    def __init__(self, paths: Paths, credentials: Credentials) -> None:
        self.problem = ""
        key = _hash(*_login(credentials))
        self._path = paths.of_login(key, "session")
        self.transport_path = paths.of_login(key, "transport")

    @property
    def endpoint_id(self) -> str:
        """The id of this installation, the same at each login, as the platform wants it."""
        saved = self._read()
        if saved is None:
            saved = _Saved(endpoint_id=str(uuid.uuid4()))
            self._write(saved)
        return saved.endpoint_id

    def load(self) -> Tokens | None:
        """The token pair, or None where there is none (any more)."""
        saved = self._read()
        if saved is None or saved.tokens is None:
            return None
        _keep_out_of_log(saved.tokens)
        return saved.tokens

    @property
    def troubles(self) -> dict[Cause, Trouble]:
        """What went wrong with the login, each cause as it was met last."""
        saved = self._read()
        return dict(saved.troubles) if saved else {}

    def save(self, tokens: Tokens | None, troubles: Mapping[Cause, Trouble] = {}) -> None:
        """Store a pair, before it is used, or that there is none any more; and what went wrong.

        Raises:
            RingwallError: It cannot be written.
        """
        if tokens:
            _keep_out_of_log(tokens)
        self._write(_Saved(endpoint_id=self.endpoint_id, tokens=tokens, troubles=dict(troubles)))

    def clear(self) -> None:
        """Forget the pair and what went wrong with it.

        Raises:
            RingwallError: It cannot be written.
        """
        if (saved := self._read()) and (saved.tokens or saved.troubles):
            self._write(_Saved(endpoint_id=saved.endpoint_id))

    @asynccontextmanager
    async def lock(self, within: float = LOCK_WITHIN) -> AsyncIterator[None]:
        """Hold the lock of this login.

        Args:
            within: Seconds to wait for whoever has it.

        Raises:
            TryAgain: Another process held it for too long, or the disk is full.
            RingwallError: The folder cannot be written.
        """
        path = self._path.with_suffix(".lock")
        make_folder(path.parent)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise fault(error, f"{shown(path)} cannot be made", ELSEWHERE) from error
        try:
            await _lock(descriptor, within)
            yield
        finally:
            os.close(descriptor)

    def _read(self) -> _Saved | None:
        content = read_private(self._path)
        if content is None:
            return None
        try:
            return msgspec.json.decode(content, type=_Saved)
        except msgspec.DecodeError as error:
            aside = set_aside(self._path, str(error))
            self.problem = f"{self._path} cannot be used and was moved to {aside.name}; logging in anew"
            return None

    def _write(self, saved: _Saved) -> None:
        write_private(self._path, msgspec.json.encode(saved))


class SubscriptionFile:
    """The subscriptions that this process has opened, in a file of its own, so that no two processes write one file.

    Without it a wall works as well, so a disk that takes nothing is only logged.

    Args:
        paths: Where files lie.
        credentials: Whose login it is.
    """

    def __init__(self, paths: Paths, credentials: Credentials) -> None:
        # The machine counts too: a home may be shared by several, and a process of another one only seems dead.
        self._key = _hash(*_login(credentials), platform.node())
        self._folder = paths.state
        self._path = paths.of_login(f"{self._key}-{os.getpid()}-{_started(os.getpid())}", "subscriptions")

    def add(self, subscription_id: str) -> None:
        """Remember a subscription of ours."""
        _keep(self._path, [*_kept(self._path), subscription_id])

    def remove(self, subscription_id: str) -> None:
        """It is gone, whoever opened it."""
        for path in (self._path, *self._left_behind()):
            if subscription_id in (ids := _kept(path)):
                _keep(path, [one for one in ids if one != subscription_id])

    def leftovers(self) -> list[str]:
        """The subscriptions of processes that are dead: only these may be removed, others' never."""
        return [one for path in self._left_behind() for one in _kept(path)]

    def _left_behind(self) -> list[Path]:
        return [path for path in self._folder.glob(f"subscriptions-{self._key}-*.json") if not _is_alive(path.stem)]


def _login(credentials: Credentials) -> tuple[str, str, str]:
    return credentials.server.rstrip("/").lower(), credentials.client_id, _person(credentials)


class _Claims(msgspec.Struct):
    """What a JWT says that is of use here: whose it is."""

    sub: str | int


def _person(credentials: Credentials) -> str:
    """Who logs in, so that two people with one app never take over each other's session."""
    if not credentials.jwt:
        return credentials.username
    claims = credentials.jwt.split(".")[1:2]
    try:
        content = base64.urlsafe_b64decode("".join(claims) + "==")
        return str(msgspec.json.decode(content, type=_Claims).sub)
    except (ValueError, msgspec.DecodeError):
        return _hash(credentials.jwt)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _keep_out_of_log(tokens: Tokens) -> None:
    register_secret(tokens.access_token)
    register_secret(tokens.refresh_token or "")


async def _lock(descriptor: int, within: float) -> None:
    for _ in range(max(1, round(within / LOCK_POLL))):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            await asyncio.sleep(LOCK_POLL)
        else:
            return
    raise TryAgain("Another Ringwall is renewing the login and does not end", "Is one of them stopped?")


def _kept(path: Path) -> list[str]:
    try:
        content = read_private(path)
        return msgspec.json.decode(content, type=list[str]) if content else []
    except msgspec.DecodeError as error:
        set_aside(path, str(error))
    except RingwallError as error:
        log.warning("subscriptions that are left behind may not be recognised: %s", error)
    return []


def _keep(path: Path, ids: list[str]) -> None:
    try:
        if ids:
            write_private(path, msgspec.json.encode(ids))
        else:
            path.unlink(missing_ok=True)
    except (RingwallError, OSError) as error:
        log.warning("a subscription that is left behind will not be recognised: %s", error)


def _is_alive(name: str) -> bool:
    """Whether the process lives that a file is named after: `subscriptions-KEY-PID-STARTED`."""
    _, _, pid, started = name.split("-", 3)
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
