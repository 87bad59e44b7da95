"""What config.toml may say, and what Ringwall answers to what it may not."""

import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.config import Config, check_server, load
from tui.errors import BadConfig
from tui.settings import ViewConfig

DOCUMENTED = Path(__file__).parents[2] / "config.toml"


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "config.toml"
        path.write_bytes(text.encode())
        return path

    return write


def refusal(path: Path, environment: dict[str, str] | None = None) -> BadConfig:
    with pytest.raises(BadConfig) as caught:
        load(path, environment or {})
    return caught.value


def test_the_documented_file_holds_every_key_with_its_default_and_no_other() -> None:
    found = tomllib.loads(DOCUMENTED.read_text())
    assert found == msgspec.json.decode(msgspec.json.encode(Config()))
    assert load(DOCUMENTED, {}) == Config()


def examples() -> dict[str, object]:
    """The tables that the documented file shows in comments."""
    lines = [line.removeprefix("#     ") for line in DOCUMENTED.read_text().splitlines() if line.startswith("#     ")]
    shown = "\n".join(lines).replace('sort = ["s"', '[keys]\nsort = ["s"')
    return tomllib.loads(shown)


def test_the_examples_in_the_documented_file_can_be_used_and_show_every_key_of_a_view() -> None:
    config = msgspec.convert(examples(), Config)
    assert set(msgspec.to_builtins(config.view[0])) == set(ViewConfig.__struct_fields__)
    assert config.alerts.department["Sales"].ringing == (10.0, 20.0)
    assert config.keys == {"sort": ("s", "ctrl+t"), "choose": {"sort": ("o",)}}


def test_every_key_of_the_documented_file_is_explained_above_it() -> None:
    explained = False
    for line in DOCUMENTED.read_text().splitlines():
        if line.startswith("#"):
            explained = True
        elif not line or line.startswith("["):
            explained = False
        else:
            assert explained, f"nothing stands above: {line}"


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    assert load(tmp_path / "missing.toml", {}) == Config()


def test_a_file_that_somebody_named_has_to_exist(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match=r"missing\.toml does not exist"):
        load(tmp_path / "missing.toml", {}, must_exist=True)


def test_what_the_file_says_counts_and_the_rest_keeps_its_default(written: Callable[[str], Path]) -> None:
    config = load(written('ascii = true\n[wall]\nsort = "longest"\n[feed]\nproof_every = 5\n'), {})
    assert (config.ascii, config.wall.sort, config.feed.proof_every) == (True, "longest", 5.0)
    assert config.server == Config().server


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(written: Callable[[str], Path]) -> None:
    assert load(written('\ufeffmask = true\r\n[wall]\r\nfilter = "sales"\r\n'), {}).mask is True


