"""Rankings held against what is known: a truth, switched-off parts, past dates."""
