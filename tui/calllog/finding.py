"""A filter as the database reads it, so that the whole record is looked through and only what is shown is read."""

import json
from collections.abc import Callable, Collection, Mapping

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, not_, or_, select, true
from sqlalchemy.types import Boolean

from tui.calllog import schema
from tui.calllog.standing import CALLS, KINDS, Kind
from tui.clock import iso
from tui.presence.extension import Extension
from tui.presence.filter import Filter, Term

DAY = 86_400.0
_call, _party = schema.call.c, schema.call_party.c
_NUMBERS = (_call.from_number, _call.to_number)
_NAMES = (_call.from_name, _call.to_name)


def condition(asked: Filter, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    """What a call has to be to pass a filter; what is not known of it matches nothing.

    Args:
        asked: A filter of the vocabulary `standing.CALLS`.
        extensions: What is known of extensions, by id.
        at: The moment until which calls last that go on.
    """
    groups = (or_(false(), *(_asks(term, extensions, at) for term in group)) for group in asked.groups)
    return and_(true(), *groups)


def of_kind(kind: Kind) -> ColumnElement[bool]:
    """Whether a call is of a kind."""
    conditions: list[ColumnElement[bool]] = []
    if kind.results is not None:
        known = _call.result.in_([result for result in kind.results if result is not None])
        conditions.append(or_(known, _call.result.is_(None)) if None in kind.results else known)
    if kind.is_over is not None:
        conditions.append(_call.is_over.is_(kind.is_over))
    if kind.direction:
        conditions.append(_call.direction == kind.direction)
    if kind.is_backfilled is not None:
        conditions.append(_call.is_backfilled.is_(kind.is_backfilled))
    return _surely(and_(true(), *conditions))


def lasted(begin: ColumnElement[float], end: ColumnElement[float]) -> ColumnElement[float]:
    """The seconds between two moments, to the millisecond; null where one is not known."""
    return func.round((func.julianday(end) - func.julianday(begin)) * DAY, 3)


def until(ended: ColumnElement[float], is_over: ColumnElement[bool], at: float) -> ColumnElement[float]:
    """When something ended; what goes on has lasted until `at`, and what nobody saw end is null."""
    return func.coalesce(ended, func.iif(is_over, None, iso(at)))


def _asks(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    found = _surely(_KEYS[term.key](term, extensions, at))
    return not_(found) if term.negated else found


def _asks_text(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    ids = [one.id for one in extensions.values() if term.value in one.search_text]
    return or_(_holds(term.value, *_NUMBERS, *_NAMES, _call.queue), _is_party(ids))


def _asks_number(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    ids = [one.id for one in extensions.values() if term.value in one.number]
    return or_(_holds(term.value, *_NUMBERS), _is_party(ids))


def _asks_name(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    ids = [one.id for one in extensions.values() if term.value in one.name.casefold()]
    return or_(_holds(term.value, *_NAMES), _is_party(ids))


def _asks_queue(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    return _holds(term.value, _call.queue)


def _asks_department(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    return _is_party([one.id for one in extensions.values() if term.value in one.department.casefold()])


def _asks_site(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    return _is_party([one.id for one in extensions.values() if term.value in one.site.casefold()])


def _asks_state(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    return or_(false(), *(of_kind(KINDS[name]) for name in CALLS.meant(term.value)))


def _asks_time(term: Term, extensions: Mapping[str, Extension], at: float) -> ColumnElement[bool]:
    seconds = lasted(schema.began, until(_call.ended_at, _call.is_over, at))
    return seconds >= term.seconds if term.key == "time>" else seconds < term.seconds


_KEYS: dict[str, Callable[[Term, Mapping[str, Extension], float], ColumnElement[bool]]] = {
    "": _asks_text,
    "state": _asks_state,
    "queue": _asks_queue,
    "number": _asks_number,
    "name": _asks_name,
    "department": _asks_department,
    "site": _asks_site,
    "time>": _asks_time,
    "time<": _asks_time,
}
"""What each key asks of a call."""


def _surely(asked: ColumnElement[bool]) -> ColumnElement[bool]:
    """No where it is not known, so that `not` finds it."""
    return func.coalesce(asked, false(), type_=Boolean())


def _holds(value: str, *columns: ColumnElement[str | None]) -> ColumnElement[bool]:
    """Whether one of these texts holds another; `fold` is the store's, and knows the letters of all languages."""
    text: ColumnElement[str] = literal("")
    for column in columns:
        text = text.concat("\n").concat(func.coalesce(column, ""))
    return func.instr(func.fold(text), value) > 0


def _is_party(ids: Collection[str]) -> ColumnElement[bool]:
    """Whether one of these extensions is in the call. As one value: there may be more than a statement may have."""
    if not ids:
        return false()
    wanted = select(func.json_each(json.dumps(list(ids))).table_valued("value").c.value)
    return exists().where(
        _party.account_id == _call.account_id, _party.call_id == _call.call_id, _party.extension_id.in_(wanted)
    )
