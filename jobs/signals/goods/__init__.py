"""Signals in declarations, parcels and listings."""
