"""The log: a rotating file that only its owner can read, without secrets and without full phone numbers."""

import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

LARGEST = 1_000_000
"""Bytes of one log file."""
KEPT = 5
"""Older log files that are kept."""
_BEARER = re.compile(r"(?i)(bearer|basic)\s+[\w.~+/=-]+")
_JWT = re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*")
_NUMBER = re.compile(r"(?<![\w.:])\+?\d{7,15}(?![\w.])")
_secrets: set[str] = set()


def register_secret(value: str) -> None:
    """From now on this text never reaches the log."""
    if len(value) >= 4:
        _secrets.add(value)


def without_secrets(text: str) -> str:
    """The text with registered secrets, tokens and phone numbers taken out."""
    for secret in _secrets:
        text = text.replace(secret, "***")
    text = _JWT.sub("***", _BEARER.sub(r"\1 ***", text))
    return _NUMBER.sub(lambda match: f"..{match[0][-4:]}", text)


class _Formatter(logging.Formatter):
    """Takes secrets out of the finished line, tracebacks included."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


class _PrivateFile(RotatingFileHandler):
    """A rotating file whose every part only its owner can read."""

    def _open(self):  # type: ignore[no-untyped-def]  # the base class types it by a private name of its stubs
        return open(self.baseFilename, "a", encoding="utf-8", opener=_private)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def log_to(path: Path, level: str) -> None:
    """Send every log, those of libraries too, into this file and nowhere else.

    A folder that cannot be written leaves the program without a log, not without a wall.
    """
    root = logging.getLogger()
    root.handlers.clear()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handler: logging.Handler = _PrivateFile(path, maxBytes=LARGEST, backupCount=KEPT, encoding="utf-8")
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_Formatter("%(asctime)s %(levelname)s %(process)d %(name)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(level.upper())
    logging.captureWarnings(capture=True)
    for name in ("httpx", "httpcore", "pubnub", "hpack", "asyncio", "aiohttp"):
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.DEBUG if level == "debug" else logging.WARNING)
