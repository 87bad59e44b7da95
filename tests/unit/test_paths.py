"""Where files lie, and how `ringwall paths` tells of them."""

from pathlib import Path

import pytest

from tui.cli import run
from tui.paths import find_paths, shown


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, and the files of Ringwall in it."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.delenv("RINGWALL_CONFIG", raising=False)
    return tmp_path


def test_without_a_word_the_files_lie_where_the_system_wants_them_and_never_in_the_current_folder(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path_factory.mktemp("here")
    (here / "config.toml").touch()
    monkeypatch.chdir(here)
    paths = find_paths({})
    assert paths.config == home / "config" / "ringwall" / "config.toml"
    assert not paths.config_is_given
    assert paths.login == home / "state" / "ringwall" / "login.json"
    assert paths.log == home / "state" / "ringwall" / "ringwall.log"


@pytest.mark.parametrize(
    ("environment", "option", "file"),
    [
        ({"RINGWALL_CONFIG": "/etc/ringwall/one.toml"}, None, "/etc/ringwall/one.toml"),
        ({"RINGWALL_CONFIG": "/etc/ringwall/one.toml"}, "/etc/ringwall/two.toml", "/etc/ringwall/two.toml"),
        ({}, "two.toml", "two.toml"),
        ({}, "~nobody-of-this-name/two.toml", "~nobody-of-this-name/two.toml"),
    ],
)
def test_the_command_line_goes_before_the_environment(
    home: Path, environment: dict[str, str], option: str | None, file: str
) -> None:
    paths = find_paths(environment, option)
    assert (paths.config, paths.config_is_given) == (Path(file), True)


def test_a_tilde_is_home(home: Path) -> None:
    assert find_paths({}, "~/walls/one.toml").config == home / "walls" / "one.toml"
    assert shown(home / "walls" / "one.toml") == "~/walls/one.toml"
    assert shown(Path(f"{home}s/one.toml")) == f"{home}s/one.toml"


def said(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    assert run([*words, "paths"]) == 0
    return capsys.readouterr().out.splitlines()


def test_every_file_is_told_and_whether_it_is_there(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys) == [
        "config  ~/config/ringwall/config.toml   (not there)",
        "login   ~/state/ringwall/login.json   (not there)",
        "log     ~/state/ringwall/ringwall.log   (not there)",
        "health  ~/state/ringwall/health.json   (not there)",
        "record  ~/state/ringwall/calls.sqlite   (not there)",
        "state   ~/state/ringwall   (not there)",
    ]
    config = home / "config" / "ringwall" / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text("[login]\njwt_file = 'jwt'\n[record]\nwebhook_secret_file = '~/secret'\n")
    state = home / "state" / "ringwall"
    state.mkdir(parents=True)
    for name in ("login.json", "login.json.bad", "session-1.json"):
        (state / name).touch()
    assert said(capsys) == [
        "config  ~/config/ringwall/config.toml",
        "secret  ~/config/ringwall/jwt   (not there)",
        "secret  ~/secret   (not there)",
        "login   ~/state/ringwall/login.json",
        "log     ~/state/ringwall/ringwall.log   (not there)",
        "health  ~/state/ringwall/health.json   (not there)",
        "record  ~/state/ringwall/calls.sqlite   (not there)",
        "state   ~/state/ringwall",
        "        ~/state/ringwall/login.json.bad",
        "        ~/state/ringwall/session-1.json",
    ]


def test_a_config_that_cannot_be_used_hides_no_path(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "broken.toml").write_text("broken")
    assert said(capsys, "--config", str(home / "broken.toml"))[0] == "config  ~/broken.toml"
    assert said(capsys, "--config", "missing.toml")[0] == "config  missing.toml   (not there)"
