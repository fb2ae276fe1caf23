"""Signals in what firms pay private people at home."""
