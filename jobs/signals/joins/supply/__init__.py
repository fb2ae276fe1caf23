"""Signals in where the goods that are sold come from."""
