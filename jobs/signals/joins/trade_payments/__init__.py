"""Signals in payments for imports and exports, held against declarations."""
