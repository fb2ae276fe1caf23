"""Signals in money that goes abroad or comes from there."""
