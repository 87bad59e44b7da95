"""What a receiver of webhooks was sent of a record: whether it was each state once, in order, and signed. Pure."""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from bench.call_judge import Verdict
from tui.calllog.payload import call_json
from tui.calllog.reading import Kept

Json = dict[str, Any]

KINDS = ("revision not sent", "sent in another order", "one key, two bodies", "bad signature", "last state differs")
"""The kinds of differences between the record and what was sent."""


class Posts:
    """Remembers what was received.

    Args:
        secret: The key of the signatures.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._bodies: dict[str, bytes] = {}
        self._revisions: dict[str, list[int]] = defaultdict(list)
        self._last: dict[str, Json] = {}
        self.posts = 0
        self.twice = 0
        self.unsigned = 0
        self.torn: list[str] = []

    def take(self, received: Iterable[Json]) -> None:
        """Take what the box's door `webhooks` tells."""
        for one in received:
            headers, body = one["headers"], one["body"].encode()
            said = headers["ringwall-timestamp"].encode() + b"." + body
            signature = f"sha256={hmac.new(self._secret, said, hashlib.sha256).hexdigest()}"
            self.posts += 1
            self.unsigned += headers.get("ringwall-signature") != signature
            key, digest = headers["idempotency-key"], hashlib.sha256(body).digest()
            if key in self._bodies:
                self.twice += 1
                if self._bodies[key] != digest:
                    self.torn.append(key)
                continue
            self._bodies[key] = digest
            message = json.loads(body)
            subject = message.get("call_id") or f"gap:{message['gap_id']}"
            self._revisions[subject].append(message["revision"])
            self._last[subject] = message

    def judge(self, verdict: Verdict, record: Iterable[Kept]) -> None:
        """Lay what was received beside the record."""
        counts = verdict.counts
        counts["posts received"], counts["  keys"] = self.posts, len(self._bodies)
        counts["  the same key again"] = self.twice
        if self.unsigned:
            counts["bad signature"] = self.unsigned
        for key in self.torn:
            verdict.differs("one key, two bodies", None, key)
        for subject, revisions in self._revisions.items():
            if revisions != sorted(revisions):
                verdict.differs("sent in another order", None, f"{subject}: {revisions}")
        for kept in record:
            sent = self._revisions.get(kept.call.call_id, [])
            if lacking := set(range(1, kept.revision + 1)) - set(sent):
                verdict.differs("revision not sent", None, f"{kept.call.call_id}: {sorted(lacking)} of {kept.revision}")
            elif _plain(self._last[kept.call.call_id]) != _plain(call_json(kept.account_id, kept.call, kept.revision)):
                verdict.differs("last state differs", None, kept.call.call_id)


def _plain(call: Json) -> Json:
    """A call whose parties stand in an order of their own: those of one millisecond have none."""
    return {**call, "parties": sorted(call["parties"], key=lambda party: party["party_id"])}
