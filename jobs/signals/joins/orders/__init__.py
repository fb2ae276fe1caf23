"""Signals in orders, their payments and their parcels."""
