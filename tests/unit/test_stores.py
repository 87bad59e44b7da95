"""Secrets that systemd or the desktop's keyring keep: where they stand in the order, and what goes wrong with them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from tui.commands.invocation import Invocation
from tui.commands.recording import postgres_password, webhook_secret
from tui.config import Config, LoginConfig
from tui.credentials import Credentials
from tui.errors import BadConfig
from tui.logins import find_credentials, remember
from tui.paths import Paths

SERVER = "https://platform.example.com"
NAMES = ("ringwall-client-id", "ringwall-client-secret", "ringwall-jwt")


class InMemory(KeyringBackend):
    """A keyring of our own, as the library lets everybody write one."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.is_unlocked = Event()
        self.is_unlocked.set()

    def get_password(self, service: str, username: str) -> str | None:
        self.is_unlocked.wait()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "config.toml", False, tmp_path / "state")


@pytest.fixture
def desktop() -> Iterator[InMemory]:
    before, ours = keyring.get_keyring(), InMemory()
    keyring.set_keyring(ours)
    for name, secret in zip(NAMES, ("app", "of-keyring", "eyJ.of.keyring"), strict=True):
        keyring.set_password(SERVER, name, secret)
    yield ours
    ours.is_unlocked.set()
    keyring.set_keyring(before)


def systemd(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a service, with the credentials that systemd has put into a folder."""
    for name, secret in zip(NAMES, ("app", "of-systemd\n", "eyJ.of.systemd\n"), strict=True):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o440)
    return {"CREDENTIALS_DIRECTORY": str(folder), **more}


def found(
    paths: Paths, environment: dict[str, str], *, keyring: bool = False, client_secret_file: str = ""
) -> Credentials:
    return find_credentials(
        Config(server=SERVER, login=LoginConfig(keyring=keyring, client_secret_file=client_secret_file)),
        paths,
        environment,
    )


def test_all_may_come_from_systemd_alone(paths: Paths, tmp_path: Path) -> None:
    assert found(paths, systemd(tmp_path)) == Credentials(SERVER, "app", "of-systemd", "eyJ.of.systemd")


def test_all_may_come_from_the_keyring_alone_but_only_for_the_server_it_keeps_them_for(
    paths: Paths, desktop: InMemory
) -> None:
    assert found(paths, {}, keyring=True) == Credentials(SERVER, "app", "of-keyring", "eyJ.of.keyring")
    other = "https://elsewhere.example.com"
    assert find_credentials(Config(server=other, login=LoginConfig(keyring=True)), paths, {}) == Credentials(other)


def test_the_keyring_is_not_asked_unless_the_configuration_says_so(paths: Paths, desktop: InMemory) -> None:
    assert found(paths, {}) == Credentials(SERVER)


def test_one_that_waits_for_somebody_to_unlock_it_holds_up_nothing_that_runs(paths: Paths, desktop: InMemory) -> None:
    assert found(paths, {}, keyring=True).jwt == "eyJ.of.keyring"
    desktop.is_unlocked.clear()
    keyring.set_password(SERVER, "ringwall-jwt", "eyJ.another")
    assert found(paths, {}, keyring=True).jwt == "eyJ.of.keyring"
    desktop.is_unlocked.set()
    # What was asked while it was locked comes first.
    assert found(paths, {}, keyring=True).jwt == "eyJ.another"


def test_the_order_is_environment_files_systemd_keyring_remembered(
    paths: Paths, tmp_path: Path, desktop: InMemory
) -> None:
    remember(Credentials(SERVER, "app", "remembered", "eyJ.remembered"), paths)
    assert found(paths, {}, keyring=True).client_secret == "of-keyring"
    environment = systemd(tmp_path)
    assert found(paths, environment, keyring=True).client_secret == "of-systemd"
    file = tmp_path / "secret"
    file.write_text("of-file")
    file.chmod(0o600)
    assert found(paths, environment, client_secret_file=str(file)).client_secret == "of-file"
    environment["RINGWALL_CLIENT_SECRET"] = "of-environment"
    by_all = found(paths, environment, keyring=True, client_secret_file=str(file))
    assert by_all == Credentials(SERVER, "app", "of-environment", "eyJ.of.systemd")


def test_each_place_fills_in_only_what_those_before_leave_open(paths: Paths, tmp_path: Path, desktop: InMemory) -> None:
    environment = systemd(tmp_path)
    (tmp_path / "ringwall-client-secret").unlink()
    assert found(paths, environment, keyring=True) == Credentials(SERVER, "app", "of-keyring", "eyJ.of.systemd")


def test_the_secrets_of_the_record_come_from_the_same_places_in_the_same_order(
    paths: Paths, tmp_path: Path, desktop: InMemory
) -> None:
    file = tmp_path / "secret"
    file.write_text("of-file\n")
    file.chmod(0o600)
    (tmp_path / "config" / "ringwall").mkdir(parents=True)
    config = tmp_path / "config" / "ringwall" / "config.toml"
    config.write_text(f"""
        server = "{SERVER}"
        [login]
        keyring = true
        [record]
        webhook_secret_file = "{file}"
        postgres_password_file = "{file}"
        """)
    environment = systemd(tmp_path, RINGWALL_WEBHOOK_SECRET="of-environment", PGPASSWORD="of-environment")

    def both() -> tuple[str, str]:
        invocation = Invocation(str(config), environment=environment, state=paths.state)
        return webhook_secret(invocation), postgres_password(invocation)

    for name in ("ringwall-webhook-secret", "ringwall-postgres-password"):
        (tmp_path / name).write_text("of-systemd\n")
        keyring.set_password(SERVER, name, "of-keyring")
    assert both() == ("of-environment",) * 2
    del environment["RINGWALL_WEBHOOK_SECRET"], environment["PGPASSWORD"]
    assert both() == ("of-file",) * 2
    config.write_text(f'server = "{SERVER}"\n[login]\nkeyring = true\n')
    assert both() == ("of-systemd",) * 2
    del environment["CREDENTIALS_DIRECTORY"]
    assert both() == ("of-keyring",) * 2
    config.write_text(f'server = "{SERVER}"\n')
    assert both() == ("", "")
    config.write_text(f'server = "{SERVER}"\n[record]\nwebhook_secret_file = "{file}-not"\n')
    with pytest.raises(BadConfig, match="does not exist") as caught:
        both()
    assert "record.webhook_secret_file" in caught.value.hint


def test_what_cannot_be_read_says_what_to_do(
    paths: Paths, tmp_path: Path, desktop: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ringwall-jwt").mkdir()
    with pytest.raises(BadConfig, match="cannot be read") as caught:
        found(paths, {"CREDENTIALS_DIRECTORY": str(tmp_path)})
    assert "LoadCredential" in caught.value.hint
    keyring.set_keyring(NoKeyring())  # type: ignore[no-untyped-call]
    with pytest.raises(BadConfig, match="the keyring gives nothing") as caught:
        found(paths, {}, keyring=True)
    assert "Unlock it" in caught.value.hint
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(BadConfig, match="not installed") as caught:
        found(paths, {}, keyring=True)
    assert "ringwall[keyring]" in caught.value.hint
