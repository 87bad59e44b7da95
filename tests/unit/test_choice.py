"""Saving the choice: all that people wrote stays byte for byte, and a load afterwards gives what was saved."""

import stat
import tempfile
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.config import load
from tui.errors import BadConfig, RingwallError
from tui.saving import MARKER, save_ascii, save_choice, save_views
from tui.settings import ViewConfig

ids = st.lists(st.text(st.characters(codec="utf-8"), min_size=1, max_size=12), max_size=40)
tops = [
    "ascii = true",
    "server = 'https://example.com'  # ours",
    "# a comment, with [choice] in it, 電話 and \t tabs",
    "",
    "   ",
    f"# {MARKER}",
]
tables = [
    "[wall]\nsort = \"name\"\nfilter = '''sales\n\n!offline '''",
    "[feed]\nproof_every = 5\n\n# the end",
    '[login]\nclient_id = """\\\n  abc"""',
]
texts = st.builds(
    lambda top, below: "\n".join([*top, *below]),
    st.lists(st.sampled_from(tops), unique=True),
    st.lists(st.sampled_from(tables), unique=True),
)


def saved(before: bytes, chosen: list[str]) -> tuple[bytes, tuple[str, ...]]:
    """The file after saving into it, and the choice that a load gives."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_bytes(before)
        save_choice(path, chosen)
        return path.read_bytes(), load(path, {}).choice.extensions


@settings(deadline=None)  # a disk takes as long as it takes
@given(
    text=texts,
    end=st.sampled_from(["", "\n", "\n\n\n"]),
    ids=ids,
    more=ids,
    windows=st.booleans(),
    marked=st.booleans(),
)
def test_whatever_stands_above_stays_byte_for_byte_and_the_choice_comes_back(
    text: str, end: str, ids: list[str], more: list[str], windows: bool, marked: bool
) -> None:
    """Windows: its line ends; marked: with a byte order mark."""
    text = "\ufeff" * marked + text + end
    if windows:
        text = text.replace("\n", "\r\n")
    before = text.encode()
    once, chosen = saved(before, ids)
    assert once.startswith(before)
    assert chosen == tuple(ids)
    twice, chosen = saved(once, more)
    assert twice.startswith(once[: once.rindex(MARKER.encode())])
    assert chosen == tuple(more)
    assert saved(twice, ids)[0] == once


def test_a_file_that_was_not_there_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "ringwall" / "config.toml"
    save_choice(path, ["401", "402"])
    assert load(path, {}).choice.extensions == ("401", "402")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o644])
def test_the_mode_of_the_file_stays(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "config.toml"
    path.touch()
    path.chmod(mode)
    save_choice(path, ["401"])
    assert stat.S_IMODE(path.stat().st_mode) == mode


def test_a_link_stays_a_link_even_one_that_leads_nowhere_yet(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles" / "ringwall.toml", tmp_path / "config.toml"
    link.symlink_to(real)
    for chosen in (["401"], ["402"]):
        save_choice(link, chosen)
        assert link.is_symlink()
        assert load(real, {}).choice.extensions == tuple(chosen)


@pytest.mark.parametrize("text", ["[choice]\nextensions = ['1']\n", "choice.extensions = ['1']", "choice = {}"])
def test_a_choice_that_people_wrote_themselves_is_named_and_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(BadConfig, match=r"has a \[choice\] of its own") as caught:
        save_choice(path, ["401"])
    assert "Delete it" in caught.value.hint
    assert path.read_text() == text


@pytest.mark.parametrize("added", ["mask = true\n", "[wall]\nsort = 'name'\n"])
def test_keys_that_people_wrote_below_the_line_are_not_thrown_away(tmp_path: Path, added: str) -> None:
    path = tmp_path / "config.toml"
    save_choice(path, ["401"])
    with path.open("a") as file:
        file.write(added)
    before = path.read_bytes()
    with pytest.raises(BadConfig, match="more than the choice below the line"):
        save_choice(path, ["402"])
    assert path.read_bytes() == before


def test_the_line_within_somebodys_text_is_not_ours(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    before = f'[wall]\nfilter = """\n{MARKER}\n"""\n'
    path.write_text(before)
    save_choice(path, ["401"])
    save_choice(path, ["402"])
    assert path.read_text().startswith(before)
    assert tomllib.loads(path.read_text())["choice"] == {"extensions": ["402"]}


@pytest.mark.parametrize("content", [b"ascii = tru", b"server = '\xff'"])
def test_a_file_that_cannot_be_read_is_never_overwritten(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    with pytest.raises(BadConfig):
        save_choice(path, ["401"])
    assert path.read_bytes() == content


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(RingwallError):
        save_choice(tmp_path / "file" / "config.toml", ["401"])


def test_that_the_glyphs_look_wrong_is_kept_beside_the_choice_and_both_leave_the_other_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    theirs = "# mine\nascii = false\n\n[wall]\nsort = 'name'   # by name\n"
    path.write_text(theirs)
    save_choice(path, ["401"])
    save_ascii(path, only_ascii=True)
    save_choice(path, ["402"])
    config = load(path, {})
    assert (config.ascii, config.choice.ascii, config.choice.extensions) == (True, True, ("402",))
    assert path.read_text().startswith(theirs)
    save_ascii(path, only_ascii=False)
    assert (load(path, {}).ascii, load(path, {}).choice.extensions) == (False, ("402",))


SALES = ViewConfig(name="Sales", filter='!offline "a b"', sort="longest", pins=("401",))
FREE = ViewConfig(name="Wer ist frei? 電話", free_only=True)


def test_saved_views_stand_beside_the_choice_and_come_back_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    theirs = "# mine\n[[view]]\nname = 'Mine'\n\n[wall]\nsort = 'name'"
    path.write_text(theirs)
    save_views(path, [SALES, FREE])
    save_choice(path, ["401"])
    save_ascii(path, only_ascii=True)
    config = load(path, {})
    assert (config.choice.view, config.choice.extensions) == ((SALES, FREE), ("401",))
    assert [view.name for view in config.view] == ["Mine"]
    assert path.read_text().startswith(theirs)
    save_views(path, [])
    assert load(path, {}).choice.view == ()
    assert load(path, {}).choice.extensions == ("401",)
