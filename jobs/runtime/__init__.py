"""The session, the lake, and how a job is run and recorded."""
