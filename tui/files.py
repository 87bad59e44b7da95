"""Files that only their owner may read, and that are never half written."""

import contextlib
import errno
import logging
import os
import stat
import tempfile
from pathlib import Path

from tui.errors import BadConfig, RingwallError, TryAgain
from tui.paths import shown

log = logging.getLogger(__name__)

ELSEWHERE = "Make the folder writable for you, or name another place: XDG_STATE_HOME."
"""What to do about a place that takes nothing."""


def write_private(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, whole or not at all.

    Raises:
        TryAgain: The disk is full.
        RingwallError: The folder cannot be written.
    """
    write_atomically(path, content, mode=0o600, folder_mode=0o700)


def write_atomically(path: Path, content: bytes, *, mode: int, folder_mode: int = 0o755) -> None:
    """Write a file by writing another beside it and renaming that; both are on the disk when this returns.

    Raises:
        TryAgain: The disk is full.
        RingwallError: The folder cannot be written.
    """
    temporary = ""
    try:
        make_folder(path.parent, folder_mode)
        # Made with 0600, so that not even a half written secret can be read by others.
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        raise fault(error, f"{shown(path)} cannot be written", "What was there before is still there.") from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
    _sync_folder(path.parent)


def make_folder(folder: Path, mode: int = 0o700) -> None:
    """Make a folder where there is none, with the folders above it.

    Raises:
        TryAgain: The disk is full.
        RingwallError: It cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=mode)
    except OSError as error:
        raise fault(error, f"{shown(folder)} cannot be made", ELSEWHERE) from error


def read_private(path: Path) -> bytes | None:
    """The content of a file that only its owner can read; None where there is none.

    Raises:
        BadConfig: Others can read it, or we cannot.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISREG(mode) and mode & 0o077:
                raise BadConfig(f"{path} holds a secret, and others can read it", f"Run   chmod 600 {path}")
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadConfig(f"{reason(error)}: {shown(path)} cannot be read") from error


def set_aside(path: Path, why: str) -> Path:
    """Move a file that cannot be used to `NAME.bad` (or `.bad1`, …), so that nothing is lost; gives where it is now.

    Raises:
        RingwallError: It cannot be moved.
    """
    number = 0
    while (aside := path.with_name(f"{path.name}.bad{number or ''}")).exists():
        number += 1
    try:
        path.rename(aside)
    except OSError as error:
        raise RingwallError(f"{path} cannot be used ({why}) nor moved aside: {reason(error)}") from error
    log.warning("%s cannot be used (%s) and was moved to %s", path, why, aside)
    return aside


def _sync_folder(folder: Path) -> None:
    """Make a renaming last; some file systems of other machines cannot, and the file is whole all the same."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def fault(error: OSError, message: str, hint: str = "") -> RingwallError:
    """What to raise where a disk does not do what it is told: a full one may have room later, so trying again helps."""
    kind = TryAgain if error.errno in (errno.ENOSPC, errno.EDQUOT) else RingwallError
    return kind(f"{reason(error)}: {message}", hint)


def reason(error: OSError) -> str:
    """Why a disk does not do what it is told, in words; first in a message, for the end of a long one may be cut."""
    known = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EROFS: "the file system is read-only",
        errno.EACCES: "not permitted",
        errno.EPERM: "not permitted",
    }
    return known.get(error.errno or 0, error.strerror or type(error).__name__)
