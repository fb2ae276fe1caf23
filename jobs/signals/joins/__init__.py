"""Signals that only several feeds together show."""
