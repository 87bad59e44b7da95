"""A webhook: every new state of a call as a JSON POST, for a CRM.

Whoever receives it can check that it came from us: `Ringwall-Signature` is `sha256=` and the HMAC-SHA256, in hex, of
the value of `Ringwall-Timestamp`, a full stop, and the body, with the shared secret as key. A timestamp that is minutes
old is a replay. `Idempotency-Key` is the same whenever the same state is sent: account, call and revision.
"""

import hashlib
import hmac
import ssl
import time
from collections.abc import Callable, Sequence
from urllib.parse import quote

import httpx

from tui import __version__
from tui.calllog.outbox import Message
from tui.calllog.sinks.delivery import Refused, SinkDown
from tui.ringcentral.network import network_words, trusted

TIMEOUT = httpx.Timeout(15.0, connect=8.0)
PATIENCE = 10
"""How often one message may meet a server's own fault before it is taken for the cause of it."""
FOR_GOOD = {400, 405, 409, 410, 413, 414, 415, 422, 431}
"""Answers that the same message would get again. Others may be about the address or the secret, which people mend."""
LONGEST_BODY, READ_WITHIN = 100_000, 15.0
"""Bytes and seconds of an answer's body; one that goes on costs the connection, and no more."""
LONGEST_ASKED = 3600.0
"""Seconds that a receiver may ask us to wait."""


class WebhookSink:
    """Posts to one address.

    Args:
        url: Where to.
        secret: The key of the signatures; empty for none.
        trust: The certificates that are trusted; None for the usual ones.
        clock: Seconds since 1970, which the receiver compares with its own.
    """

    batch = 1
    name = "webhook"

    def __init__(
        self,
        url: str,
        secret: bytes,
        trust: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._url = url
        self._secret = secret
        self._clock = clock
        self._faults: tuple[str, int] = ("", 0)
        self._http = httpx.Client(
            timeout=TIMEOUT,
            verify=trust or trusted(),
            # The proxies of the environment; but what is plain stays on this machine, and no proxy reads it.
            trust_env=not url.startswith("http:"),
            # A connection of its own for each message: on one that stays, a second answer to one would pass for the
            # answer to the next.
            limits=httpx.Limits(max_keepalive_connections=0),
            # Elsewhere nobody has said that calls may be known there.
            follow_redirects=False,
            headers={"User-Agent": f"Ringwall/{__version__}", "Content-Type": "application/json"},
        )

    def take(self, messages: Sequence[Message]) -> None:
        """Post each.

        Raises:
            SinkDown: No answer, or one that may be another later.
            Refused: An answer that will stay the same.
        """
        for message in messages:
            try:
                response = self._post(message)
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                raise SinkDown(f"no answer from {_host(self._url)}: {network_words(error)}") from error
            if not response.is_success:
                self._refuse(message, response)

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def _post(self, message: Message) -> httpx.Response:
        """The head of the answer, which alone counts; its body is read as far as one is that belongs to it."""
        headers, patient_until = self._headers(message), time.monotonic() + READ_WITHIN
        with self._http.stream("POST", self._url, content=message.payload, headers=headers) as response:
            size = 0
            for chunk in response.iter_raw():
                size += len(chunk)
                if size > LONGEST_BODY or time.monotonic() > patient_until:
                    break
            return response

    def _headers(self, message: Message) -> dict[str, str]:
        timestamp = str(int(self._clock()))
        # Ids are the platform's, and might hold what no header can.
        headers = {"Idempotency-Key": quote(message.key, safe=":/@+"), "Ringwall-Timestamp": timestamp}
        if self._secret:
            headers["Ringwall-Signature"] = f"sha256={signature(self._secret, timestamp, message.payload.encode())}"
        return headers

    def _refuse(self, message: Message, response: httpx.Response) -> None:
        words = f"{_host(self._url)} answers {response.status_code} {response.reason_phrase}".strip()
        if response.status_code in FOR_GOOD:
            raise Refused(words)
        if response.status_code == httpx.codes.INTERNAL_SERVER_ERROR:
            key, times = self._faults
            self._faults = (message.key, times + 1 if key == message.key else 1)
            if self._faults[1] >= PATIENCE:
                raise Refused(f"{words}, {PATIENCE} times to this")
        raise SinkDown(words, _retry_after(response))


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """The signature of a body that is sent at a time, in hex."""
    return hmac.new(secret, timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def _retry_after(response: httpx.Response) -> float | None:
    text = response.headers.get("retry-after", "")
    return min(float(text), LONGEST_ASKED) if text.isascii() and text.isdigit() else None


def _host(url: str) -> str:
    return httpx.URL(url).host
