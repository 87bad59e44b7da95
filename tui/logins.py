"""Where credentials come from, and where they are remembered."""

import logging
from collections.abc import Mapping
from pathlib import Path

import msgspec

from tui.config import Config
from tui.credentials import Credentials
from tui.errors import BadConfig
from tui.files import read_private, set_aside, write_private
from tui.paths import Paths

log = logging.getLogger(__name__)


class _Remembered(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What login.json holds: one login, and the server it was given for."""

    server: str
    client_id: str
    client_secret: str = ""
    jwt: str = ""
    username: str = ""
    password: str = ""


def cleaned_secret(text: str) -> str:
    """A pasted secret without the blanks and line breaks that pasting added."""
    return "".join(text.split())


def find_credentials(config: Config, paths: Paths, environment: Mapping[str, str]) -> Credentials:
    """What there is to log in with: from the environment, else from the files of `[login]`, else remembered.

    What is remembered counts only for the server that it was given for. Files are read anew at each call.

    Raises:
        BadConfig: A secret file is missing, or others can read it.
    """
    remembered = _remembered(paths.login, config.server)
    login = config.login
    if login.client_id and remembered and remembered.client_id != login.client_id:
        remembered = None
    known = remembered or _Remembered(server=config.server, client_id="")
    jwt = cleaned_secret(environment.get("RINGWALL_JWT", "") or _secret(login.jwt_file)) or known.jwt
    return Credentials(
        server=config.server,
        client_id=environment.get("RINGWALL_CLIENT_ID") or login.client_id or known.client_id,
        client_secret=cleaned_secret(environment.get("RINGWALL_CLIENT_SECRET", "") or _secret(login.client_secret_file))
        or known.client_secret,
        jwt=jwt,
        username=environment.get("RINGWALL_USERNAME") or login.username or known.username,
        password=environment.get("RINGWALL_PASSWORD") or _secret(login.password_file) or known.password,
    )


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


def _remembered(path: Path, server: str) -> _Remembered | None:
    content = read_private(path)
    if content is None:
        return None
    try:
        found = msgspec.json.decode(content, type=_Remembered)
    except msgspec.DecodeError as error:
        set_aside(path, str(error))
        return None
    return found if found.server.rstrip("/") == server.rstrip("/") else None


def _secret(name: str) -> str:
    if not name:
        return ""
    path = Path(name).expanduser()
    content = read_private(path)
    if content is None:
        raise BadConfig(f"{path} does not exist", "The configuration names it under [login].")
    return content.decode(errors="replace").strip()
