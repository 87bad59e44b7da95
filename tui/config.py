"""The configuration: config.toml and the environment, read and checked. Its keys are in `tui.settings`.

`config.toml` beside the README documents every key; a test keeps the two the same.
"""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from tui.credentials import DEFAULT_SERVER
from tui.errors import BadConfig
from tui.settings import (
    DEFAULT_REDIRECT_URI,
    AlertsConfig,
    Config,
    DepartmentAlerts,
    FeedConfig,
    LoginConfig,
    ViewConfig,
)

__all__ = ["Config", "FeedConfig", "LoginConfig", "check_server", "load", "parsed", "read", "with_overrides"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts of this machine: the only ones that plain http is spoken with, and where only a box can be."""
_HOURS = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d", re.ASCII)
PROOFS = 2
"""Proofs that the link works within `confirm_after`, at least: one that is late must make no tile stale."""


def load(path: Path, environment: Mapping[str, str], *, must_exist: bool = False) -> Config:
    """Read the configuration; RINGWALL_SERVER and RINGWALL_PUBNUB_ORIGIN override the file.

    Args:
        path: The file; without one everything has its default.
        environment: The environment variables.
        must_exist: Whether a missing file is a fault, as it is when somebody named it.

    Raises:
        BadConfig: The file cannot be read, or a key or value in it cannot be; says which and what is allowed.
    """
    known = parsed(path, read(path, must_exist=must_exist))
    try:
        config = msgspec.convert(known, Config)
    except msgspec.ValidationError as error:
        # Seldom needed, and full of patterns to be compiled.
        from tui.wording import in_words

        raise BadConfig(
            f"{path}: {in_words(error, known, Config)}", "config.toml beside the README explains every key."
        ) from error
    _check_waits(path, config.feed)
    _check_alerts(path, config.alerts)
    _check_names(path, (*config.view, *config.choice.view))
    _checked(_check_hours, config.kiosk.dim, f"{path}: kiosk.dim")
    redirect_uri = _checked(_check_redirect_uri, config.login.redirect_uri, f"{path}: login.redirect_uri")
    server, origin = environment.get("RINGWALL_SERVER"), environment.get("RINGWALL_PUBNUB_ORIGIN")
    return msgspec.structs.replace(
        config,
        server=_checked(check_server, server or config.server, "RINGWALL_SERVER" if server else f"{path}: server"),
        pubnub_origin=_checked(
            _check_origin,
            origin or config.pubnub_origin,
            "RINGWALL_PUBNUB_ORIGIN" if origin else f"{path}: pubnub_origin",
        ),
        ascii=config.ascii or config.choice.ascii,
        login=msgspec.structs.replace(config.login, redirect_uri=redirect_uri),
    )


def with_overrides(config: Config, overrides: Mapping[str, object]) -> Config:
    """The configuration with some keys set otherwise: `mask`, or `wall.view` for one in a table."""
    for name, value in overrides.items():
        table, _, key = name.rpartition(".")
        if table:
            value = msgspec.structs.replace(getattr(config, table), **{key: value})
        config = msgspec.structs.replace(config, **{table or key: value})
    return config


def is_loopback(server: str) -> bool:
    """Whether a server is on this machine: only a simulator can be."""
    return (urlsplit(server).hostname or "") in LOOPBACK


def check_server(server: str) -> str:
    """A server's address in its plain form: no blanks around it, no slash at its end.

    Raises:
        BadConfig: It is not https (or http on this machine), or not an address alone.
    """
    no_address = BadConfig(f"{server!r} is no address of a server", f"It looks like {DEFAULT_SERVER}")
    try:
        parts = urlsplit(server.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise no_address from None
    if "@" in parts.netloc:
        raise BadConfig("A server's address holds no user and password", f"It looks like {DEFAULT_SERVER}")
    if parts.scheme not in {"https", "http"} or not host:
        raise no_address
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise BadConfig(f"{server!r} is more than a server", f"Write only {parts.scheme}://{parts.netloc}")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadConfig(f"{server} would send your secrets in the clear", "Write https:// instead of http://")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _checked(check: Callable[[str], str], value: str, where: str) -> str:
    try:
        return check(value)
    except BadConfig as error:
        raise BadConfig(f"{where}: {error}", error.hint) from error


def _check_waits(path: Path, feed: FeedConfig) -> None:
    least, after = PROOFS * feed.proof_every, feed.confirm_after
    if after < least:
        raise BadConfig(
            f"{path}: feed.confirm_after must be at least {least:g}, twice feed.proof_every, not {after:g}",
            "Healthy tiles would be shown as stale.",
        )


def _check_alerts(path: Path, alerts: AlertsConfig) -> None:
    tables: dict[str, AlertsConfig | DepartmentAlerts] = {"alerts": alerts}
    tables |= {f"alerts.department.{name}": one for name, one in alerts.department.items()}
    for table, limits in tables.items():
        for key in DepartmentAlerts.__struct_fields__:
            match getattr(limits, key):
                case (float(warning), float(alarm)) if 0 < alarm < warning:
                    raise BadConfig(
                        f"{path}: {table}.{key} has its alarm ({alarm:g}) before its warning ({warning:g})",
                        "First the seconds until the warning, then those until the alarm; 0 is never.",
                    )


def _check_names(path: Path, views: Sequence[ViewConfig]) -> None:
    names = [view.name.casefold() for view in views]
    for view in views:
        if names.count(view.name.casefold()) > 1:
            raise BadConfig(f"{path} has two views of the name {view.name!r}", "Give one of them another name.")


def _check_hours(hours: str) -> str:
    if hours and not _HOURS.fullmatch(hours):
        raise BadConfig(f"{hours!r} is no time of the day", 'It looks like "22:00-06:00", or is empty for never.')
    return hours


def _check_redirect_uri(redirect_uri: str) -> str:
    wrong = BadConfig(f"{redirect_uri!r} is no redirect URI", f"It looks like {DEFAULT_REDIRECT_URI}")
    try:
        parts = urlsplit(redirect_uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in {"https", "http"} or not host or "@" in parts.netloc or re.search(r"[\s#]", redirect_uri):
        raise wrong
    return redirect_uri


def _check_origin(origin: str) -> str:
    if re.search(r"[\s/@]", origin):
        raise BadConfig(f"{origin!r} is no host", "It looks like ps.pndsn.com or 127.0.0.1:8080, without https://")
    return origin


def read(path: Path, *, must_exist: bool) -> str:
    """The text of the file; empty without one.

    Raises:
        BadConfig: It cannot be read, or has to exist and does not.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        if must_exist:
            raise BadConfig(f"{path} does not exist", "Name a file that does, or none.") from None
        return ""
    except UnicodeDecodeError as error:
        raise BadConfig(f"{path} is not UTF-8 text", "Save it as UTF-8.") from error
    except OSError as error:
        raise BadConfig(f"{path} cannot be read: {error.strerror}") from error


def parsed(path: Path, text: str) -> dict[str, object]:
    """What the text of the file says.

    Raises:
        BadConfig: It is not TOML.
    """
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{path} is not TOML: {error}", "Mend that line; nothing was changed.") from error
