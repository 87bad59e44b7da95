"""What all tests share: that nobody overlooks that PostgreSQL was not tested."""

import os
import signal

import pytest

# Started in the background of a script, everything below would ignore Ctrl-C, the programs that are to end by it too.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not os.environ.get("RINGWALL_TEST_POSTGRES"):
        terminalreporter.section("PostgreSQL was NOT tested", sep="!", yellow=True, bold=True)
        terminalreporter.line("Set RINGWALL_TEST_POSTGRES=postgresql://user@host/database, one that may be filled.")
