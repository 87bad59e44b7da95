"""Faults of answers and of the connections that carry them.

Those in `INSTEAD` answer in the platform's place, which never hears of the request. Those in `SPOILT` let it do what
was asked, and spoil what it says. The connection's own are done by the box.
"""

from collections.abc import Callable

from tui.simulator.answers import Answer, Refusal
from tui.simulator.faults.active import Fault

HTML = b"<!doctype html><title>Sign in to the guest network</title><p>Please accept the terms of use."

CONNECTIONS = {
    "refuse": "resets the connection instead of reading the request",
    "hang": "reads the request and never answers; cuts the connection when the fault ends",
    "cut": "does what was asked, sends half of the answer and cuts the connection",
}


def _http(status: int, code: str, message: str) -> Callable[[Fault], Answer]:
    return lambda fault: Refusal(status, code, message).answer


def _too_many(fault: Fault) -> Answer:
    headers = {"Retry-After": f"{fault.number('retry_after', 1):g}"}
    return Refusal(429, "CMN-301", "Request rate exceeded", headers=headers).answer


def _gateway(status: int) -> Callable[[Fault], Answer]:
    def answer(fault: Fault) -> Answer:
        headers = {"Retry-After": f"{fault.number('retry_after', 0):g}"} if "retry_after" in fault.wish else {}
        return Answer(status, f"<html><h1>{status}</h1></html>".encode(), headers, content_type="text/html")

    return answer


INSTEAD: dict[str, tuple[str, Callable[[Fault], Answer]]] = {
    "http_401": ("answers 401, token not found", _http(401, "OAU-213", "Token not found")),
    "http_403": ("answers 403, permission missing", _http(403, "CMN-401", "Specific application permission required")),
    "http_404": ("answers 404, not found", _http(404, "CMN-102", "Resource for parameter is not found")),
    "http_429": ("answers 429 with Retry-After of `retry_after` (1) seconds", _too_many),
    "http_429_bare": ("answers 429 without Retry-After", _http(429, "CMN-310", "Global request rate exceeded")),
    "http_500": ("answers 500 in the platform's JSON", _http(500, "CMN-203", "Internal Server Error")),
    "http_502": ("answers 502 in HTML, as a gateway does", _gateway(502)),
    "http_503": ("answers 503 in HTML, as a gateway does; with Retry-After if `retry_after` is said", _gateway(503)),
}


def _html(answer: Answer) -> Answer:
    return Answer(200, HTML, content_type="text/html")


def _no_keys(answer: Answer) -> Answer:
    return Answer(answer.status, {"unexpected": True}, answer.headers)


def _truncated(answer: Answer) -> Answer:
    return Answer(answer.status, answer.content[: len(answer.content) // 2], answer.headers, answer.content_type)


SPOILT: dict[str, tuple[str, Callable[[Answer], Answer]]] = {
    "html": ("does what was asked and answers 200 with HTML, as a hotel's network does", _html),
    "no_keys": ("does what was asked and answers JSON without a single key that is expected", _no_keys),
    "truncated": ("does what was asked and answers half of the JSON, as if it were whole", _truncated),
}
