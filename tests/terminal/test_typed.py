"""What a terminal sends, taken apart into keys."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.constants import ESCAPE_DELAY
from textual.events import Key

from tui.driver import Keyboard
from tui.terminal.typed import ESC, PASTE, PASTED, Typed


def all_of(*reads: bytes) -> list[str]:
    """What comes out of several reads, and of a pause behind them."""
    typed = Typed()
    return [part for data in reads for part in typed.take(data)] + typed.rest()


@pytest.mark.parametrize(
    ("reads", "parts"),
    [
        ([b"\x1bs"], [ESC, "s"]),
        ([b"\x1b", b"s"], [ESC, "s"]),
        ([b"\x1b/ana"], [ESC, "/ana"]),
        ([b"v\x1b\x1bf"], ["v", ESC, ESC, "f"]),
        ([b"\x1b"], [ESC]),
        ([b"\x1b\x1b"], [ESC, ESC]),
        ([b"\x1b[A"], ["\x1b[A"]),
        ([b"\x1b", b"[A"], ["\x1b[A"]),
        ([b"\x1b[1", b";5A"], ["\x1b[1;5A"]),
        ([b"\x1b\x1b[A\x1bOB"], [ESC, "\x1b[A", "\x1bOB"]),
        ([b"\xc3", b"\xa9"], ["é"]),
        ([b"\xe9l"], ["\ufffdl"]),
    ],
)
def test_esc_is_a_key_of_its_own_where_it_begins_no_sequence(reads: list[bytes], parts: list[str]) -> None:
    assert all_of(*reads) == parts


@given(text=st.text(alphabet=st.characters(codec="utf-8", exclude_characters=ESC), max_size=20), cuts=st.data())
def test_what_is_pasted_stays_one_text_however_it_is_cut(text: str, cuts: st.DataObject) -> None:
    rest = f"{PASTE}{text}{PASTED}q".encode()
    reads = []
    while rest:
        cut = cuts.draw(st.integers(1, len(rest)))
        reads.append(rest[:cut])
        rest = rest[cut:]
    first, *pasted, last, key = all_of(*reads)
    assert (first, "".join(pasted), last, key) == (PASTE, text, PASTED, "q")


@given(st.lists(st.binary(max_size=12), max_size=6))
def test_text_without_esc_is_lost_nowhere(reads: list[bytes]) -> None:
    reads = [data.replace(b"\x1b", b"") for data in reads]
    assert "".join(all_of(*reads)).rstrip("\ufffd") == b"".join(reads).decode(errors="replace").rstrip("\ufffd")


def keys(data: bytes) -> list[str]:
    """The keys that the program gets, at once and after the time in which more could have followed."""
    keyboard = Keyboard()
    messages = keyboard.read(data) + keyboard.rest()
    after = time.monotonic() + 2 * ESCAPE_DELAY
    while time.monotonic() < after:
        messages += keyboard.rest()
    return [message.key if isinstance(message, Key) else type(message).__name__ for message in messages]


@pytest.mark.parametrize(
    ("data", "known"),
    [
        (b"\x1b[A\x1bOB", ["up", "down"]),
        (b"\x1b[[A", ["f1"]),
        (b"\x1b[27;5;9~1", ["ctrl+tab", "1"]),
        (b"\x1b[200~Berlin \x1bq\x1b[A\x1b[201~", ["Paste"]),
        (b"\x1b[?62;4c1", ["1"]),
        (b"\x1b[>0;276;0c1", ["1"]),
        (b"\x1b[99;2:3u1", ["1"]),
        (b"\x1b[99999999999999;1u1", ["1"]),
        (b"\x1b]11;rgb:0000/0000/0000\x071", ["1"]),
        (b"\x1bP1$r0m\x1b\\1", ["1"]),
    ],
)
def test_a_sequence_that_is_no_key_is_never_typed(data: bytes, known: list[str]) -> None:
    assert keys(data) == known


@given(st.lists(st.one_of(st.binary(max_size=8), st.from_regex(rb"\x1b\[[0-9;:<?]{0,12}[@-~]", fullmatch=True))))
def test_no_bytes_end_the_keyboard(reads: list[bytes]) -> None:
    keyboard = Keyboard()
    for data in reads:
        keyboard.read(data)
    keyboard.read(PASTED.encode())
    assert any(isinstance(message, Key) and message.key == "q" for message in keyboard.read(b"~~~q"))
