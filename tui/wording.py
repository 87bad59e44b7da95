"""What msgspec says of a value that cannot be, in words for the person who wrote it."""

import re
from collections.abc import Mapping, Sequence

import msgspec
from msgspec import inspect

_AT = re.compile(r" - at `\$(?P<path>[^`]*)`$")
_PART = re.compile(r"\.(?P<name>[^.\[]+)|\[(?P<place>\d+)\]|(?P<any>\[\.\.\.\])")
_UNKNOWN = re.compile(r"contains unknown field `(?P<field>[^`]+)`")
_MISSING = re.compile(r"missing required field `(?P<field>[^`]+)`")
_WORDS = re.compile(r"Expected `str` matching regex '\^\((?P<words>[^)]+)\)\$'")
_LENGTH = re.compile(r"Expected `(?P<type>\w+)` of length (?P<length>\d+|>= 1)")
_EXPECTED = re.compile(r"Expected `(?:object \| )?(?P<type>\w+)`(?: (?P<relation>>=?|<=) (?P<bound>\S+))?")
_TYPES = {
    "str": "text in quotes",
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "array": "a list in [ ]",
    "object": "a table of its own",
}
_RELATIONS = {">": "above", ">=": "of at least", "<=": "of at most"}
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_Part = str | int
_ANY = ""
"""The part of a path where msgspec does not say which key of a table it is."""


def in_words(error: msgspec.ValidationError, known: Mapping[str, object], model: type[msgspec.Struct]) -> str:
    """The key first, and after it what is allowed.

    Args:
        error: What msgspec raised.
        known: What was to be converted.
        model: Into what.
    """
    message = str(error)
    path = _named(_path_in(message), known, model)
    if unknown := _UNKNOWN.search(message):
        allowed = ", ".join(_fields(model, path))
        return f"there is no key {_written([*path, unknown['field']])}; {_table(path)} there are {allowed}"
    if missing := _MISSING.search(message):
        return f"{_written(path)} has no {missing['field']}"
    return f"{_written(path)} must be {_allowed(message)}{_given(path, known)}"


def _path_in(message: str) -> list[_Part]:
    at = _AT.search(message)
    parts = _PART.finditer(at["path"] if at else "")
    return [int(part["place"]) if part["place"] else part["name"] or _ANY for part in parts]


def _named(path: Sequence[_Part], known: object, model: type[msgspec.Struct]) -> list[_Part]:
    """The path with its nameless keys named: the first one that alone makes the same mistake."""
    named = list(path)
    while _ANY in named:
        place = named.index(_ANY)
        table = _value(named[:place], known)
        names = [name for name in table if _is_wrong(_with(named[:place], {name: table[name]}, known), path, model)]
        named[place] = names[0] if names else "..."
        known = _with(named[:place], {name: table[name] for name in names[:1]}, known)
    return named


def _is_wrong(known: object, path: Sequence[_Part], model: type[msgspec.Struct]) -> bool:
    try:
        msgspec.convert(known, model)
    except msgspec.ValidationError as error:
        return _path_in(str(error)) == list(path)
    return False


def _with(path: Sequence[_Part], value: object, known: object) -> object:
    """What is known, with another value at a place that only tables lead to."""
    if not path or not isinstance(known, Mapping):
        return value
    return {**known, path[0]: _with(path[1:], value, known[path[0]])}


def _value(path: Sequence[_Part], known: object) -> dict[str, object]:
    for part in path:
        known = known.get(part) if isinstance(known, Mapping) else None
    return dict(known) if isinstance(known, Mapping) else {}


def _written(path: Sequence[_Part]) -> str:
    """A key as people write it: `wall.sort`, `choice.extensions[0]`, `alerts.department."After hours"`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += f".{part}" if _BARE.fullmatch(part) else f'."{part}"'
    return text.removeprefix(".")


def _allowed(message: str) -> str:
    if choices := _WORDS.search(message):
        return f"one of {choices['words'].replace('|', ', ')}"
    if length := _LENGTH.search(message):
        return "text that is not empty" if length["type"] == "str" else f"a list in [ ] of {length['length']}"
    expected = _EXPECTED.search(message)
    if expected is None:
        return f"something else ({message})"
    words = _TYPES.get(expected["type"], expected["type"])
    if expected["relation"]:
        words += f" {_RELATIONS[expected['relation']]} {float(expected['bound']):g}"
    return words


def _table(path: Sequence[_Part]) -> str:
    return f"in [{_written([part for part in path if isinstance(part, str)])}]" if path else "at the top"


def _fields(model: type[msgspec.Struct], path: Sequence[_Part]) -> list[str]:
    """The keys of the table that a path leads to."""
    found: inspect.Type = inspect.type_info(model)
    for part in path:
        match found:
            case inspect.StructType(fields=fields):
                found = next(field.type for field in fields if field.name == part)
            case inspect.DictType(value_type=value) | inspect.VarTupleType(item_type=value):
                found = value
    return [field.name for field in found.fields] if isinstance(found, inspect.StructType) else []


def _given(path: Sequence[_Part], known: object) -> str:
    value = known
    for part in path:
        match value, part:
            case Mapping(), str():
                value = value.get(part)
            case ((list() | tuple()), int()):
                value = value[part]
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    return f", not {value!r}" if isinstance(value, str | int | float) else ""
