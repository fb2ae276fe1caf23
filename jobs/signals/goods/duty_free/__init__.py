"""Signals in goods that come in duty-free, for processing or for a time."""
