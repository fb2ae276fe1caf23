"""Forms of this language."""
