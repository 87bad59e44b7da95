"""What a receiver of webhooks was sent of a record: whether it was each state once, in order, and signed. Pure."""

import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from bench.call_database import plain
from bench.call_judge import Verdict

Json = dict[str, Any]

KINDS = (
    "revision not sent", "sent in another order", "one key, two bodies", "bad signature", "last state differs",
    "not taken back",
)  # fmt: skip
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

    def judge(self, verdict: Verdict, record: Mapping[str, Json]) -> None:
        """Lay what was received beside the record: `bench.call_database.kept_here`."""
        counts = verdict.counts
        counts["revisions"] = sum(row["revision"] for row in record.values())
        counts["posts received"], counts["  keys"] = self.posts, len(self._bodies)
        counts["  the same key again"] = self.twice
        if self.unsigned:
            verdict.differs("bad signature", None, f"{self.unsigned} times")
        for key in self.torn:
            verdict.differs("one key, two bodies", None, key)
        for subject, revisions in self._revisions.items():
            if revisions != sorted(revisions):
                verdict.differs("sent in another order", None, f"{subject}: {revisions}")
            if subject not in record and self._last[subject]["type"] != "call_removed":
                verdict.differs("not taken back", None, subject)
        for subject, row in record.items():
            sent = self._revisions.get(subject, [])
            if lacking := set(range(1, row["revision"] + 1)) - set(sent):
                verdict.differs("revision not sent", None, f"{subject}: {sorted(lacking)} of {row['revision']}")
            elif plain(self._last[subject]) != row:
                verdict.differs("last state differs", None, subject)
