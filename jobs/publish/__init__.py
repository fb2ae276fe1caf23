"""The published ranking: tables, files, the run's manifest."""
