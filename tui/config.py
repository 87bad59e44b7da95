"""The configuration: config.toml as one typed model, read and (only the choice) written.

`config.toml` beside the README documents every key; a test keeps the two the same.
"""

import re
import stat
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
import tomli_w
from msgspec import Meta

from tui.credentials import DEFAULT_SERVER
from tui.errors import BadConfig
from tui.files import write_atomically
from tui.wording import in_words

MARKER = "# --- Ringwall writes below this line; what stands above it is yours and stays as it is ---"
"""From this line on the file is Ringwall's."""
_OURS = re.compile(rb"(?:\A|(?<=\n)|(?<=\A\xef\xbb\xbf))" + re.escape(MARKER.encode()))
DEFAULT_REDIRECT_URI = "http://localhost:8910/ringwall"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""Hosts of this machine: the only ones that plain http is spoken with, and where only a box can be."""
PROOFS = 2
"""Proofs that the link works within `confirm_after`, at least: one that is late must make no tile stale."""

Seconds = Annotated[float, Meta(gt=0, le=86_400)]


class LoginConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[login]`: who logs in. Secrets stand elsewhere, never here; see `logins.find_credentials`."""

    client_id: str = ""
    client_secret_file: str = ""
    jwt_file: str = ""
    keyring: bool = False
    redirect_uri: str = DEFAULT_REDIRECT_URI
    username: str = ""
    password_file: str = ""


class FeedConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[feed]`: the waits that keep the wall true, in seconds."""

    confirm_after: Seconds = 60.0
    reconcile_every: Seconds = 180.0
    proof_every: Seconds = 9.0
    renew_before: Seconds = 90.0
    retry_cap: Seconds = 60.0
    refused_retry: Seconds = 60.0


class WallConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[wall]`: what the wall shows first."""

    sort: Annotated[str, Meta(pattern="^(number|name|state|longest)$")] = "number"
    reverse: bool = False
    filter: str = ""


class ChoiceConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """`[choice]`: the chosen extensions, by id, and whether the glyphs came out wrong. Ringwall writes this table."""

    extensions: tuple[str, ...] = ()
    ascii: bool = False


class Config(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """Everything that config.toml can say."""

    server: str = DEFAULT_SERVER
    pubnub_origin: str = ""
    ca_file: str = ""
    transport: Annotated[str, Meta(pattern="^(auto|pubnub|websocket|polling)$")] = "auto"
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
    known = _parsed(path, _read(path, must_exist=must_exist))
    try:
        config = msgspec.convert(known, Config)
    except msgspec.ValidationError as error:
        raise BadConfig(
            f"{path}: {in_words(error, known, Config)}", "config.toml beside the README explains every key."
        ) from error
    _check_waits(path, config.feed)
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


def save_choice(path: Path, ids: Sequence[str]) -> None:
    """Write the choice below the marker line at the end of the file; all that stands above stays byte for byte.

    Raises:
        BadConfig: The file is not TOML, has a `[choice]` of its own, or something of people's own below the line.
        RingwallError: It cannot be written.
    """
    _save(path, extensions=list(ids))


def save_ascii(path: Path, *, only_ascii: bool) -> None:
    """Write that only ASCII characters come out right here, or that all do; as `save_choice` does.

    It stands in the same table, because a key of no table cannot stand below people's own.

    Raises:
        RingwallError: As `save_choice`.
    """
    _save(path, ascii=only_ascii)


def _save(path: Path, **changed: object) -> None:
    # A link stays one: the file that it leads to is replaced.
    path = path.resolve()
    text = _read(path, must_exist=False)
    _parsed(path, text)
    theirs = _above_marker(path, text.encode())
    if "choice" in _parsed(path, theirs.decode()):
        raise BadConfig(
            f"{path} has a [choice] of its own, so the choice cannot be saved",
            "Delete it there; Ringwall writes its own at the end of the file.",
        )
    known = _parsed(path, text).get("choice", {})
    if theirs and not theirs.endswith(b"\n"):
        theirs += b"\n"
    choice = {**(known if isinstance(known, dict) else {}), **changed}
    ours = f"{MARKER}\n{tomli_w.dumps({'choice': choice})}"
    mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o600
    write_atomically(path, theirs + ours.encode(), mode=mode)


def _above_marker(path: Path, content: bytes) -> bytes:
    for marker in reversed(list(_OURS.finditer(content))):
        try:
            below = tomllib.loads(content[marker.start() :].decode())
        except tomllib.TOMLDecodeError:
            continue  # It stands within somebody's text.
        choice = below.get("choice", {})
        if below.keys() - {"choice"} or not isinstance(choice, dict) or choice.keys() - {"extensions", "ascii"}:
            raise BadConfig(
                f"{path} has more than the choice below the line that Ringwall writes below",
                "Move what is yours above that line.",
            )
        return content[: marker.start()]
    return content


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
