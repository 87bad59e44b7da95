"""What msgspec says of a value that cannot be, in words for the person who wrote it."""

import re
from collections.abc import Mapping

import msgspec

_AT = re.compile(r" - at `\$\.?(?P<key>[^`]*)`$")
_UNKNOWN = re.compile(r"contains unknown field `(?P<field>[^`]+)`")
_WORDS = re.compile(r"Expected `str` matching regex '\^\((?P<words>[^)]+)\)\$'")
_EXPECTED = re.compile(r"Expected `(?P<type>\w+)`(?: (?P<relation>>|<=) (?P<bound>\S+))?")
_TYPES = {
    "str": "text in quotes",
    "bool": "true or false",
    "float": "a number",
    "array": "a list in [ ]",
    "object": "a table of its own",
}
_RELATIONS = {">": "above", "<=": "of at most"}


def in_words(error: msgspec.ValidationError, known: Mapping[str, object], model: type[msgspec.Struct]) -> str:
    """The key first, and after it what is allowed.

    Args:
        error: What msgspec raised.
        known: What was to be converted.
        model: Into what.
    """
    message = str(error)
    at = _AT.search(message)
    key = at["key"] if at else ""
    if unknown := _UNKNOWN.search(message):
        allowed = ", ".join(_fields(model, key))
        return f"there is no key {key}{'.' if key else ''}{unknown['field']}; {_place(key)} there are {allowed}"
    return f"{key} must be {_allowed(message)}{_given(key, known)}"


def _allowed(message: str) -> str:
    if choices := _WORDS.search(message):
        return f"one of {choices['words'].replace('|', ', ')}"
    expected = _EXPECTED.search(message)
    if expected is None:
        return f"something else ({message})"
    words = _TYPES.get(expected["type"], expected["type"])
    if expected["relation"]:
        words += f" {_RELATIONS[expected['relation']]} {float(expected['bound']):g}"
    return words


def _place(key: str) -> str:
    return f"in [{key}]" if key else "at the top"


def _fields(model: type[msgspec.Struct], key: str) -> list[str]:
    fields = {field.name: field.type for field in msgspec.structs.fields(model)}
    inner = fields.get(key)
    if isinstance(inner, type) and issubclass(inner, msgspec.Struct):
        return [field.name for field in msgspec.structs.fields(inner)]
    return list(fields)


def _given(key: str, known: Mapping[str, object]) -> str:
    value: object = known
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    return f", not {value!r}" if isinstance(value, str | int | float) else ""
