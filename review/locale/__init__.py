"""Words and forms of the two languages."""
