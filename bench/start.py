"""How long it takes to begin: the version, the first frame, a live wall.

    python -m bench start

Beside them: Python that does nothing, a bare Textual app, and the round trips that a live wall cannot do without.
"""

import statistics
import subprocess
import time
from collections.abc import Callable

import httpx

from bench.figures import Figure
from bench.terminals import PYTHON, Terminal
from bench.worlds import World, folder, world

TURNS = 7
EXTENSIONS = 200
BARE = """
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("READY")

Bare().run()
"""


def measure() -> list[Figure]:
    """Milliseconds to each of these; medians of some turns, ours and the peer's by turns."""
    with world(EXTENSIONS) as box, folder() as home:
        environment = box.user(home, EXTENSIONS)
        nothing, version = _in_turns(
            lambda: _run([PYTHON, "-c", "pass"]), lambda: _run([PYTHON, "-m", "tui", "--version"])
        )
        bare, first = _in_turns(
            lambda: _until([PYTHON, "-c", BARE], environment, "READY"),
            lambda: _until([PYTHON, "-m", "tui"], environment, "JWT", "sort"),
        )
        trips, live = _in_turns(lambda: _trips(box), lambda: _until([PYTHON, "-m", "tui"], environment, "LIVE"))
    return [
        Figure("start", "--version", version, "ms", "python -c pass", nothing),
        Figure("start", "first frame", first, "ms", "bare Textual app", bare, 1.3),
        Figure("start", "live, from a warm start", live, "ms", "first frame and its round trips", first + trips),
    ]


def _in_turns(peer: Callable[[], float], ours: Callable[[], float]) -> tuple[float, float]:
    pairs = [(peer(), ours()) for _ in range(TURNS)]
    return statistics.median(one for one, _ in pairs) * 1000, statistics.median(one for _, one in pairs) * 1000


def _run(words: list[str]) -> float:
    began = time.monotonic()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def _until(words: list[str], environment: dict[str, str], *wanted: str) -> float:
    """Seconds from the start of a program until it has written one of these."""
    terminal = Terminal(words, environment)
    try:
        return terminal.until(*wanted) - terminal.began
    finally:
        terminal.end()


def _trips(box: World) -> float:
    """What a warm start has to wait for: the subscription, the first poll, and a read of all presences."""
    known = box.credentials
    with httpx.Client(base_url=known["server"], trust_env=False) as http:
        form = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": known["jwt"]}
        app = (known["client_id"], known["client_secret"])
        token = http.post("/restapi/oauth/token", data=form, auth=app).json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        filters = [
            f"/restapi/v1.0/account/~/extension/{one}/presence?detailedTelephonyState=true" for one in box.extensions
        ]
        wish = {"eventFilters": filters, "deliveryMode": {"transportType": "PubNub", "encryption": True}}
        began = time.monotonic()
        mode = http.post("/restapi/v1.0/subscription", json=wish, headers=headers).json()["deliveryMode"]
        http.get(f"/v2/subscribe/{mode['subscriberKey']}/{mode['address']}/0", params={"tt": "0"})
        presence = "/restapi/v1.0/account/~/presence"
        http.get(presence, params={"detailedTelephonyState": "true", "perPage": "1000"}, headers=headers)
        return time.monotonic() - began
