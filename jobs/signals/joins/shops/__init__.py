"""Signals in who stands behind shops, and where their takings go."""
