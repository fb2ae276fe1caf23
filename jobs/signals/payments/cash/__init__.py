"""Signals in cash, and in sums kept under a level."""
