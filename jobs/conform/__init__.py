"""Bronze to silver and quarantine: typed, checked, the latest version of each key, normalised beside it."""
