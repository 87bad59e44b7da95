"""The record beside what was true: `python -m bench.calls`, small; ten thousand calls stand in docs/record.md."""

import hashlib
import hmac
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.call_judge import Verdict, judged
from bench.call_posts import Posts
from bench.calls import Wishes, run, table
from tests.calllog.made import BEGAN, RINGING, WEBER, answered_call
from tui.calllog.deriving import rows
from tui.calllog.payload import GapRow
from tui.calllog.rows import CallRow
from tui.clock import iso

Json = dict[str, Any]


SMALL = Wishes(
    calls=120, rate=10, kills=1, seed=5, lag=3, settle=200, postgres=os.environ.get("RINGWALL_TEST_POSTGRES", "")
)  # fmt: skip


@pytest.mark.timeout(300)
def test_each_call_is_recorded_once_through_faults_a_kill_and_a_receiver_that_is_down(tmp_path: Path) -> None:
    played, verdict = run(SMALL, tmp_path)
    assert verdict.differences == [], table(played, verdict)
    assert verdict.counts["calls of the chosen"] > 50
    assert verdict.counts["  matched by number_and_time"] > 5
    assert played.recorder.lives == 2 + played.recorder.left
    assert played.trouble.played.total() == 2


SESSION = "s-a0d1700000002a"
CALL: list[CallRow] = rows(answered_call(msgspec.structs.replace(RINGING, telephony_session_id=SESSION)))


def true_call(**changes: object) -> Json:
    said = {"started_at": iso(BEGAN), "answered_at": iso(BEGAN + 5), "ended_at": iso(BEGAN + 65), "result": "answered"}
    party = {"party_id": "p-171-2", "extension_id": "401", "direction": "Inbound", **said}
    call = {"telephony_session_id": SESSION, "direction": "Inbound", "from": WEBER, "queue": None}
    return {**call, **said, "parties": [party], **changes}


def named(verdict: Verdict) -> list[str]:
    return [words.partition(":")[0] for words in verdict.differences]


def kinds(row: list[CallRow], call: Json, *gaps: GapRow, silent: tuple[float, float] | None = None) -> list[str]:
    return named(judged([call], frozenset({"401"}), row, gaps, [silent] if silent else []))


def test_a_record_that_is_right_is_found_right() -> None:
    assert kinds(CALL, true_call()) == []


@pytest.mark.parametrize(
    ("row", "call", "kind"),
    [
        ([], true_call(), "missing"),
        ([*CALL, replace(CALL[0], call_id="another")], true_call(), "twice"),
        (CALL, true_call(parties=[]), "invented"),
        (CALL, true_call(result="voicemail"), "wrong result"),
        (CALL, true_call(**{"from": "+49891"}), "wrong caller"),
        (CALL, true_call(started_at=iso(BEGAN - 9)), "wrong beginning"),
        (CALL, true_call(ended_at=iso(BEGAN + 90)), "wrong end"),
        ([replace(CALL[0], record_id="Cl000000001")], true_call(), "found to be another"),
        ([replace(CALL[0], parties=())], true_call(), "party missing"),
        ([replace(CALL[0], parties=CALL[0].parties * 2)], true_call(), "party twice"),
    ],
)
def test_what_is_wrong_is_found(row: list[CallRow], call: Json, kind: str) -> None:
    assert kinds(row, call) == [kind]


def test_a_moment_that_was_not_seen_has_to_lie_in_a_gap() -> None:
    row = [replace(CALL[0], parties=(replace(CALL[0].parties[0], answered_at=None),))]
    assert kinds(row, true_call()) == ["moment wrong"]
    assert kinds(row, true_call(), GapRow("1", BEGAN + 4, "no network", ended_at=BEGAN + 6)) == []
    assert kinds(row, true_call(), GapRow("1", BEGAN + 20, "no network", ended_at=BEGAN + 26)) == ["moment wrong"]


def test_a_silent_fault_excuses_what_was_told_late_and_who_did_not_answer_and_is_known_from_the_log_alone() -> None:
    party, silent = CALL[0].parties[0], (BEGAN + 4, BEGAN + 10)
    late = [replace(CALL[0], parties=(replace(party, answered_at=BEGAN + 9),))]
    unseen = [replace(CALL[0], parties=(replace(party, answered_at=None),))]
    backfilled = [replace(CALL[0], parties=(replace(party, answered_at=None, is_backfilled=True),))]
    assert kinds(late, true_call()) == kinds(unseen, true_call(), silent=silent) == ["moment wrong"]
    assert kinds(backfilled, true_call(), silent=silent) == ["moment wrong"]
    assert kinds(late, true_call(), silent=silent) == []
    (rung,) = true_call()["parties"]
    missed = true_call(result="missed", parties=[{**rung, "answered_at": None, "result": "missed"}])
    unheard = replace(party, result="missed", ringing_at=None, answered_at=None, is_backfilled=True)
    row = [replace(CALL[0], result="missed", parties=(unheard,))]
    assert kinds(row, missed) == ["moment wrong"]
    made = [replace(CALL[0], parties=(replace(party, direction="Outbound", ringing_at=None),))]
    calling = true_call(parties=[{**rung, "direction": "Outbound"}])
    assert kinds(made, calling) == ["moment wrong"]
    assert kinds(made, calling, silent=(BEGAN - 1, BEGAN + 4)) == []
    assert kinds(row, missed, silent=(BEGAN - 1, BEGAN + 4)) == []


def post(revision: int, kind: str = "call", body: str = "", secret: bytes = b"secret") -> Json:
    """A post of a state of a call, as the box's receiver tells of it."""
    message = {"type": kind, "call_id": SESSION, "revision": revision, "parties": []}
    text = body or msgspec.json.encode(message).decode()
    headers = {"idempotency-key": f"1:{SESSION}:{revision}", "ringwall-timestamp": "9"}
    signature = hmac.new(secret, f"9.{text}".encode(), hashlib.sha256).hexdigest()
    return {"headers": {**headers, "ringwall-signature": f"sha256={signature}"}, "body": text}


TWO = {SESSION: {"type": "call", "call_id": SESSION, "revision": 2, "parties": []}}


@pytest.mark.parametrize(
    ("posts", "record", "found"),
    [
        ([post(1), post(2)], TWO, []),
        ([post(1), post(1), post(2)], TWO, []),
        ([post(2)], TWO, ["revision not sent"]),
        ([post(2), post(1)], TWO, ["sent in another order", "last state differs"]),
        ([post(1), post(2), post(2, body="{}")], TWO, ["one key, two bodies"]),
        ([post(1), post(2, secret=b"another")], TWO, ["bad signature"]),
        ([post(1), post(2)], {}, ["not taken back"]),
        ([post(1), post(2, "call_removed")], {}, []),
    ],
)
def test_what_a_receiver_lacks_is_found(posts: list[Json], record: dict[str, Json], found: list[str]) -> None:
    verdict, received = Verdict(), Posts(b"secret")
    received.take(posts)
    received.judge(verdict, record)
    assert named(verdict) == found
