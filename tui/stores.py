"""Secrets that somebody else keeps: systemd, for a service, and the desktop's keyring."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

from tui.errors import BadConfig

PATIENCE = 0.3
"""Seconds to wait for a keyring that has answered before: a wall runs, and must not stand still."""

_known: dict[tuple[str, str], str] = {}
_asked: dict[tuple[str, str], Future[str]] = {}


def systemd_secret(name: str, environment: Mapping[str, str]) -> str:
    """A credential that systemd hands to its service (`LoadCredential=`); empty where there is none.

    Raises:
        BadConfig: It cannot be read.
    """
    folder = environment.get("CREDENTIALS_DIRECTORY")
    if not folder:
        return ""
    # Not by its mode: systemd lets a service read it by an access list, which a mode shows as its group's.
    path = Path(folder) / name
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path} cannot be read", "Look at LoadCredential= in the service's unit.") from error


def keyring_secret(name: str, server: str) -> str:
    """A secret of the desktop's keyring, kept there under the server's address; empty where there is none.

    A keyring that is locked may wait for somebody to unlock it. The first answer is waited for; later, what it said
    last is good until it answers again.

    Raises:
        BadConfig: There is no keyring, or it gives nothing.
    """
    # Part of an extra, and 100 ms to import: only for those who ask for it.
    try:
        import keyring
        from keyring.errors import KeyringError
    except ImportError as error:
        raise BadConfig(
            "login.keyring is set, but what reads a keyring is not installed",
            "Install   ringwall[keyring]   or set login.keyring = false.",
        ) from error
    try:
        return _answer((server, name), lambda: keyring.get_password(server, name) or "")
    except KeyringError as error:
        raise BadConfig(
            f"the keyring gives nothing: {type(error).__name__}", "Unlock it, or set login.keyring = false."
        ) from error


def _answer(place: tuple[str, str], ask: Callable[[], str]) -> str:
    if place not in _asked:
        _asked[place] = Future()
        # A thread that nobody waits for at the end.
        Thread(target=_settle, args=(_asked[place], ask), name="keyring", daemon=True).start()
    asking = _asked[place]
    try:
        asking.exception(PATIENCE if place in _known else None)
    except TimeoutError:
        return _known[place]
    del _asked[place]
    _known[place] = asking.result()
    return _known[place]


def _settle(asking: "Future[str]", ask: Callable[[], str]) -> None:
    try:
        asking.set_result(ask())
    except Exception as error:
        asking.set_exception(error)
