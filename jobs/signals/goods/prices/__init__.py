"""Signals in declared prices, weights and quantities that are out of line."""
