"""Signals in accounts that gather from many."""
