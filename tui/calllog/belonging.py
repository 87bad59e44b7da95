"""Which call each fact belongs to. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from tui.calllog.facts import Fact, Logged, Seen


def seen_order(fact: Seen) -> tuple[object, ...]:
    """A total order, so that what a row takes from "the first" does not depend on how sets are walked."""
    return (*fact.order, fact.extension_id, fact.party_id, fact.call_id, repr(fact))


def latest_records(records: Iterable[Logged]) -> list[Logged]:
    """The last word of the log on each record; what a record was once found to be it stays."""
    latest: dict[str, Logged] = {}
    for record in sorted(records, key=lambda one: (one.order, repr(one))):
        before = latest.get(record.record_id)
        belongs_to = max(record.belongs_to, before.belongs_to if before else "")
        latest[record.record_id] = msgspec.structs.replace(record, belongs_to=belongs_to)
    return [latest[record_id] for record_id in sorted(latest)]


class Keys:
    """The key of the call that each fact belongs to.

    Args:
        seen: All facts of presence, in their order.
        logged: The last word of the log on each record.
    """

    def __init__(self, seen: Sequence[Seen], logged: Sequence[Logged]) -> None:
        self._of_session: dict[str, set[str]] = defaultdict(set)
        facts: list[Fact] = [*seen, *logged]
        for fact in facts:
            if fact.session_id and fact.telephony_session_id:
                self._of_session[fact.session_id].add(fact.telephony_session_id)
                if isinstance(fact, Seen):
                    self._of_session[f"{fact.session_id} {fact.extension_id}"].add(fact.telephony_session_id)
        self._aliases = {key: self.of_seen(fact) for fact in seen for key in (marked_key(fact), self.of_seen(fact))}

    def of_seen(self, fact: Seen) -> str:
        """Its telephony session; else the one that others of its session name, at its extension if possible."""
        if fact.telephony_session_id:
            return fact.telephony_session_id
        named = self._of_session.get(f"{fact.session_id} {fact.extension_id}") or self._of_session.get(fact.session_id)
        return min(named) if named and fact.session_id else marked_key(fact)

    def of_logged(self, record: Logged) -> str:
        """What it was found to be; else by its own ids, or a call of its own."""
        if record.belongs_to in self._aliases:
            return self._aliases[record.belongs_to]
        if record.belongs_to:
            return record.belongs_to
        named = self._of_session.get(record.session_id)
        own = record.telephony_session_id or (min(named) if named and record.session_id else "")
        return own or f"record:{record.record_id}"


def marked_key(fact: Seen) -> str:
    """The key of a call that nothing names but the session, the extension and the extension's own id of it."""
    call = fact.call_id or (f"{fact.direction}@{fact.started_at}")
    return f"session:{fact.session_id}:{fact.extension_id}:{call}"
