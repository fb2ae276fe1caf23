"""Signals in how declarations are cleared: channels, offices, officers, papers and findings."""
