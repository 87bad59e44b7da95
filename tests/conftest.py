"""What all tests share: a certificate, time enough, and that nobody overlooks that PostgreSQL was not tested."""

import os
import signal
import subprocess
from pathlib import Path
from shutil import which

import pytest
from hypothesis import HealthCheck, settings

# A machine may be slow for a second.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# Started in the background of a script, everything below would ignore Ctrl-C, the programs that are to end by it too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine, with its key in the same file, that nobody has signed."""
    openssl = which("openssl")
    if openssl is None:
        pytest.skip("NOT TESTED here: there is no openssl")
    path = tmp_path / "own.pem"
    words = "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /O=Own/CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    subprocess.run(
        [openssl, *words.split(), "-keyout", path, "-out", tmp_path / "cert"], check=True, capture_output=True
    )
    path.write_bytes(path.read_bytes() + (tmp_path / "cert").read_bytes())
    return path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not os.environ.get("RINGWALL_TEST_POSTGRES"):
        terminalreporter.section("PostgreSQL was NOT tested", sep="!", yellow=True, bold=True)
        terminalreporter.line("Set RINGWALL_TEST_POSTGRES=postgresql://user@host/database, one that may be filled.")
