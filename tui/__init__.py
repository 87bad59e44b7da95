"""Ringwall: a wallboard in the terminal for RingCentral."""

__version__ = "0.1.0"
