"""The configuration: config.toml as one typed model, read and (only the choice) written.

`config.toml` beside the README documents every key; a test keeps the two the same.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import tomli_w
from msgspec import Meta

from tui.errors import BadConfig
from tui.files import write_atomically

MARKER = "# --- Ringwall writes below this line; what stands above it is yours and stays as it is ---"
"""From this line on the file is Ringwall's."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts of this machine: the only ones that plain http is spoken with, and where only a box can be."""

Seconds = Annotated[float, Meta(gt=0, le=86_400)]


class LoginConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[login]`: who logs in. Secrets stand in files or in the environment, never here."""

    client_id: str = ""
    client_secret_file: str = ""
    jwt_file: str = ""
    username: str = ""
    password_file: str = ""


class FeedConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[feed]`: the waits that keep the wall true, in seconds."""

    confirm_after: Seconds = 60.0
    reconcile_every: Seconds = 180.0
    proof_every: Seconds = 9.0
    renew_before: Seconds = 90.0
    retry_cap: Seconds = 60.0


class WallConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[wall]`: what the wall shows first."""

    sort: Annotated[str, Meta(pattern="^(number|name|state|longest)$")] = "number"
    reverse: bool = False
    filter: str = ""


class ChoiceConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[choice]`: the chosen extensions, by id. Ringwall writes this table itself."""

    extensions: tuple[str, ...] = ()


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Everything that config.toml can say."""

    server: str = "https://platform.ringcentral.com"
    pubnub_origin: str = ""
    encryption: bool = True
    message_store: bool = False
    ascii: bool = False
    color: bool = True
    mouse: bool = False
    mask: bool = False
    log_level: Annotated[str, Meta(pattern="^(debug|info|warning|error)$")] = "info"
    login: LoginConfig = LoginConfig()
    feed: FeedConfig = FeedConfig()
    wall: WallConfig = WallConfig()
    choice: ChoiceConfig = ChoiceConfig()


def load(path: Path, environment: Mapping[str, str], *, must_exist: bool = False) -> Config:
    """Read the configuration; RINGWALL_SERVER and RINGWALL_PUBNUB_ORIGIN override the file.

    Args:
        path: The file; without one everything has its default.
        environment: The environment variables.
        must_exist: Whether a missing file is a fault, as it is when somebody named it.

    Raises:
        BadConfig: The file cannot be read, or a key or value in it cannot be; says which and what is allowed.
    """
    text = _read(path, must_exist=must_exist)
    known = _parsed(path, text)
    overrides = {"server": "RINGWALL_SERVER", "pubnub_origin": "RINGWALL_PUBNUB_ORIGIN"}
    known |= {key: environment[name] for key, name in overrides.items() if environment.get(name)}
    try:
        config = msgspec.convert(known, Config)
    except msgspec.ValidationError as error:
        raise BadConfig(
            f"{path}: {_words(str(error), known)}", "config.toml beside the README lists every key."
        ) from error
    check_server(config.server)
    return config


def check_server(server: str) -> None:
    """Make sure that a server's address is one.

    Raises:
        BadConfig: It is not https (or http on this machine), or has no host.
    """
    try:
        parts = urlsplit(server)
        host = parts.hostname
    except ValueError:
        raise BadConfig(f"server: {server!r} is no address", "It looks like https://platform.ringcentral.com") from None
    if parts.scheme not in {"https", "http"} or not host:
        raise BadConfig(f"server: {server!r} is no address", "It looks like https://platform.ringcentral.com")
    if parts.scheme == "http" and host not in LOOPBACK:
        raise BadConfig(f"server: {server} would send your secrets in the clear", "Write https:// instead of http://")


def save_choice(path: Path, ids: Sequence[str]) -> None:
    """Write the choice below the marker line at the end of the file; all that stands above stays byte for byte.

    Raises:
        BadConfig: The file cannot be read, or has a `[choice]` of its own above the marker.
        RingwallError: It cannot be written.
    """
    path = path.resolve()
    before = path.read_bytes() if path.exists() else b""
    _parsed(path, _read(path, must_exist=False))
    marker = MARKER.encode()
    start = next((m.start() for m in re.finditer(rb"^" + re.escape(marker), before, re.MULTILINE)), None)
    theirs = before if start is None else before[:start]
    if "choice" in _parsed(path, theirs.decode()):
        raise BadConfig(
            f"{path}: [choice] stands above the line that Ringwall writes below, so the choice cannot be saved",
            "Delete that table; Ringwall writes its own.",
        )
    if theirs and not theirs.endswith(b"\n"):
        theirs += b"\n"
    ours = tomli_w.dumps({"choice": {"extensions": list(ids)}}).encode()
    mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
    write_atomically(path, theirs + marker + b"\n" + ours, mode=mode)


def _read(path: Path, *, must_exist: bool) -> str:
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


def _parsed(path: Path, text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError as error:
        raise BadConfig(f"{path} is not TOML: {error}", "Mend that line; nothing was changed.") from error


_AT = re.compile(r" - at `\$\.?(?P<key>[^`]*)`$")
_UNKNOWN = re.compile(r"contains unknown field `(?P<field>[^`]+)`")
_PATTERN = re.compile(r"Expected `str` matching regex '\^\((?P<words>[^)]+)\)\$'")


def _words(message: str, known: Mapping[str, object]) -> str:
    """Msgspec's words, with the key first and what is allowed after it."""
    at = _AT.search(message)
    table = at["key"].replace("[...]", "") if at else ""
    said = message[: at.start()] if at else message
    if unknown := _UNKNOWN.search(said):
        key = f"{table}.{unknown['field']}".strip(".")
        allowed = _fields(table)
        return f"there is no key {key} (known{f' in [{table}]' if table else ''}: {', '.join(allowed)})"
    if pattern := _PATTERN.search(said):
        said = f"must be one of {pattern['words'].replace('|', ', ')}"
    value = _value(table, known)
    return f"{table}: {said[:1].lower()}{said[1:].replace('`', '')}" + ("" if value is None else f", not {value!r}")


def _fields(table: str) -> list[str]:
    tables: dict[str, type[msgspec.Struct]] = {
        "login": LoginConfig,
        "feed": FeedConfig,
        "wall": WallConfig,
        "choice": ChoiceConfig,
    }
    return [field.name for field in msgspec.structs.fields(tables.get(table, Config))]


def _value(key: str, known: Mapping[str, object]) -> object:
    value: object = known
    for part in key.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value if isinstance(value, str | int | float | bool) else None