WRONG = {
    "colour = true": "there is no key colour; at the top there are server, ",
    "[wall]\nsorting = 1": "there is no key wall.sorting; in [wall] there are sort, reverse, filter",
    "[walls]\nsort = 1": "there is no key walls; ",
    "[login]\njwt = 'eyJ'": "there is no key login.jwt; in [login] there are client_id, client_secret_file, jwt_file",
    "server = 1": "server must be text in quotes, not 1",
    "ascii = 'yes'": "ascii must be true or false, not 'yes'",
    "mouse = 1": "mouse must be true or false, not 1",
    "server = true": "server must be text in quotes, not true",
    "wall = 'number'": "wall must be a table of its own, not 'number'",
    "log_level = 'loud'": "log_level must be one of debug, info, warning, error, not 'loud'",
    "[wall]\nsort = 'age'": "wall.sort must be one of number, name, state, attention, longest, changed, config",
    "ambiguous_width = 3": "ambiguous_width must be a whole number of at most 2, not 3",
    "theme = 'dark'": "theme must be one of safe, classic, high-contrast, light, ansi, mono, not 'dark'",
    "[alerts]\nringing = 20": "alerts.ringing must be a list in [ ], not 20",
    "[alerts]\nringing = [20]": "alerts.ringing must be a list in [ ] of 2",
    "[alerts]\nringing = [20, -1]": "alerts.ringing[1] must be a number of at least 0, not -1",
    "[alerts]\nringing = [40, 20]": "alerts.ringing has its alarm (20) before its warning (40)",
    "[alerts.department.'After hours']\nhold = 1": 'alerts.department."After hours".hold must be a list in [ ], not 1',
    "[alerts.department.'Sales']\nhold = [9, 1]": "department.Sales.hold has its alarm (1) before its warning (9)",
    "[alerts.department.A]\n[alerts.department.B]\nrining = 1": "there is no key alerts.department.B.rining; in [al",
    "[[view]]\nfilter = 'sales'": "view[0] has no name",
    "[[view]]\nname = ''": "view[0].name must be text that is not empty",
    "[[view]]\nname = 'a'\n[[view]]\nname = 'b'\nsrt = 1": "there is no key view[1].srt; in [view] there are name, ",
    "[[view]]\nname = 'a'\n[[choice.view]]\nname = 'A'": "has two views of the name 'a'",
    "[kiosk]\ndim = '22-6'": "kiosk.dim: '22-6' is no time of the day",
    "[kiosk]\ndim = '24:00-06:00'": "kiosk.dim: '24:00-06:00' is no time of the day",
    "[keys]\nsort = 's'": "keys.sort must be a list in [ ], not 's'",
    "[keys.choose]\nsort = ['s']\nundo = [1]": "keys.choose.undo[0] must be text in quotes, not 1",
    "[feed]\nretry_cap = 0": "feed.retry_cap must be a number above 0, not 0",
    "[feed]\nretry_cap = nan": "feed.retry_cap must be a number above 0, not nan",
    "[feed]\nproof_every = -1.5": "feed.proof_every must be a number above 0, not -1.5",
    "[feed]\nconfirm_after = inf": "feed.confirm_after must be a number of at most 86400, not inf",
    "[feed]\nconfirm_after = '60'": "feed.confirm_after must be a number, not '60'",
    "[feed]\nconfirm_after = 2": "feed.confirm_after must be at least 18, twice feed.proof_every, not 2",
    "[feed]\nproof_every = 45": "feed.confirm_after must be at least 90, twice feed.proof_every, not 60",
    "[choice]\nextensions = [401]": "choice.extensions[0] must be text in quotes",
    "[choice]\nextensions = '401'": "choice.extensions must be a list in [ ], not '401'",
    "server = 'platform.ringcentral.com'": "server: 'platform.ringcentral.com' is no address of a server",
    "server = 'https://'": "server: 'https://' is no address of a server",
    "[login]\nredirect_uri = 'localhost:8910'": "login.redirect_uri: 'localhost:8910' is no redirect URI",
    "[login]\nredirect_uri = 'http://h:port/'": "login.redirect_uri: 'http://h:port/' is no redirect URI",
    "[login]\nredirect_uri = 'http://host/#part'": "login.redirect_uri: 'http://host/#part' is no redirect URI",
    "server = 'https://host:port'": "server: 'https://host:port' is no address of a server",
    "server = 'https://[host'": "server: 'https://[host' is no address of a server",
    "server = 'https://me:secret@host'": "server: A server's address holds no user and password",
    "server = 'https://host/restapi'": "server: 'https://host/restapi' is more than a server",
    "server = 'http://platform.ringcentral.com'": "would send your secrets in the clear",
    "server = 'http://127.0.0.1.example.com'": "would send your secrets in the clear",
    "pubnub_origin = 'https://ps.pndsn.com'": "pubnub_origin: 'https://ps.pndsn.com' is no host",
    "ascii = yes": "is not TOML: Invalid value (at line 1, column 9)",
    "ascii = true\nascii = true\n": "is not TOML: Cannot overwrite a value (at line 2",
}


@pytest.mark.parametrize(("text", "words"), WRONG.items(), ids=WRONG.keys())
def test_what_cannot_be_is_refused_with_file_key_and_what_is_allowed(
    written: Callable[[str], Path], text: str, words: str
) -> None:
    path = written(text)
    error = refusal(path)
    assert str(error).startswith(str(path))
    assert words in str(error)
    assert error.hint
    assert error.exit_code == 78


def test_a_file_that_is_no_text_and_one_that_is_a_folder_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(b"server = '\xff'")
    assert "is not UTF-8 text" in str(refusal(path))
    assert "cannot be read" in str(refusal(tmp_path))


values = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.lists(st.integers()))


@given(key=st.sampled_from(sorted(Config.__struct_fields__)), value=values)
def test_no_wrong_value_is_told_in_words_of_the_library(key: str, value: object) -> None:
    from tui.wording import in_words

    try:
        msgspec.convert({key: value}, Config)
    except msgspec.ValidationError as error:
        words = in_words(error, {key: value}, Config)
        assert words.startswith(key)
        assert " must be " in words or "has no " in words
        assert "something else" not in words
        assert "`" not in words.replace(repr(value), "")


def test_server_and_origin_from_the_environment_override_the_file(written: Callable[[str], Path]) -> None:
    path = written("server = 'https://one.example.com'\npubnub_origin = 'one.example.com'\n")
    environment = {"RINGWALL_SERVER": "http://127.0.0.1:8080/", "RINGWALL_PUBNUB_ORIGIN": "127.0.0.1:8080"}
    config = load(path, environment)
    assert (config.server, config.pubnub_origin) == ("http://127.0.0.1:8080", "127.0.0.1:8080")
    assert load(path, {"RINGWALL_SERVER": ""}).server == "https://one.example.com"


def test_a_wrong_value_in_the_environment_names_the_variable_and_not_the_file(tmp_path: Path) -> None:
    missing = tmp_path / "config.toml"
    assert str(refusal(missing, {"RINGWALL_SERVER": "ftp://host"})).startswith("RINGWALL_SERVER: ")
    assert str(refusal(missing, {"RINGWALL_PUBNUB_ORIGIN": "a b"})).startswith("RINGWALL_PUBNUB_ORIGIN: ")


@pytest.mark.parametrize(
    ("entered", "plain"),
    [
        ("https://platform.ringcentral.com/", "https://platform.ringcentral.com"),
        ("  HTTPS://Platform.RingCentral.com \n", "https://platform.ringcentral.com"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://[::1]:8080//", "http://[::1]:8080"),
    ],
)
def test_a_server_is_brought_into_one_form(entered: str, plain: str) -> None:
    assert check_server(entered) == plain
