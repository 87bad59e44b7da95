"""A record of calls at 14:32 of the drawn wall's day, in a real file."""

from pathlib import Path

import msgspec

from tests.calllog.made import RINGING, record_of, then
from tests.screens.drawn_wall import BLANC, NOW, PEOPLE, WEBER
from tui.calllog import outbox, reading
from tui.calllog.facts import Fact, Seen
from tui.calllog.store import Store
from tui.calllog.writing import Writing

HOUR, DAY = 3600.0, 86_400.0
ACCOUNT = "1"


def call(name: str, ago: float, number: str = "101", **said: object) -> Seen:
    """A call that rings an extension, so many seconds before now."""
    person = next(one.extension for one in PEOPLE if one.extension.number == number)
    ids = {"telephony_session_id": f"s-{name}", "session_id": name, "call_id": f"c-{name}-{number}"}
    ours = {"extension_id": person.id, "party_id": f"p-{name}-{number}", "to_number": number, "to_name": person.name}
    who = {"from_number": WEBER, "from_name": "K. Weber"}
    at = {"at": NOW - ago, "started_at": NOW - ago}
    return msgspec.structs.replace(RINGING, **(ids | ours | who | at | said))


def outbound(name: str, ago: float, number: str) -> Seen:
    """A call that an extension makes."""
    made = call(name, ago, number)
    turned = {"from_number": number, "from_name": made.to_name, "to_number": BLANC, "to_name": "L. Blanc"}
    return msgspec.structs.replace(made, direction="Outbound", **turned)


def talks(fact: Seen, after: float = 6, until: float = 0) -> list[Fact]:
    """It is answered, and ended later where it ends."""
    return [fact, then("connected", after, fact), *([then("ended", until, fact)] if until else [])]


RUNG = [call("queue", 7, number, queue="Sales") for number in ("101", "105", "111")]
MISSED = call("missed", 700, "105", from_number="+442071830917", from_name="Möbel Krüger", queue="Sales")
WITHHELD = call("withheld", 1000, "102", from_number="", from_name="")
FACTS: list[Fact] = [
    *RUNG,
    *talks(call("long", 754, "102", from_number="+442071830917", from_name="")),
    *talks(outbound("out", 400, "109"), 8, 70),
    MISSED,
    then("ended", 24, MISSED),
    record_of(MISSED, "Voicemail", 24),
    WITHHELD,
    then("ended", 12, WITHHELD),
    record_of(call("unseen", 4000, "103"), "Accepted", 95, record_id="Cl9"),
    *talks(call("yesterday", DAY, "107", from_number="+4930123450062", from_name="Café Zoé"), 4, 184),
]
"""What the drawn record is made of."""


class Recorded:
    """A record in a file, which a test writes to."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._store = Store(path)

    def learn(self, *facts: Fact) -> None:
        """More is known of calls."""
        with self._store.writing() as connection:
            Writing(connection, ACCOUNT, has_sinks=False).learn(facts)

    def begin(self, ago: float = DAY + HOUR) -> None:
        """A recorder begins, and listens until now; it knows whom it watches."""
        with self._store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            writing.note_alive(writing.begin_life(NOW - ago), NOW)
            writing.know(one.extension for one in PEOPLE)

    def gap(
        self, begin: float, end: float, reason: str, extension_id: str | None = None, *, filled: bool = False
    ) -> None:
        """Nobody listened between these moments, in seconds before now."""
        with self._store.writing() as connection:
            writing = Writing(connection, ACCOUNT, has_sinks=False)
            writing.open_gap(NOW - begin, reason, extension_id)
            if end:
                writing.close_gap(NOW - end, extension_id)
        if filled:
            with self._store.writing() as connection:
                gap = reading.gaps(connection, ACCOUNT)[-1]
                Writing(connection, ACCOUNT, has_sinks=False).fill_gap(gap.gap_id, NOW)

    def send_to(self, sink: str, problem: str) -> None:
        """There is a sink, which took nothing of a call because of a problem."""
        with self._store.writing() as connection:
            outbox.set_sinks(connection, [sink])
            Writing(connection, ACCOUNT, has_sinks=True).learn([call("sent", 30, "104")])
            outbox.note_problem(connection, sink, problem)

    def note_alive(self, at: float) -> None:
        """A recorder, of whichever process, still listens."""
        with self._store.writing() as connection:
            Writing(connection, ACCOUNT, has_sinks=False).note_alive(1, at)

    def close(self) -> None:
        self._store.close()


def drawn(path: Path) -> Recorded:
    """The record as it is drawn."""
    record = Recorded(path)
    record.begin()
    record.learn(*FACTS)
    record.gap(4100, 3900, "the machine slept", filled=True)
    record.gap(560, 520, "no answer from PubNub")
    return record
