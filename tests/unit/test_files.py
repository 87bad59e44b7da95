"""Files that are private from their first byte, whole or not there, and never lost."""

import errno
import os
import stat
from pathlib import Path

import pytest

from tui.errors import BadConfig, RingwallError
from tui.files import make_folder, read_private, set_aside, write_atomically, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_private_file_and_its_folder_are_for_their_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "state" / "login.json"
    before = os.umask(0)
    try:
        write_private(path, b"secret")
    finally:
        os.umask(before)
    assert (mode(path), mode(path.parent)) == (0o600, 0o700)
    assert read_private(path) == b"secret"


def test_nobody_else_can_read_the_file_while_it_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    chmod = os.fchmod

    def watched(descriptor: int, wanted: int) -> None:
        seen.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        chmod(descriptor, wanted)

    monkeypatch.setattr(os, "fchmod", watched)
    write_atomically(tmp_path / "file", b"content", mode=0o644)
    assert seen == [0o600]
    assert mode(tmp_path / "file") == 0o644


def test_writing_again_replaces_all_of_it_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_private(path, b"a long first content")
    write_private(path, b"short")
    assert path.read_bytes() == b"short"
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (errno.ENOSPC, "the disk is full"),
        (errno.EROFS, "the file system is read-only"),
        (errno.EACCES, "not permitted"),
        (errno.EIO, os.strerror(errno.EIO)),
    ],
)
def test_a_disk_that_takes_nothing_is_told_in_words_and_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int, words: str
) -> None:
    path = tmp_path / "file"
    write_private(path, b"before")

    def failing(_: int) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(RingwallError, match=words) as caught:
        write_private(path, b"after")
    assert str(path) in str(caught.value)
    assert path.read_bytes() == b"before"
    assert names(tmp_path) == ["file"]


def test_a_writer_that_is_interrupted_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_private(tmp_path / "file", b"secret")
    assert names(tmp_path) == []


def test_a_folder_that_cannot_be_made_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(RingwallError, match="state"):
        write_private(tmp_path / "state" / "login.json", b"")
    with pytest.raises(RingwallError, match="cannot be made"):
        make_folder(tmp_path / "state" / "deeper")


@pytest.mark.parametrize("open_to", [0o640, 0o604, 0o620, 0o666])
def test_a_secret_that_others_can_read_or_write_is_refused_with_what_to_do(tmp_path: Path, open_to: int) -> None:
    path = tmp_path / "jwt"
    path.write_text("secret")
    path.chmod(open_to)
    with pytest.raises(BadConfig) as caught:
        read_private(path)
    assert str(path) in str(caught.value)
    assert f"chmod 600 {path}" in caught.value.hint
    path.chmod(0o400)
    assert read_private(path) == b"secret"


def test_what_is_not_there_is_none_and_what_is_no_file_is_told(tmp_path: Path) -> None:
    assert read_private(tmp_path / "missing") is None
    with pytest.raises(BadConfig, match="cannot be read"):
        read_private(tmp_path)


def test_a_secret_may_come_from_a_pipe() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"secret")
    os.close(writing)
    try:
        assert read_private(Path(f"/dev/fd/{reading}")) == b"secret"
    finally:
        os.close(reading)


def test_what_is_set_aside_never_overwrites_what_was_set_aside_before(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "login.json"
    for content in ("first", "second", "third"):
        path.write_text(content)
        aside = set_aside(path, "not JSON")
        assert aside.read_text() == content
        assert f"{path} cannot be used (not JSON) and was moved to {aside}" in caplog.text
    assert names(tmp_path) == ["login.json.bad", "login.json.bad1", "login.json.bad2"]


def test_what_cannot_be_set_aside_is_told(tmp_path: Path) -> None:
    with pytest.raises(RingwallError, match="nor moved aside"):
        set_aside(tmp_path / "missing", "not JSON")
