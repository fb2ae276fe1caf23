"""Landing files to bronze: every row as it came, with its file and line."""
