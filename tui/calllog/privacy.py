"""How much of people's numbers the record keeps: all, the last four digits, or a keyed hash. Pure.

Only numbers of the outside are people's: short ones, which are the account's own extensions, stay as they are. Names
of outside callers are kept only where their numbers are.
"""

import hashlib
import hmac
import re

import msgspec

from tui.calllog.facts import Logged, Seen

LONGEST_EXTENSION = 6
"""Digits of the longest number that is taken for an extension's (platform documentation of extension numbers)."""
LAST = 4
HASHED = 16
"""Bytes of a hash that are kept: enough that no two numbers of an account share one."""
_WITHHELD = {"anonymous", "unknown", "private", "restricted", "unavailable", "blocked", "withheld"}
"""What stands in the place of a number that is withheld, in the words of various carriers."""


def digits(number: str) -> str:
    """A number as its digits only, so that however it was written it is the same."""
    return re.sub(r"\D", "", number)


def is_of_extension(number: str) -> bool:
    """Whether a number is one of the account's own."""
    return number.isdigit() and len(number) <= LONGEST_EXTENSION


class Numbers:
    """What is kept of a number.

    Args:
        mode: One of `tui.vocabulary.NUMBERS`.
        key: The key of the hash.
    """

    def __init__(self, mode: str = "full", key: bytes = b"") -> None:
        self.mode = mode
        self._key = key

    def kept(self, number: str) -> str:
        """What is kept of a number; nothing of one that is withheld."""
        if number.strip().lower() in _WITHHELD:
            return ""
        if self.mode == "full" or not number or is_of_extension(number):
            return number
        if self.mode == "last4":
            return f"..{digits(number)[-LAST:]}"
        hashed = hmac.new(self._key, digits(number).encode(), hashlib.sha256)
        return f"hash:{hashed.digest()[:HASHED].hex()}"

    def _name(self, name: str, number: str) -> str:
        return name if self.mode == "full" or is_of_extension(number) else ""

    def seen(self, fact: Seen) -> Seen:
        """A fact with what is kept of its numbers and names."""
        return msgspec.structs.replace(
            fact,
            from_number=self.kept(fact.from_number),
            from_name=self._name(fact.from_name, fact.from_number),
            to_number=self.kept(fact.to_number),
            to_name=self._name(fact.to_name, fact.to_number),
        )

    def logged(self, record: Logged) -> Logged:
        """A record of the call log with what is kept of its numbers and names."""
        return msgspec.structs.replace(
            record,
            from_number=self.kept(record.from_number),
            from_name=self._name(record.from_name, record.from_number),
            to_number=self.kept(record.to_number),
            to_name=self._name(record.to_name, record.to_number),
        )
