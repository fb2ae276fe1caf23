"""Signals in payments and accounts."""
