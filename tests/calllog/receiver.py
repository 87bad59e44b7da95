"""What a CRM would be: an HTTP server of its own that takes webhooks, and answers as a test wants."""

import contextlib
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@dataclass(frozen=True)
class Received:
    headers: dict[str, str]
    body: bytes


class Receiver:
    """Attributes: the answers that are given next (then 200), how long their bodies are, whether there is a second 200
    to each, which comes when the next request on its connection is there, and what was received.
    """

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.headers: dict[str, str] = {}
        self.body_of = 0
        self.answers_twice = False
        self.received: list[Received] = []
        self.changed = threading.Condition()
        self.url = ""

    def until(self, count: int) -> list[Received]:
        """Wait for so many requests."""
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.received) >= count, 20), f"only {len(self.received)}"
            return list(self.received)

    def take(self, received: Received) -> int:
        with self.changed:
            self.received.append(received)
            self.changed.notify_all()
            return self.answers.pop(0) if self.answers else 200


@contextmanager
def receiving(certificate: Path | None = None) -> Iterator[Receiver]:
    """Over TLS, where there is a certificate."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        has_answered = False

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status = receiver.take(Received({name.lower(): value for name, value in self.headers.items()}, body))
            if receiver.answers_twice and self.has_answered:
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
            self.has_answered = True
            self.send_response(status)
            for name, value in receiver.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(receiver.body_of))
            self.end_headers()
            with contextlib.suppress(OSError):
                for _ in range(0, receiver.body_of, 1000):
                    self.wfile.write(bytes(1000))

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.url = f"{'http' if certificate is None else 'https'}://127.0.0.1:{server.server_address[1]}/calls"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
