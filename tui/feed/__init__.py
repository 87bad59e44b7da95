"""Keeps one Board true, or says that it is not."""
