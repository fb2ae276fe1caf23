"""Signals in the patterns that transfers form: rings, layers, fans, chains, and money that comes back."""
