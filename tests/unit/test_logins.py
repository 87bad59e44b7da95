"""Where credentials come from, in which order, and where they never go."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import convert

from tui.config import Config, LoginConfig
from tui.credentials import Credentials
from tui.errors import BadConfig, RingwallError
from tui.logins import cleaned_secret, find_credentials, forget, remember
from tui.paths import Paths

SERVER = "https://platform.example.com"
LOGIN = Credentials(SERVER, "app", "app-secret", "eyJ.jwt.remembered")
ENVIRONMENT = {
    "RINGWALL_CLIENT_ID": "app",
    "RINGWALL_CLIENT_SECRET": "secret-of-environment",
    "RINGWALL_JWT": "eyJ.jwt.environment",
}


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config.toml", False, tmp_path / "state")


def secret_file(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    path.chmod(0o600)
    return str(path)


def found(paths: Paths, environment: dict[str, str] | None = None, /, **login: str) -> Credentials:
    return find_credentials(Config(server=SERVER, login=convert(login, LoginConfig)), paths, environment or {})


def test_with_nothing_anywhere_only_the_server_is_known(paths: Paths) -> None:
    assert found(paths) == Credentials(SERVER)


def test_all_may_come_from_the_environment_alone(paths: Paths) -> None:
    assert found(paths, ENVIRONMENT) == Credentials(SERVER, "app", "secret-of-environment", "eyJ.jwt.environment")
    old = {"RINGWALL_CLIENT_ID": "app", "RINGWALL_USERNAME": "ana", "RINGWALL_PASSWORD": " pass word "}
    assert found(paths, old) == Credentials(SERVER, "app", username="ana", password=" pass word ")


def test_all_may_come_from_files_and_each_is_read_anew(paths: Paths, tmp_path: Path) -> None:
    files = {
        "client_secret_file": secret_file(tmp_path, "secret", "from-file\n"),
        "jwt_file": secret_file(tmp_path, "jwt", "eyJ.first\r\n .part \n"),
    }
    assert found(paths, client_id="app", **files) == Credentials(SERVER, "app", "from-file", "eyJ.first.part")
    secret_file(tmp_path, "jwt", "eyJ.second")
    assert found(paths, client_id="app", **files).jwt == "eyJ.second"


def test_a_password_keeps_its_blanks_but_not_its_line_end(paths: Paths, tmp_path: Path) -> None:
    name = secret_file(tmp_path, "password", " pass word \r\n")
    assert found(paths, username="ana", password_file=name).password == " pass word "


def test_a_relative_name_counts_from_the_configs_folder_and_a_tilde_from_home(
    paths: Paths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    secret_file(tmp_path, "jwt", "beside")
    secret_file(tmp_path / "home", "jwt", "at-home")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    assert found(paths, jwt_file="jwt").jwt == "beside"
    assert found(paths, jwt_file="~/jwt").jwt == "at-home"


def test_the_environment_goes_before_files_and_files_before_what_is_remembered(paths: Paths, tmp_path: Path) -> None:
    remember(LOGIN, paths)
    assert found(paths) == LOGIN
    name = secret_file(tmp_path, "jwt", "eyJ.jwt.file")
    assert found(paths, jwt_file=name) == replace(LOGIN, jwt="eyJ.jwt.file")
    by_both = found(paths, {"RINGWALL_JWT": "eyJ.jwt.environment"}, jwt_file=name)
    assert by_both == replace(LOGIN, jwt="eyJ.jwt.environment")


def test_what_is_not_needed_is_not_read(paths: Paths) -> None:
    paths.state.mkdir()
    paths.login.write_text("broken")
    paths.login.chmod(0o600)
    assert found(paths, ENVIRONMENT, jwt_file="/missing").complete
    assert paths.login.read_text() == "broken"


@pytest.mark.parametrize("server", ["https://elsewhere.example.com", "http://platform.example.com", SERVER + ":8443"])
def test_what_is_remembered_is_never_given_to_another_server(paths: Paths, server: str) -> None:
    remember(replace(LOGIN, server=server), paths)
    assert found(paths) == Credentials(SERVER)
    assert found(paths, {"RINGWALL_CLIENT_ID": "app"}) == Credentials(SERVER, "app")


def test_secrets_of_two_apps_are_not_mixed(paths: Paths) -> None:
    remember(LOGIN, paths)
    assert found(paths, {"RINGWALL_CLIENT_ID": "another"}) == Credentials(SERVER, "another")
    assert found(paths, client_id="another") == Credentials(SERVER, "another")
    assert found(paths, client_id="app") == LOGIN


def test_two_people_are_not_mixed(paths: Paths) -> None:
    remember(replace(LOGIN, jwt="", username="ana", password="of-ana"), paths)
    assert found(paths).password == "of-ana"
    assert found(paths, username="ben").password == ""
    ben = found(paths, {"RINGWALL_USERNAME": "ben", "RINGWALL_PASSWORD": "of-ben"})
    assert (ben.username, ben.password, ben.client_secret) == ("ben", "of-ben", "app-secret")


def test_a_password_in_the_environment_is_not_overruled_by_a_remembered_jwt(paths: Paths) -> None:
    remember(LOGIN, paths)
    by_password = found(paths, {"RINGWALL_USERNAME": "ana", "RINGWALL_PASSWORD": "pass"})
    assert (by_password.username, by_password.jwt) == ("ana", "")


def test_a_user_in_the_environment_and_the_password_in_a_file_are_one_login(paths: Paths, tmp_path: Path) -> None:
    name = secret_file(tmp_path, "password", "pass")
    both = found(paths, {"RINGWALL_CLIENT_ID": "app", "RINGWALL_USERNAME": "ana"}, password_file=name)
    assert both == Credentials(SERVER, "app", username="ana", password="pass")


@pytest.mark.parametrize("key", ["client_secret_file", "jwt_file", "password_file"])
def test_a_secret_file_that_cannot_be_used_is_named_with_its_key(paths: Paths, tmp_path: Path, key: str) -> None:
    with pytest.raises(BadConfig, match="missing does not exist") as caught:
        found(paths, **{key: str(tmp_path / "missing")})
    assert f"login.{key}" in caught.value.hint
    with pytest.raises(BadConfig, match="is not text"):
        found(paths, **{key: secret_file(tmp_path, "bytes", b"\xff")})
    (tmp_path / "bytes").chmod(0o640)
    with pytest.raises(BadConfig, match="others can read it"):
        found(paths, **{key: str(tmp_path / "bytes")})


def test_what_is_remembered_is_for_its_owner_alone(paths: Paths) -> None:
    remember(LOGIN, paths)
    assert stat.S_IMODE(paths.login.stat().st_mode) == 0o600
    paths.login.chmod(0o644)
    with pytest.raises(BadConfig, match="others can read it"):
        found(paths)
    with pytest.raises(BadConfig, match="others can read it"):
        remember(LOGIN, paths)


def test_each_server_has_a_login_of_its_own_which_is_remembered_and_forgotten_alone(paths: Paths) -> None:
    forget(SERVER, paths)
    remember(LOGIN, paths)
    remember(replace(LOGIN, server="http://127.0.0.1:8080", jwt="eyJ.of.a.box"), paths)
    assert found(paths) == LOGIN
    remember(replace(LOGIN, jwt="eyJ.newer"), paths)
    assert found(paths).jwt == "eyJ.newer"
    forget("http://127.0.0.1:8080", paths)
    assert found(paths).jwt == "eyJ.newer"
    forget(SERVER, paths)
    assert found(paths) == Credentials(SERVER)


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RingwallError, match="Not a directory"):
        remember(LOGIN, Paths(tmp_path / "config.toml", False, tmp_path / "file"))


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[1]", b'[{"server": 1}]', b"\xff", b'[{"server": "s", "client_id": 3}]']
)
def test_a_remembered_login_that_cannot_be_read_is_moved_aside_and_told_once(paths: Paths, content: bytes) -> None:
    remember(LOGIN, paths)
    paths.login.write_bytes(content)
    with pytest.raises(BadConfig, match=r"moved to login\.json\.bad") as caught:
        found(paths)
    assert "ringwall setup" in caught.value.hint
    assert paths.login.with_name("login.json.bad").read_bytes() == content
    assert found(paths) == Credentials(SERVER)


def test_a_remembered_login_that_cannot_be_read_does_not_keep_from_remembering_another(paths: Paths) -> None:
    paths.state.mkdir()
    paths.login.write_bytes(b"broken")
    paths.login.chmod(0o600)
    remember(LOGIN, paths)
    assert found(paths) == LOGIN
    assert paths.login.with_name("login.json.bad").read_bytes() == b"broken"


@pytest.mark.parametrize(
    "pasted",
    ["abc.def", " abc.def\n", "abc\r\n.def", "abc .\tdef\u00a0", "\u2028abc.d\x0bef", "\ufeffabc\u200b.def\x00"],
)
def test_a_pasted_secret_loses_the_blanks_and_breaks_of_pasting(pasted: str) -> None:
    assert cleaned_secret(pasted) == "abc.def"


def test_no_representation_shows_a_secret() -> None:
    shown = repr(replace(LOGIN, password="pass-marked"))
    assert not any(secret in shown for secret in ("app-secret", "remembered", "pass-marked"))
