"""The Board: what is known of every chosen extension, and how sure that is.

Snapshots and notifications go in, changes come out. Nothing here reads a clock: every `at` is server time in seconds,
every `received` and `sent` is on the same line of time (see `tui.clock`).

The rules, in the order in which an event meets them:

1. An event of an extension that is not on the board says nothing.
2. A `uuid` seen before is a second delivery and is dropped.
3. A `sequence` lower than the last one of that extension is a late delivery and is dropped; an equal or a missing one
   is taken. After a new subscription the numbers are forgotten, for the platform may start again; one that is lower
   but clearly later says that it did: the number is taken, and the extension is to be read again.
4. An event that is clearly older than the last read of its extension is not applied, but makes the extension doubtful:
   it is to be read again.
5. What is left is merged into what was known (`presence.merged`).

A read is true as of some moment between the sending of its request and its answer; events that arrived in between are
applied on top of it, for REST carries no sequence; rule 4 holds for them too.

An entry is *stale* when its own last event, its own last read and the last proof that the link is alive are all older
than `confirm_after`. The proof counts only for entries that have been read and are not doubtful.
"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from tui.presence.entry import By, Change, Entry, going_on, looks_different, new_entry, renamed, with_presence
from tui.presence.extension import Extension
from tui.presence.notification import PresenceNews
from tui.presence.presence import Presence, merged, names_unlisted_call

__all__ = ["Board", "By", "Change", "Counts", "Entry", "looks_different"]

UUIDS_KEPT = 4096
"""How many delivered events are remembered to know a second delivery; PubNub's queue holds 100."""
CLEARLY_OLDER = 2.0
"""Seconds by which an event's timestamp must lie before a read to be taken for older: `Date` has whole seconds."""


@dataclass(slots=True)
class Counts:
    """What happened to the events that were delivered."""

    events: int = 0
    applied: int = 0
    duplicates: int = 0
    late: int = 0
    strangers: int = 0
    ghosts: int = 0
    undecodable: int = 0


@dataclass(slots=True)
class _Reading:
    """A read under way: when it was sent, and the news that have come since, by extension, with their arrival."""

    sent: float
    since: dict[str, list[tuple[float, PresenceNews]]]


