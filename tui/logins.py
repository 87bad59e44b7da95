"""Where credentials come from, and where they are remembered."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import msgspec

from tui.config import Config
from tui.credentials import Credentials
from tui.errors import BadConfig
from tui.files import read_private, set_aside, write_private
from tui.logs import register_secret
from tui.paths import Paths
from tui.stores import keyring_secret, systemd_secret

SECRET_VARIABLES = (
    "RINGWALL_CLIENT_SECRET",
    "RINGWALL_JWT",
    "RINGWALL_PASSWORD",
    "RINGWALL_WEBHOOK_SECRET",
    "PGPASSWORD",
    "CREDENTIALS_DIRECTORY",
)
"""The environment variables that hold secrets, or lead to them."""


def for_children(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for a process that we start: what we were given, without the secrets."""
    return {name: value for name, value in environment.items() if name not in SECRET_VARIABLES}


class _Remembered(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One of the logins that login.json lists: one for each server."""

    server: str
    client_id: str
    client_secret: str = ""
    jwt: str = ""
    username: str = ""
    password: str = ""
    in_browser: bool = False


def cleaned_secret(text: str) -> str:
    """A pasted secret without the blanks, line breaks and unseen characters that pasting added."""
    return "".join(character for character in text if character.isprintable() and not character.isspace())


def find_credentials(config: Config, paths: Paths, environment: Mapping[str, str]) -> Credentials:
    """What there is to log in with: of the environment, the files of `[login]`, systemd, the keyring, or remembered.

    A later place only fills in what an earlier one leaves open about the same app and person, and what is remembered
    counts only for the server that it was given for. Files are read anew at each call.

    Raises:
        BadConfig: A secret file is missing, or others can read it; or one of the places cannot be read.
    """
    server = config.server
    places: list[Callable[[], Credentials]] = [
        lambda: _from_files(config, paths),
        lambda: _from_store(server, lambda name: systemd_secret(name, environment)),
        lambda: _from_store(server, lambda name: keyring_secret(name, server) if config.login.keyring else ""),
        lambda: _remembered_for(server, paths),
    ]
    found = _from_environment(server, environment)
    for place in places:
        if not _is_all(found):
            found = _filled(found, place())
    return out_of_the_log(found)


def out_of_the_log(credentials: Credentials) -> Credentials:
    """The same; from now on what is secret in them never reaches the log."""
    for secret in (credentials.client_secret, credentials.jwt, credentials.password):
        register_secret(secret)
    return credentials


def remember(credentials: Credentials, paths: Paths) -> None:
    """Keep a login in the file that only its owner can read; those for other servers stay.

    Raises:
        RingwallError: It cannot be written, or others can read it.
    """
    ours = _Remembered(
        server=credentials.server,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        jwt=credentials.jwt,
        username=credentials.username,
        password=credentials.password,
        in_browser=credentials.in_browser,
    )
    _keep([ours, *_of_others(credentials.server, paths)], paths)


def forget(server: str, paths: Paths) -> None:
    """Remove what was remembered for a server.

    Raises:
        RingwallError: It cannot be removed.
    """
    if _remembered(paths.login)[0]:
        _keep(_of_others(server, paths), paths)


def _of_others(server: str, paths: Paths) -> list[_Remembered]:
    return [one for one in _remembered(paths.login)[0] if one.server != server]


def _keep(logins: Sequence[_Remembered], paths: Paths) -> None:
    write_private(paths.login, msgspec.json.encode(logins))


def _from_environment(server: str, environment: Mapping[str, str]) -> Credentials:
    return Credentials(
        server=server,
        client_id=environment.get("RINGWALL_CLIENT_ID", "").strip(),
        client_secret=cleaned_secret(environment.get("RINGWALL_CLIENT_SECRET", "")),
        jwt=cleaned_secret(environment.get("RINGWALL_JWT", "")),
        username=environment.get("RINGWALL_USERNAME", ""),
        password=environment.get("RINGWALL_PASSWORD", ""),
    )


def _from_files(config: Config, paths: Paths) -> Credentials:
    login = config.login
    return Credentials(
        server=config.server,
        client_id=login.client_id.strip(),
        client_secret=cleaned_secret(secret_of_file("login.client_secret_file", login.client_secret_file, paths)),
        jwt=cleaned_secret(secret_of_file("login.jwt_file", login.jwt_file, paths)),
        username=login.username,
        # Blanks may belong to a password; the line's end is the editor's.
        password=secret_of_file("login.password_file", login.password_file, paths).rstrip("\r\n"),
    )


def _from_store(server: str, secret: Callable[[str], str]) -> Credentials:
    return Credentials(
        server=server,
        client_id=secret("ringwall-client-id").strip(),
        client_secret=cleaned_secret(secret("ringwall-client-secret")),
        jwt=cleaned_secret(secret("ringwall-jwt")),
    )


def _remembered(path: Path) -> tuple[list[_Remembered], str]:
    """All that is remembered, and what was wrong with it: a file that cannot be read is moved aside."""
    content = read_private(path)
    if content is None:
        return [], ""
    try:
        return msgspec.json.decode(content, type=list[_Remembered]), ""
    except msgspec.DecodeError as error:
        aside = set_aside(path, str(error))
        return [], f"The remembered login cannot be read; {path} was moved to {aside.name}"


def _remembered_for(server: str, paths: Paths) -> Credentials:
    logins, problem = _remembered(paths.login)
    if problem:
        raise BadConfig(problem, "Log in again:   ringwall setup")
    found = next((one for one in logins if one.server == server), _Remembered(server=server, client_id=""))
    return Credentials(
        server=found.server,
        client_id=found.client_id,
        client_secret=found.client_secret,
        jwt=found.jwt,
        username=found.username,
        password=found.password,
        in_browser=found.in_browser,
    )


def _is_all(found: Credentials) -> bool:
    return found.complete and bool(found.client_secret)


def _filled(found: Credentials, more: Credentials) -> Credentials:
    """What is open in `found` from `more`, which is of the same server, as far as both are of one app and person."""
    if _differ(found.client_id, more.client_id):
        return found
    filled = replace(
        found,
        client_id=found.client_id or more.client_id,
        client_secret=found.client_secret or more.client_secret,
    )
    if found.jwt or found.password or _differ(found.username, more.username):
        return filled
    return replace(
        filled,
        jwt=more.jwt,
        username=found.username or more.username,
        password=more.password,
        in_browser=more.in_browser,
    )


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def secret_of_file(key: str, name: str, paths: Paths) -> str:
    """What stands in a secret file that the configuration names; empty where it names none.

    Args:
        key: Where it does, such as `login.jwt_file`.
        name: What it says there.
        paths: Where files lie.

    Raises:
        BadConfig: It is missing, no text, or others can read it.
    """
    if not name:
        return ""
    path = paths.beside_config(name)
    content = read_private(path)
    if content is None:
        raise BadConfig(f"{path} does not exist", f"The configuration names it: {key}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadConfig(f"{path} is not text", f"The configuration names it: {key}") from error
