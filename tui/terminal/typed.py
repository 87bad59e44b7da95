"""What a terminal sends, taken apart for Textual's parser. Pure."""

import re
from codecs import getincrementaldecoder

ESC = "\x1b"
PASTE, PASTED = f"{ESC}[200~", f"{ESC}[201~"
AMBIGUOUS = 2
"""Characters of what may begin a sequence, or be Esc and a key behind it."""
LONGEST = 64
"""Characters of a sequence that is still waited for; no key's has more than half of them."""

_PART = re.compile(
    rf"""(?P<sequence>{ESC}(?:\[(?:M[^{ESC}]{{3}} | \[[A-E] | [0-?]*[ -/]*[@-~]) | O[ -~]))
    | (?P<answer>{ESC}[\]PX^_][^\x07{ESC}]*(?:\x07|{ESC}\\))
    | (?P<unfinished>{ESC}(?:\[[0-?]*[ -/]*|O)?\Z)
    | (?P<other>{ESC}|[^{ESC}]+)""",
    re.VERBOSE,
)


class Typed:
    """Bytes from a terminal, as they are read.

    A line that is slow, or tmux, hands over Esc and the next key at once. By themselves they look like that key with
    Alt held, and Textual makes one key of them, or leaves the Esc out. No key of ours needs Alt, so each Esc that
    begins no sequence is Esc. Source: ECMA-48: CSI is ESC [, SS3 is ESC O; terminals send their keys by these two.
    The linux console's function keys have a second [, and the oldest reports of a mouse three characters behind an M.

    What begins like the other strings of ECMA-48 (OSC, DCS, SOS, PM, APC) and ends like one is an answer to a program
    that ran before us. It is no key.

    Bytes that are no UTF-8, as from a terminal that is set to another encoding, come out as U+FFFD.
    """

    def __init__(self) -> None:
        self._decode = getincrementaldecoder("utf-8")("replace").decode
        self._held = ""
        self._is_pasting = False

    def take(self, data: bytes) -> list[str]:
        """What was read: each sequence by itself, each Esc by itself, and the text between them.

        What is pasted has lost its Esc, so that nobody is made to paste a key. A sequence that is not complete is
        held back, since its rest may follow.
        """
        text, self._held = self._held + self._decode(data), ""
        parts: list[str] = []
        while text:
            part, text = self._pasted(text) if self._is_pasting else self._next(text)
            parts.append(part)
            if part in (PASTE, PASTED):
                self._is_pasting = part == PASTE
        return [part for part in parts if part]

    def rest(self) -> list[str]:
        """What was held back, once nothing has followed it for a while: Esc, or what may be Esc and a key."""
        if self._is_pasting:
            return []
        rest, self._held = self._held, ""
        return [rest] if 0 < len(rest) <= AMBIGUOUS else []

    def _next(self, text: str) -> tuple[str, str]:
        match = next(_PART.finditer(text))
        part, text = match[0], text[match.end() :]
        if match["unfinished"] is not None:
            self._held = part if len(part) <= LONGEST else ""
        return ("" if match["unfinished"] or match["answer"] else part), text

    def _pasted(self, text: str) -> tuple[str, str]:
        if text.startswith(PASTED):
            return PASTED, text[len(PASTED) :]
        pasted, mark, behind = text.partition(PASTED)
        if not mark:
            begun = next(n for n in range(len(PASTED) - 1, -1, -1) if pasted.endswith(PASTED[:n]))
            pasted, self._held = pasted[: len(pasted) - begun], PASTED[:begun]
        return pasted.replace(ESC, ""), mark + behind
