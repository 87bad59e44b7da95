"""What all tests share: that nobody overlooks that PostgreSQL was not tested."""

import os

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not os.environ.get("RINGWALL_TEST_POSTGRES"):
        terminalreporter.section("PostgreSQL was NOT tested", sep="!", yellow=True, bold=True)
        terminalreporter.line("Set RINGWALL_TEST_POSTGRES=postgresql://user@host/database, one that may be filled.")
