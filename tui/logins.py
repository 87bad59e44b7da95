"""Where credentials come from, and where they are remembered."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import msgspec

from tui.config import Config
from tui.credentials import Credentials
from tui.errors import BadConfig, RingwallError
from tui.files import read_private, set_aside, write_private
from tui.logs import register_secret
from tui.paths import Paths


class _Remembered(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What login.json holds: one login, and the server it was given for."""

    server: str
    client_id: str
    client_secret: str = ""
    jwt: str = ""
    username: str = ""
    password: str = ""


def cleaned_secret(text: str) -> str:
    """A pasted secret without the blanks, line breaks and unseen characters that pasting added."""
    return "".join(character for character in text if character.isprintable() and not character.isspace())


def find_credentials(config: Config, paths: Paths, environment: Mapping[str, str]) -> Credentials:
    """What there is to log in with: from the environment, else from the files of `[login]`, else remembered.

    A later place only fills in what an earlier one leaves open about the same app and person, and what is remembered
    counts only for the server that it was given for. Files are read anew at each call.

    Raises:
        BadConfig: A secret file is missing, or others can read it; or what was remembered cannot be read.
    """
    found = _from_environment(config.server, environment)
    if not _is_all(found):
        found = _filled(found, _from_files(config, paths))
    if not _is_all(found) and (remembered := _remembered(paths.login)):
        found = _filled(found, remembered)
    for secret in (found.client_secret, found.jwt, found.password):
        register_secret(secret)
    return found


def remember(credentials: Credentials, paths: Paths) -> None:
    """Keep a login in the file that only its owner can read.

    Raises:
        RingwallError: It cannot be written.
    """
    kept = _Remembered(
        server=credentials.server,
        client_id=credentials.client_id,
        client_secret=credentials.client_secret,
        jwt=credentials.jwt,
        username=credentials.username,
        password=credentials.password,
    )
    write_private(paths.login, msgspec.json.encode(kept))


def forget(paths: Paths) -> None:
    """Remove what was remembered.

    Raises:
        RingwallError: It cannot be removed.
    """
    try:
        paths.login.unlink(missing_ok=True)
    except OSError as error:
        raise RingwallError(f"{paths.login} cannot be removed: {error.strerror}") from error


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
        client_secret=cleaned_secret(_secret("client_secret_file", login.client_secret_file, paths)),
        jwt=cleaned_secret(_secret("jwt_file", login.jwt_file, paths)),
        username=login.username,
        # Blanks may belong to a password; the line's end is the editor's.
        password=_secret("password_file", login.password_file, paths).rstrip("\r\n"),
    )


def _remembered(path: Path) -> Credentials | None:
    content = read_private(path)
    if content is None:
        return None
    try:
        found = msgspec.json.decode(content, type=_Remembered)
    except msgspec.DecodeError as error:
        aside = set_aside(path, str(error))
        raise BadConfig(
            f"The remembered login cannot be read; {path} was moved to {aside.name}", "Log in again:   ringwall setup"
        ) from error
    return Credentials(
        server=found.server,
        client_id=found.client_id,
        client_secret=found.client_secret,
        jwt=found.jwt,
        username=found.username,
        password=found.password,
    )


def _is_all(found: Credentials) -> bool:
    return found.complete and bool(found.client_secret)


def _filled(found: Credentials, more: Credentials) -> Credentials:
    """What is open in `found` from `more`, as far as both are of one server, app and person."""
    if found.server.rstrip("/") != more.server.rstrip("/") or _differ(found.client_id, more.client_id):
        return found
    filled = replace(
        found,
        client_id=found.client_id or more.client_id,
        client_secret=found.client_secret or more.client_secret,
    )
    if found.jwt or found.password or _differ(found.username, more.username):
        return filled
    return replace(filled, jwt=more.jwt, username=found.username or more.username, password=more.password)


def _differ(one: str, other: str) -> bool:
    return bool(one and other and one != other)


def _secret(key: str, name: str, paths: Paths) -> str:
    if not name:
        return ""
    path = paths.beside_config(name)
    content = read_private(path)
    if content is None:
        raise BadConfig(f"{path} does not exist", f"The configuration names it: login.{key}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadConfig(f"{path} is not text", f"The configuration names it: login.{key}") from error
