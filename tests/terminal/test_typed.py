"""What a terminal sends, taken apart into keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.typed import ESC, Typed


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
        ([b"\x1b\x1b[A\x1bOB"], [ESC, "\x1b[A\x1bOB"]),
        ([b"\xc3", b"\xa9"], ["é"]),
        ([b"\xe9l"], ["\ufffdl"]),
    ],
)
def test_esc_is_a_key_of_its_own_where_it_begins_no_sequence(reads: list[bytes], parts: list[str]) -> None:
    assert all_of(*reads) == parts


@given(st.lists(st.binary(max_size=12), max_size=6))
def test_nothing_is_lost_however_it_is_cut(reads: list[bytes]) -> None:
    assert "".join(all_of(*reads)).rstrip("\ufffd") == b"".join(reads).decode(errors="replace").rstrip("\ufffd")
