"""What a terminal sends, taken apart for Textual's parser. Pure."""

import re
from codecs import getincrementaldecoder

ESC = "\x1b"
_ALONE = re.compile(f"({ESC}(?![\\[O]))")


class Typed:
    """Bytes from a terminal, as they are read.

    A line that is slow, or tmux, hands over Esc and the next key at once. By themselves they look like that key with
    Alt held, and Textual makes one key of them, or leaves the Esc out. No key of ours needs Alt, so each Esc that
    begins no sequence is Esc. Source: ECMA-48: CSI is ESC [, SS3 is ESC O; terminals send their keys by these two.

    Bytes that are no UTF-8, as from a terminal that is set to another encoding, come out as U+FFFD.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._held = ""

    def take(self, data: bytes) -> list[str]:
        """What was read: texts for the parser, and each Esc that stands alone by itself.

        An Esc at the very end is held back, since its sequence may follow.
        """
        text = self._held + self._decode(data)
        self._held = ESC if text.endswith(ESC) else ""
        return [part for part in _ALONE.split(text.removesuffix(self._held)) if part]

    def rest(self) -> list[str]:
        """What was held back, once nothing has followed it for a while."""
        rest, self._held = self._held, ""
        return [rest] if rest else []
