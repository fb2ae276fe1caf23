"""Signals in parcels and in who sends them."""
