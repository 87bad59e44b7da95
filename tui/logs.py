"""The log: a rotating file that only its owner can read, without secrets and without full phone numbers."""

import logging
import os
import re
from collections import deque
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from urllib.parse import quote

from tui.errors import RingwallError
from tui.files import make_folder

LARGEST = 1_000_000
"""Bytes of one log file."""
KEPT = 5
"""Older log files that are kept."""
REMEMBERED = 200
"""Entries of the log that are kept in memory too, for the diagnostics screen."""
LONGEST = 4000
"""Characters of an entry that are kept there."""
LIBRARIES = ("httpx", "httpcore", "hpack", "pubnub", "asyncio", "aiohttp", "websockets")
"""Loggers that say much at every call; below `debug` only their warnings count."""

_AUTHORISATION = re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{8,}")
_JWT = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_NAMED = re.compile(
    r"(?i)((?:access_token|refresh_token|\btoken|assertion|client_secret|password|code_verifier|encryptionKey"
    r"|[?&](?:auth|code|wsc))['\"]?\s*[=:]\s*['\"]?)"
    r"[^\s'\"&,;}]+"
)
# Ids in a path stay: without them a log says nothing.
_NUMBER = re.compile(r"(?<![A-Za-z0-9_/])(?:\+|%2B)?\d{3,11}(\d{4})(?![A-Za-z0-9_])")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_secrets: deque[str] = deque(maxlen=64)
"""What was registered last; tokens of long ago are of no use to anybody, and what is in use is registered again."""
_registered = re.compile(r"(?!)")


def register_secret(value: str) -> None:
    """From now on this text never reaches the log."""
    global _registered
    if len(value) < 4:
        return
    is_known = value in _secrets
    if is_known:
        _secrets.remove(value)
    _secrets.append(value)
    if is_known:
        return
    forms = {form for secret in _secrets for form in (secret, quote(secret, safe=""))}
    _registered = re.compile("|".join(re.escape(form) for form in sorted(forms, key=len, reverse=True)))


def without_secrets(text: str) -> str:
    """The text with registered secrets, tokens, phone numbers and what moves a cursor taken out."""
    text = _registered.sub("***", text)
    text = _JWT.sub("***", _AUTHORISATION.sub(r"\1 ***", _NAMED.sub(r"\1***", text)))
    return _CONTROL.sub("?", _NUMBER.sub(r"..\1", text))


def log_to(path: Path, level: str) -> None:
    """Send every log, those of libraries too, into this file and nowhere else.

    A folder that cannot be written leaves the program without a log, not without a wall.
    """
    root = logging.getLogger()
    for old in tuple(root.handlers):
        if isinstance(old, _PrivateFile | logging.NullHandler | _Memory):
            root.removeHandler(old)
            old.close()
    root.addHandler(_handler(path))
    root.addHandler(_Memory())
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.DEBUG if level == "debug" else logging.WARNING)


def log_file() -> Path | None:
    """Where the log goes now; None where there is none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _PrivateFile) and (path := Path(handler.baseFilename)).exists():
            return path
    return None


def last_entries() -> list[str]:
    """What was logged last, oldest first; as clean as the file, and there even where no file can be written."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _Memory):
            return list(handler.entries)
    return []


class _Formatter(logging.Formatter):
    """Takes secrets out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class _PrivateFile(RotatingFileHandler):
    """A rotating file whose every part only its owner can read."""

    def _open(self) -> TextIOWrapper:
        return open(self.baseFilename, "a", encoding="utf-8", errors="replace", opener=_private)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say nothing: what logging writes to stderr of a full disk would stand across the wall."""


class _Memory(logging.Handler):
    """Keeps the last entries."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: deque[str] = deque(maxlen=REMEMBERED)
        self.setFormatter(_Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s", "%H:%M:%S"))

    def emit(self, record: logging.LogRecord) -> None:
        self.entries.append(self.format(record)[:LONGEST])


def _handler(path: Path) -> logging.Handler:
    try:
        make_folder(path.parent)
        handler = _PrivateFile(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    except (OSError, RingwallError):
        return logging.NullHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s p%(process)d %(name)s %(message)s"))
    return handler


def _private(path: str, flags: int) -> int:
    descriptor = os.open(path, flags, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor
