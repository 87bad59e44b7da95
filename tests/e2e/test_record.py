"""The record beside what was true: `python -m bench.calls`, small; ten thousand calls stand in docs/record.md."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bench.call_judge import judged
from bench.calls import Wishes, run, table
from tests.calllog.made import BEGAN, RINGING, WEBER, answered_call
from tui.calllog.payload import GapRow
from tui.calllog.rows import CallRow, rows
from tui.clock import iso

Json = dict[str, Any]


SMALL = Wishes(
    calls=120, rate=10, kills=1, seed=5, lag=5, settle=200, postgres=os.environ.get("RINGWALL_TEST_POSTGRES", "")
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


def kinds(row: list[CallRow], call: Json, *gaps: GapRow) -> list[str]:
    found = judged([call], frozenset({"401"}), row, gaps, [])
    return [words.partition(":")[0] for words in found.differences]


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
