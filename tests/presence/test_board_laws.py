"""The Board against a platform whose truth is known, however its events and answers arrive.

A life is what is true of one extension: a row of presences, each with the moment from which it holds. The platform
tells of each by an event with a rising sequence, which may come at any later moment, twice or never. A read takes what
is true at some moment between its sending and its answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import partial
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presence.made import ANA, BEN, busy, call, free, ringing, talking
from tui.presence.board import CLEARLY_OLDER, Board, By, Change, Entry
from tui.presence.extension import Extension
from tui.presence.notification import PresenceNews
from tui.presence.presence import Presence

EXTENSIONS = [ANA, BEN]
KINDS = [
    free(),
    free("DoNotAcceptAnyCalls"),
    ringing("s-1"),
    talking("s-1"),
    busy(call("CallConnected", "s-1"), call("Ringing", "s-2")),
    busy(call("OnHold", "s-1"), call("CallConnected", "s-2")),
]
ALWAYS = float("inf")


@dataclass(frozen=True)
class Telling:
    """How the platform tells of one presence.

    Attributes:
        delays: After how many seconds each delivery comes; none where the event is lost.
        is_partial: Whether it says only what has changed.
        jump: How much the sequence rises.
    """

    delays: tuple[float, ...]
    is_partial: bool
    jump: int


@dataclass(frozen=True)
class Moment:
    """A presence that holds from `at` until `until`."""

    at: float
    until: float
    presence: Presence
    telling: Telling


@dataclass(frozen=True)
class Read:
    """A read: when it is sent, how long until the platform looks, and how long the answer takes."""

    sent: float
    way: float
    back: float
    of: tuple[Extension, ...]


@dataclass(frozen=True)
class Story:
    """What is true, and what of it reaches us how."""

    lives: dict[str, list[Moment]]
    reads: list[Read]
    forgets: list[float]
    skew: float

    def truth(self, extension_id: str, at: float) -> Presence:
        return next(moment.presence for moment in self.lives[extension_id] if moment.at <= at < moment.until)

    def end(self) -> float:
        """A moment at which everything has arrived."""
        told = [
            moment.at + delay
            for life in self.lives.values()
            for moment in life
            for delay in (*moment.telling.delays, 0.0)
        ]
        return max(told + [read.sent + read.way + read.back for read in self.reads] + self.forgets) + 1.0


seconds = st.integers(0, 80).map(lambda tenths: tenths / 10)
pauses = st.integers(1, 50).map(lambda tenths: tenths / 10)


def tellings(*, losses: bool, partly: bool) -> st.SearchStrategy[Telling]:
    delays = st.lists(seconds, min_size=0 if losses else 1, max_size=2).map(tuple)
    return st.builds(Telling, delays, st.booleans() if partly else st.just(False), st.integers(1, 9))


@st.composite
def stories(draw: st.DrawFn, *, losses: bool, partly: bool, forgets: bool, skew: bool) -> Story:
    lives: dict[str, list[Moment]] = {}
    telling = tellings(losses=losses, partly=partly)
    for extension in EXTENSIONS:
        steps = draw(st.lists(st.tuples(pauses, st.sampled_from(KINDS), telling), max_size=6))
        first = replace(free(), message=f"{extension.id} 0")
        life = [Moment(-1000.0, ALWAYS, first, Telling((), False, 1))]
        for number, (pause, kind, told) in enumerate(steps, 1):
            at = max(life[-1].at, 0.0) + pause
            life[-1] = replace(life[-1], until=at)
            life.append(Moment(at, ALWAYS, replace(kind, message=f"{extension.id} {number}"), told))
        lives[extension.id] = life
    some = st.sampled_from([(ANA,), (BEN,), (ANA, BEN)])
    reads = draw(st.lists(st.builds(Read, seconds, seconds, seconds, some), max_size=5))
    return Story(
        lives,
        reads,
        draw(st.lists(seconds, max_size=2)) if forgets else [],
        draw(st.sampled_from([-1.0, -0.3, 0.0, 0.3, 1.0])) if skew else 0.0,
    )


def changes_of(new: Presence, old: Presence) -> Presence:
    """The part of a presence that is not what it was before."""
    said = {field.name: getattr(new, field.name) for field in fields(Presence)}
    return Presence(**{name: value for name, value in said.items() if value != getattr(old, name)})


Step = Callable[[float], Change | Sequence[Change] | None]
"""What happens at a moment, and the changes that it makes."""


def play(story: Story, look: Callable[[Board, Sequence[Change]], None] = lambda board, changes: None) -> Board:
    """Let everything arrive in the order of its time, and look at the board and the changes after each step."""
    board = Board()
    look(board, board.choose(EXTENSIONS, -1.0))
    steps = [*deliveries(board, story), *readings(board, story)]
    steps += [(at, lambda at: board.forget_sequences()) for at in story.forgets]
    for at, step in sorted(steps, key=lambda one: one[0]):
        made = step(at)
        look(board, [made] if isinstance(made, Change) else made or [])
    return board


def deliveries(board: Board, story: Story) -> Iterator[tuple[float, Step]]:
    """Every event, as often and as late as it comes."""
    for extension_id, life in story.lives.items():
        sequence = 0
        for before, moment in pairwise(life):
            sequence += moment.telling.jump
            said = changes_of(moment.presence, before.presence) if moment.telling.is_partial else moment.presence
            news = PresenceNews(extension_id, said, sequence, moment.at + story.skew, f"{extension_id} {sequence}")
            for delay in moment.telling.delays:
                yield moment.at + delay, partial(board.apply, news)


def readings(board: Board, story: Story) -> Iterator[tuple[float, Step]]:
    """The sending and the answer of every read, as REST gives it; nothing happens in the instant of a sending."""
    for read in story.reads:
        numbers: list[int] = []
        sent = read.sent + 0.01
        answers = {one.id: replace(story.truth(one.id, sent + read.way), total_calls=None) for one in read.of}
        yield sent, partial(send, board, numbers)
        yield sent + read.way + read.back + 0.01, partial(answer, board, numbers, answers)


def send(board: Board, numbers: list[int], at: float) -> None:
    numbers.append(board.begin_read(at))


def answer(board: Board, numbers: list[int], answers: dict[str, Presence], at: float) -> list[Change]:
    return board.end_read(numbers[0], answers, at, By.SNAPSHOT)


@settings(max_examples=150, deadline=None)
@given(stories(losses=True, partly=True, forgets=True, skew=True))
def test_after_a_settling_read_the_board_is_the_truth_and_sure_of_it(story: Story) -> None:
    board = play(story)
    end = story.end()
    reading = board.begin_read(end)
    answers = {one.id: story.truth(one.id, end) for one in EXTENSIONS}
    board.end_read(reading, answers, end + 0.1, By.SNAPSHOT)
    assert {entry.id: entry.presence for entry in board} == answers
    assert board.doubtful == []
    board.age(end + 0.2)
    assert not any(entry.stale for entry in board)


@settings(max_examples=150, deadline=None)
@given(stories(losses=False, partly=False, forgets=False, skew=True))
def test_when_no_event_was_lost_the_board_ends_in_the_truth_or_in_doubt(story: Story) -> None:
    board = play(story)
    for entry in board:
        truth = story.lives[entry.id][-1].presence
        assert entry.presence == truth or entry.needs_reading


@settings(max_examples=150, deadline=None)
@given(stories(losses=True, partly=False, forgets=True, skew=False))
def test_no_state_that_ended_before_the_last_read_is_shown_without_doubt(story: Story) -> None:
    until = {moment.presence.message: moment.until for life in story.lives.values() for moment in life}

    def look(board: Board, changes: Sequence[Change]) -> None:
        for entry in board:
            if entry.read_at is not None and entry.presence is not None:
                ended = until[entry.presence.message]
                assert ended > entry.read_at - CLEARLY_OLDER
                assert ended > entry.read_at or entry.doubtful

    play(story, look)


def seen(entry: Entry) -> tuple[object, ...]:
    """All of an entry that people and scripts are shown."""
    state = (entry.presence, entry.status, entry.reason, entry.since, entry.since_is_seen)
    return (entry.extension, *state, entry.stale, entry.refused)


@settings(max_examples=150, deadline=None)
@given(stories(losses=True, partly=True, forgets=True, skew=True))
def test_the_changes_tell_all_that_can_be_seen_and_nothing_that_cannot(story: Story) -> None:
    told: dict[str, tuple[object, ...]] = {}

    def look(board: Board, changes: Sequence[Change]) -> None:
        for change in changes:
            assert change.new is not None
            assert told.get(change.id) == (seen(change.old) if change.old else None)
            assert seen(change.new) != told.get(change.id)
            told[change.id] = seen(change.new)
        assert told == {entry.id: seen(entry) for entry in board}

    play(story, look)