class Board:
    """The entries of the chosen extensions, by id.

    Args:
        confirm_after: Seconds after which what nothing confirms is stale.
    """

    def __init__(self, confirm_after: float = 60.0) -> None:
        self.confirm_after = confirm_after
        self.counts = Counts()
        self._entries: dict[str, Entry] = {}
        self._uuids: OrderedDict[str, None] = OrderedDict()
        self._readings: dict[int, _Reading] = {}
        self._next_reading = 0
        self._proof: float | None = None
        self._any_stale = False
        self._earlier: dict[str, Entry] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._entries.values())

    def __contains__(self, extension_id: object) -> bool:
        return extension_id in self._entries

    def get(self, extension_id: str) -> Entry | None:
        """The entry of an extension, or None when it is not on the board."""
        return self._entries.get(extension_id)

    @property
    def ids(self) -> list[str]:
        """The ids of all entries, in the order in which they were chosen."""
        return list(self._entries)

    @property
    def doubtful(self) -> list[str]:
        """The ids of the entries that are to be read: never read, or in doubt, and not refused."""
        return [entry.id for entry in self if entry.needs_reading]

    def is_confirmed(self, entry: Entry, at: float) -> bool:
        """Whether its own event or read, or the link's proof of life, is younger than `confirm_after`."""
        confirmed = self.last_confirmed(entry)
        return confirmed is not None and at - confirmed <= self.confirm_after

    def last_confirmed(self, entry: Entry) -> float | None:
        """When the entry was last known to be true: its own event or read, or the link's proof of life."""
        proof = self._proof_of(entry)
        if entry.confirmed_at is None or proof is None:
            return entry.confirmed_at
        return max(entry.confirmed_at, proof)

    def _proof_of(self, entry: Entry) -> float | None:
        """The last proof of the link that counts for an entry."""
        if entry.doubtful:
            return entry.proven_at
        return self._proof if entry.read_at is not None else None

    def _doubted(self, entry: Entry, at: float) -> Entry:
        return replace(entry, doubted_at=_latest(entry.doubted_at, at), proven_at=self._proof_of(entry))

    def choose(self, extensions: Iterable[Extension], at: float) -> list[Change]:
        """Put exactly these extensions on the board; what is known of those that stay is kept."""
        wanted = {extension.id: extension for extension in extensions}
        changes = [Change(entry, None, By.SNAPSHOT, at) for entry in self if entry.id not in wanted]
        kept = self._entries
        self._entries = {}
        for extension_id, extension in wanted.items():
            old = kept.get(extension_id)
            new = renamed(old, extension, at) if old else new_entry(extension, at)
            self._entries[extension_id] = new
            if new != old:
                changes.append(Change(old, new, By.SNAPSHOT, at))
        return changes

    def recall(self, entries: Iterable[Entry]) -> None:
        """Begin with what was known earlier: these entries and no others, each stale until it is read."""
        self._entries = {entry.id: entry for entry in entries}
        self._any_stale = bool(self._entries)

    def remember(self, entries: Iterable[Entry]) -> None:
        """What was known a moment before a restart: a state that the first read finds again goes on, see `going_on`."""
        self._earlier = {entry.id: entry for entry in entries}

    def apply(self, news: PresenceNews, received: float) -> Change | None:
        """Take one presence event. None where it changed nothing or was dropped; `counts` tells which."""
        self.counts.events += 1
        old = self._entries.get(news.extension_id)
        if old is None:
            self.counts.strangers += 1
            return None
        if self._is_duplicate(news.uuid):
            self.counts.duplicates += 1
            return None
        if news.sequence is not None and old.sequence is not None and news.sequence < old.sequence:
            self.counts.late += 1
            if news.at is None or old.event_at is None or news.at - old.event_at <= CLEARLY_OLDER:
                return None
            return self._put(replace(self._doubted(old, received), sequence=news.sequence), By.EVENT, received)
        sequence = old.sequence if news.sequence is None else news.sequence
        before_read = 0.0 if news.at is None or old.read_at is None else old.read_at - news.at
        if before_read > CLEARLY_OLDER:
            self.counts.late += 1
            return self._put(replace(self._doubted(old, received), sequence=sequence), By.EVENT, received)
        self.counts.applied += 1
        for reading in self._readings.values():
            reading.since.setdefault(old.id, []).append((received, news))
        at = min(news.at, received) if news.at is not None else received
        known = old.presence or Presence()
        new = with_presence(old, merged(known, news.presence), at, seen=old.needs_reading)
        partial = news.presence.is_short or names_unlisted_call(known, news.presence)
        if partial or before_read > 0:
            new = self._doubted(new, received)
        confirmed = max(at, old.confirmed_at or at)
        new = replace(new, sequence=sequence, event_at=at, confirmed_at=confirmed)
        return self._put(new, By.EVENT, received)

    def begin_read(self, sent: float) -> int:
        """Note that a read is being sent, so that events which overtake it are applied on top of its answer."""
        self._next_reading += 1
        self._readings[self._next_reading] = _Reading(sent, {})
        return self._next_reading

    def fail_read(self, reading: int) -> None:
        """The read brought no answer."""
        self._readings.pop(reading, None)

    def end_read(
        self, reading: int, answers: Mapping[str, Presence], received: float, by: By, sent: float | None = None
    ) -> list[Change]:
        """Take the answers of a read, by extension id; what they do not name stays as it is.

        Args:
            reading: What `begin_read` gave.
            answers: The presence of each extension that was read.
            received: When the answer arrived.
            by: SNAPSHOT, or RECONCILE for a read that only checks.
            sent: When the request went out at last, where it had to wait its turn after `begin_read`.
        """
        under_way = self._readings.pop(reading, None)
        if under_way is None:
            return []
        under_way.sent = max(under_way.sent, sent or under_way.sent)
        changes = [
            self._read(old, presence, under_way, received, by)
            for extension_id, presence in answers.items()
            if (old := self._entries.get(extension_id))
        ]
        return [change for change in changes if change]

    def _read(self, old: Entry, presence: Presence, reading: _Reading, at: float, by: By) -> Change | None:
        if old.read_at is not None and reading.sent < old.read_at:
            return None
        overtaking = [news for received, news in reading.since.get(old.id, ()) if received >= reading.sent]
        if not overtaking:
            before, now = (one.calls or () if one else () for one in (old.presence, presence))
            self.counts.ghosts += len({call.key for call in before} - {call.key for call in now})
        presence = merged(Presence(), presence)
        older_than_read = False
        for news in overtaking:
            older_than_read |= news.at is not None and news.at < reading.sent
            if news.at is None or news.at >= reading.sent - CLEARLY_OLDER:
                presence = merged(presence, news.presence)
        new = with_presence(old, presence, at, seen=True)
        earlier = self._earlier.pop(old.id, None)
        if earlier is not None and old.presence is None and not overtaking:
            new = going_on(new, earlier)
        doubted_since = old.doubted_at is not None and reading.sent < old.doubted_at
        doubted_at = old.doubted_at if doubted_since else None
        if older_than_read:
            doubted_at = _latest(doubted_at, at)
        confirmed = max(reading.sent, old.confirmed_at or reading.sent)
        new = replace(new, read_at=reading.sent, confirmed_at=confirmed, doubted_at=doubted_at, stale=False)
        return self._put(new, by, at)

    def doubt(self, at: float, since: float | None = None, only: Collection[str] | None = None) -> None:
        """Take the link's proof away from all entries, or from some, until they are read again.

        Args:
            at: When they came into doubt.
            since: What the link proved after this moment turns out to be none; None where all its proofs were good.
            only: The ids of those who are in doubt; None for all.
        """
        if since is not None and self._proof is not None:
            self._proof = min(self._proof, since)
        for entry in [one for one in self if only is None or one.id in only]:
            doubted = self._doubted(entry, at)
            if since is not None and doubted.proven_at is not None:
                doubted = replace(doubted, proven_at=min(doubted.proven_at, since))
            self._entries[entry.id] = doubted

    def unread_since(self, moment: float) -> list[str]:
        """The ids of the entries that can be read and were not after this moment, whatever came into doubt since."""
        readable = (entry for entry in self if entry.refused is None and entry.extension.has_presence)
        return [entry.id for entry in readable if entry.read_at is None or entry.read_at < moment]

    def forget_sequences(self) -> None:
        """A new subscription: the platform may count from the start again."""
        for entry in list(self):
            self._entries[entry.id] = replace(entry, sequence=None)

    def refuse(self, refused: Mapping[str, str], at: float) -> list[Change]:
        """Mark exactly these extensions, with the platform's words, as not watched."""
        changes = []
        for old in list(self):
            words = refused.get(old.id)
            if words != old.refused:
                new = replace(old, refused=words, doubted_at=at if words is None else old.doubted_at)
                change = self._put(with_presence(new, old.presence, at, seen=True), By.SNAPSHOT, at)
                changes += [change] if change else []
        return changes

    def prove(self, at: float) -> None:
        """The link is alive: everything that was read and is not doubtful is in step with it, and so confirmed."""
        self._proof = at

    def age(self, at: float) -> list[Change]:
        """Mark as stale what nothing has confirmed for `confirm_after`, and the others as not."""
        fresh_link = self._proof is not None and at - self._proof <= self.confirm_after
        if fresh_link and not self._any_stale and not any(entry.doubtful or entry.read_at is None for entry in self):
            return []
        changes = []
        for old in list(self):
            stale = old.presence is not None and not self.is_confirmed(old, at)
            if stale != old.stale:
                change = self._put(replace(old, stale=stale), By.AGE, at)
                changes += [change] if change else []
        self._any_stale = any(entry.stale for entry in self)
        return changes

    def _is_duplicate(self, uuid: str) -> bool:
        if not uuid:
            return False
        if uuid in self._uuids:
            return True
        self._uuids[uuid] = None
        if len(self._uuids) > UUIDS_KEPT:
            self._uuids.popitem(last=False)
        return False

    def _put(self, new: Entry, by: By, at: float) -> Change | None:
        old = self._entries[new.id]
        if by is By.EVENT and new.stale and self.is_confirmed(new, at):
            new = replace(new, stale=False)
        if not looks_different(old, new):
            self._entries[new.id] = new
            return None
        self._entries[new.id] = new = replace(new, changed_at=at)
        return Change(old, new, by, at)


def _latest(doubted_at: float | None, at: float) -> float:
    """A doubt is settled only by a read that was sent after all that raised it, in whatever order that is taken in."""
    return at if doubted_at is None else max(doubted_at, at)
