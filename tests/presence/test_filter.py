"""The filter language: its words, its mistakes with their place, and its laws."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.presence.made import ANA, BEN, QUEUE, busy, call, free
from tui.presence.alerts import NEVER, Level
from tui.presence.board import Entry
from tui.presence.extension import Extension
from tui.presence.filter import EVERYTHING, KEYS, LANGUAGE, TIMES, FilterError, Term, parse
from tui.presence.presence import Presence
from tui.presence.status import LOOKS, Status, status_of

WEBER = call("Ringing", from_number="+4930123456", from_name="K. Weber", to_name="Nobody", queue="Hotline")
STRASSE = Extension("404", "104", "Ines Groß", type="DigitalUser", site="ΟΔΟΣ")


def entry(extension: Extension, presence: Presence | None) -> Entry:
    status, reason = status_of(presence)
    return Entry(extension, presence, status, reason)


RINGING_ANA = entry(ANA, busy(WEBER))
FREE_BEN = entry(BEN, free())


def passes(text: str, one: Entry) -> bool:
    return parse(text).matches(one.extension, one)


@pytest.mark.parametrize("text", ["", "   ", "|", "!", '"', '""', "| |", "name:", "!site:", "state:"])
def test_nothing_asked_for_lets_everybody_pass(text: str) -> None:
    assert parse(text) == EVERYTHING
    assert passes(text, RINGING_ANA)


@pytest.mark.parametrize(
    "text",
    [
        *("ana", "ANA", "101", "10", "sales", "lisbon", "weber", "493012", "hotline"),
        *('"ana m"', '"K. W', "number:101", "name:martins", 'name:"ana m"', "department:sal", "site:lis", "type:user"),
        *("queue:hot", "state:ringing", "state:ringing_in", "state:RING", "ringing", "ana lisbon", "ana | nobody"),
        *("nobody|ana", "!ben", "!state:free", "ben | !offline", "ana !ben", "NAME:ana", "site:berlin | site:lisbon"),
    ],
)
def test_a_filter_that_ana_who_is_ringing_passes(text: str) -> None:
    assert passes(text, RINGING_ANA)


@pytest.mark.parametrize(
    "text",
    [
        *("ben", '"ana  m"', '"m ana"', "number:lisbon", "name:sales", "queue:sales", "state:free", "offline", "free"),
        *("!ana", "!ringing", "ana ben", "ana | x ben", "!ana | !lisbon", "nobody", "department:lisbon", '"ringing"'),
    ],
)
def test_a_filter_that_ana_who_is_ringing_does_not_pass(text: str) -> None:
    assert not passes(text, RINGING_ANA)


def test_terms_beside_each_other_bind_less_than_either_or() -> None:
    assert parse("a b | c d").groups == (
        (Term("", "a", False),),
        (Term("", "b", False), Term("", "c", False)),
        (Term("", "d", False),),
    )


def test_capitals_do_not_matter_in_any_language() -> None:
    one = entry(STRASSE, free())
    assert passes("GROSS", one)
    assert passes("groß", one)
    assert passes("site:οδος", one)
    assert passes("site:οδοσ", one)


@pytest.mark.parametrize("text", ["type:digitaluser", 'type:"digital user"'])
def test_a_type_is_found_by_the_platform_s_word_and_by_ours(text: str) -> None:
    assert passes(text, entry(STRASSE, free()))


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.NO_PRESENCE])
def test_every_state_is_found_by_its_id_and_by_its_word(status: Status) -> None:
    one = Entry(ANA, status=status)
    others = [Entry(ANA, status=other) for other in Status if other is not status]
    assert passes(f"state:{status.value}", one)
    assert not any(passes(f"state:{status.value}", other) for other in others)
    assert passes(f'state:"{LOOKS[status].word}"', one)
    if status is not Status.RINGING_IN:
        assert not any(passes(f'state:"{LOOKS[status].word}"', other) for other in others)


def test_ringing_means_both_ways() -> None:
    assert passes("state:ringing", Entry(ANA, status=Status.RINGING_IN))
    assert passes("state:ringing", Entry(ANA, status=Status.RINGING_OUT))
    assert not passes("state:calling", Entry(ANA, status=Status.RINGING_IN))


def test_the_beginning_of_a_state_is_enough_after_its_key_but_not_as_a_bare_word() -> None:
    offline = Entry(ANA, status=Status.OFFLINE)
    assert passes("state:off", offline)
    assert not passes("off", offline)
    assert passes("offline", offline)


def test_a_state_s_word_in_quotes_is_a_name() -> None:
    assert passes('"free"', entry(Extension("9", name="Free Willy"), busy(WEBER)))
    assert not passes('"free"', FREE_BEN)


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("nme:ana", 0),
        ("ana  nme:x", 5),
        ("ana !nme:x", 5),
        ("ana|nme:x", 4),
        ("state:fre state:xyz", 16),
        ("  state:xyz", 8),
        ("ana | state:_", 12),
        ('state:"x y"', 6),
        ("ana time>5x", 9),
        ("time<-1", 5),
        ("!alert:loud", 7),
        ("ana time:5m", 4),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, position: int) -> None:
    with pytest.raises(FilterError) as caught:
        parse(text)
    assert caught.value.position == position


def test_an_unknown_key_is_told_with_those_that_are_known() -> None:
    with pytest.raises(FilterError, match="no such key: nme") as caught:
        parse("nme:ana")
    assert all(key in str(caught.value) for key in KEYS)


def test_an_unknown_state_is_told() -> None:
    with pytest.raises(FilterError, match="no such state: xyz"):
        parse("state:xyz")


ALERTED = [("alert:warning", "w"), ("alert:alarm", "a"), ("alert:any", "wa"), ("alert:al", "a"), ("!alert:any", "-")]


@pytest.mark.parametrize(("text", "found"), ALERTED)
def test_who_wants_attention_is_found_by_how_much(text: str, found: str) -> None:
    levels = {"-": Level.NONE, "w": Level.WARNING, "a": Level.ALARM}
    asked = parse(text)
    assert asked.depends_on_time
    assert "".join(name for name, level in levels.items() if asked.matches(ANA, FREE_BEN, 0.0, level)) == found


@pytest.mark.parametrize(
    ("text", "seconds"), [("time>30", 30), ("time>30s", 30), ("time>1.5m", 90), ("TIME>2H", 7200), ('time>"5m"', 300)]
)
def test_who_has_been_in_a_state_for_long_is_found_from_that_second_on(text: str, seconds: float) -> None:
    one = replace(FREE_BEN, since=1000.0)
    asked, before = parse(text), parse(text.replace(">", "<"))
    for at, passes_now in [(1000.0 + seconds - 0.1, False), (1000.0 + seconds, True)]:
        assert asked.matches(BEN, one, at) is passes_now
        assert before.matches(BEN, one, at) is not passes_now
    assert asked.next_match_at(one, 1000.0) == 1000.0 + seconds
    assert asked.next_match_at(one, 1000.0 + seconds) == NEVER


@pytest.mark.parametrize(
    "one",
    [
        replace(FREE_BEN, since=0.0, stale=True),
        Entry(BEN, since=0.0),
        Entry(QUEUE, status=Status.NO_PRESENCE, reason=None, since=0.0),
        replace(FREE_BEN, since=None),
    ],
)
def test_how_long_is_not_known_of_everybody(one: Entry) -> None:
    assert not parse("time>1s").matches(one.extension, one, 100.0)
    assert not parse("time<1h").matches(one.extension, one, 100.0)
    assert parse("time>1s").next_match_at(one, 0.0) == NEVER


@pytest.mark.parametrize("text", ["time>", "time<", "!time>", "alert:", 'time>"', "tim", "ana time>", "time"])
def test_what_is_not_finished_is_no_mistake(text: str) -> None:
    parse(text)


def test_only_what_asks_for_a_moment_depends_on_time() -> None:
    assert not parse('ana state:free "time>5m" !queue:x').depends_on_time
    assert parse("ana | time<5").depends_on_time


def test_in_the_choice_states_times_and_queues_match_nobody() -> None:
    assert not parse("time>0").matches(ANA)
    assert not parse("time<9h").matches(ANA)
    assert not parse("alert:any").matches(ANA)
    assert parse("ana").matches(ANA)
    assert not parse("state:free").matches(ANA)
    assert not parse("queue:hotline").matches(ANA)
    assert not parse("weber").matches(ANA)
    assert parse("!state:free").matches(ANA)


def test_without_states_every_group_that_asks_for_a_moment_is_dropped_and_what_is_dropped_are_the_others() -> None:
    assert parse("ana time>5m | ben alert:any sales").without_states() == parse("ana sales")
    assert parse("ana time>5m | ben alert:any sales").only_states() == parse("time>5m | ben alert:any")
    assert parse("ana state:free !hold sales").without_states() == parse("ana sales")
    assert parse("ana | free").without_states() == EVERYTHING


def mistake_in(text: str) -> FilterError | None:
    try:
        parse(text)
    except FilterError as error:
        return error
    return None


plain = st.sampled_from(
    [
        "ana",
        "BEN",
        "1",
        "sales",
        "state:ringing",
        "state:o",
        "free",
        "queue:hot",
        '"a m"',
        "site:l",
        "time>5m",
        "time<1",
    ]
)
term = st.builds("{}{}".format, st.sampled_from(["", "!"]), plain)
filter_text = st.lists(st.tuples(term, st.sampled_from([" ", " | ", "|", "  "]))).map(
    lambda parts: "".join(word + join for word, join in parts).rstrip("| ")
)
everybody = st.builds(
    entry,
    st.sampled_from([ANA, BEN, STRASSE]),
    st.sampled_from(
        [None, free(), free("DoNotAcceptAnyCalls"), busy(WEBER), busy(call("Ringing", direction="Outbound"))]
    ),
)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(), st.text(alphabet='a:!|" \tstate\n\\ſK'), st.text(alphabet='!| time<>ı05mhs"')), everybody)
def test_any_text_is_a_filter_or_a_mistake_with_a_place_in_it(text: str, one: Entry) -> None:
    mistake = mistake_in(text)
    if mistake is None:
        assert passes(text, one) in {True, False}
    else:
        assert 0 <= mistake.position < len(text)
        assert not text[mistake.position].isspace()


@given(plain, everybody)
def test_not_a_term_is_its_complement(one_term: str, one: Entry) -> None:
    assert passes(one_term, one) != passes(f"!{one_term}", one)


@given(filter_text, term, everybody)
def test_another_term_never_shows_more(text: str, more: str, one: Entry) -> None:
    assert passes(f"{text} {more}", one) == (passes(text, one) and passes(more, one))


@given(filter_text.filter(bool), term, everybody)
def test_another_alternative_never_shows_less(text: str, more: str, one: Entry) -> None:
    assert passes(f"{text} | {more}", one) or not passes(text, one)


@given(filter_text, everybody)
def test_the_filter_without_its_states_never_shows_less(text: str, one: Entry) -> None:
    without = parse(text).without_states()
    assert without.matches(one.extension, one) or not passes(text, one)
    assert not any(a_term.key == "state" for group in without.groups for a_term in group)


def test_every_example_of_the_language_asks_for_something_and_every_key_is_named_there() -> None:
    assert all(parse(example).groups for example in LANGUAGE)
    told = " ".join([*LANGUAGE, *LANGUAGE.values()])
    assert all(f"{key}:" in told for key in KEYS)
    assert all(key in told for key in TIMES)
