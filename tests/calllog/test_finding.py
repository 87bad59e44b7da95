"""The filter language over the record: the database finds the calls that the words mean, all of them and no other."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.calllog.made import BEGAN, RINGING, answered_call, missed_call, of, record_of, then
from tui.calllog import reading
from tui.calllog.facts import Fact, Seen
from tui.calllog.finding import condition
from tui.calllog.reading import Wanted
from tui.calllog.rows import CallRow
from tui.calllog.standing import CALLS, KINDS
from tui.calllog.store import Store
from tui.calllog.writing import Writing
from tui.presence.extension import Extension
from tui.presence.filter import FilterError, Term, parse

NOW = BEGAN + 1000.0
OURS = {
    "401": Extension("401", "101", "Ana Martins", department="Sales", site="Lisbon"),
    "402": Extension("402", "102", "Ines Groß", department="Support", site="ΟΔΟΣ"),
}
accounts = itertools.count()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "calls.sqlite")
    yield store
    store.close()


def found(store: Store, account: str, text: str) -> list[str]:
    """The ids of the calls that pass, oldest first."""
    with store.reading() as connection:
        passes = condition(parse(text, CALLS), OURS, NOW)
        return [kept.call.call_id for kept in reading.calls(connection, Wanted(account_id=account), passes)]


def learnt(store: Store, facts: list[Fact]) -> str:
    """Facts of an account of their own, whose id it gives."""
    account = str(next(accounts))
    with store.writing() as connection:
        writing = Writing(connection, account, has_sinks=False)
        writing.know(OURS.values())
        writing.learn(facts)
    return account


def call(name: str, after: float, **changes: object) -> Seen:
    """A call that rings somebody, so many seconds after the first."""
    said = {"telephony_session_id": name, "session_id": name, "party_id": f"p-{name}", "call_id": f"c-{name}"}
    at = BEGAN + after
    return msgspec.structs.replace(RINGING, at=at, started_at=at, **(said | changes))


AGENDA: list[Fact] = [
    *answered_call(call("weber", 0)),
    *missed_call(of("402", 7, call("missed", 1, queue="Hotline"))),
    call("ringing", 980),
    *answered_call(call("école", 3, direction="Outbound", to_name="ÉCOLE", from_name="", extension_id="402")),
    then("connected", 3, (long := call("long", 4, from_number="", from_name=""))),
    long,
    record_of(call("voicemail", 5), "Voicemail"),
]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "weber missed école long voicemail ringing"),
        ("WEBER", "weber missed voicemail ringing"),
        ("4930", "weber missed école voicemail ringing"),
        ("école", "école"),
        ("gross", "missed école"),
        ("οδος", "missed école"),
        ("hotline", "missed"),
        ("queue:hot", "missed"),
        ("number:102", "missed école"),
        ("name:martins", "weber missed long voicemail ringing"),
        ("department:support", "missed école"),
        ("site:lisbon !department:support", "weber long voicemail ringing"),
        ("missed", "missed voicemail"),
        ("voicemail", "voicemail"),
        ("state:answered", "weber école long"),
        ("state:ANS | ringing", "weber école long ringing"),
        ("talking", "long"),
        ("ringing", "ringing"),
        ("outbound", "école"),
        ("backfilled", "voicemail"),
        ("time>1m", "weber école long voicemail"),
        ("time>65s time<66", "weber école voicemail"),
        ("time>10m", "long"),
        ("!time>1m", "missed ringing"),
        ('"missed"', ""),
        ("101%", ""),
        ("_", ""),
    ],
)
def test_words_and_the_calls_they_find(store: Store, text: str, names: str) -> None:
    assert found(store, learnt(store, AGENDA), text) == names.split()


@pytest.mark.parametrize(
    ("text", "position", "said"),
    [
        ("weber alert:any", 6, "no such key: alert:"),
        ("state:fly", 6, "no such state: fly"),
        ("time>x", 5, "no such time"),
    ],
)
def test_what_cannot_be_read_says_where(text: str, position: int, said: str) -> None:
    with pytest.raises(FilterError, match=said) as raised:
        parse(text, CALLS)
    assert raised.value.position == position


# The same, said once more: each call alone


def passes(term: Term, one: CallRow) -> bool:
    ours = [OURS[party.extension_id] for party in one.parties]
    numbers, names = [one.from_number, one.to_number], [one.from_name, one.to_name]
    lasts_until = one.ended_at if one.ended_at is not None or one.is_over else NOW
    match term.key:
        case "":
            return holds(term, *numbers, *names, one.queue) or any(term.value in each.search_text for each in ours)
        case "number":
            return holds(term, *numbers, *(each.number for each in ours))
        case "name":
            return holds(term, *names, *(each.name for each in ours))
        case "queue":
            return holds(term, one.queue)
        case "department":
            return holds(term, *(each.department for each in ours))
        case "site":
            return holds(term, *(each.site for each in ours))
        case "state":
            return any(KINDS[name].holds(one) for name in CALLS.meant(term.value))
        case _:
            if lasts_until is None or one.began is None:
                return False
            return (round(lasts_until - one.began, 3) >= term.seconds) == (term.key == "time>")


def holds(term: Term, *texts: str) -> bool:
    return any(term.value in text.casefold() for text in texts)


def facts() -> st.SearchStrategy[Fact]:
    seen = st.builds(
        call,
        st.sampled_from("abcd"),
        st.sampled_from([0, 5, 5.123, 60]),
        state=st.sampled_from(["ringing", "connected", "ended"]),
        is_told=st.booleans(),
        direction=st.sampled_from(["", "Inbound", "Outbound"]),
        extension_id=st.sampled_from(list(OURS)),
        from_number=st.sampled_from(["", "+4930123456", "101"]),
        from_name=st.sampled_from(["", "K. Weber", "ÉCOLE", "100%"]),
        queue=st.sampled_from(["", "Sales", "Straße"]),
    )
    words = st.sampled_from(["Accepted", "Missed", "Voicemail", "Rejected", "In Progress", "New Word"])
    return st.one_of(seen, st.builds(lambda name, word: record_of(call(name, 0), word), st.sampled_from("abe"), words))


VALUES = ["ana", "1", "STRASSE", "weber", "école", "sales", "%", "_", '"k. w"']
TERMS = st.sampled_from(
    [
        *VALUES,
        *(f"{key}:{value}" for key in CALLS.keys if key != "state" for value in VALUES),
        *(f"state:{word}" for word in KINDS),
        *("time>5s", "time<1m", "time>16m"),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    facts=st.lists(facts(), min_size=1, max_size=8),
    terms=st.lists(st.tuples(st.sampled_from(["", "!"]), TERMS), min_size=1, max_size=4),
    glue=st.sampled_from([" ", " | "]),
)
def test_the_database_finds_what_each_call_alone_would_pass(
    store: Store, facts: list[Fact], terms: list[tuple[str, str]], glue: str
) -> None:
    text = glue.join(sign + term for sign, term in terms)
    account = learnt(store, facts)
    with store.reading() as connection:
        calls = [kept.call for kept in reading.calls(connection, Wanted(account_id=account))]
    asked = parse(text, CALLS)
    expected = [
        one.call_id
        for one in calls
        if all(any(passes(term, one) != term.negated for term in group) for group in asked.groups)
    ]
    assert found(store, account, text) == expected
