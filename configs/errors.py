"""The errors that matluoi shows to people, each with the exit code of `docs/runbook.md`.

A message names the file, the line or key, and the remedy, in one or two lines; it never holds a value
from the feeds, because those are personal data.
"""


class MatluoiError(Exception):
    """Base of all errors that are explained to the user instead of shown as a traceback."""

    exit_code = 1


class UsageError(MatluoiError):
    """The command was wrong: a missing folder, an unknown name, a date that is none."""

    exit_code = 2


class ConfigurationError(UsageError):
    """A configuration file is broken; the message names the file and the key."""


class GateError(MatluoiError):
    """The incoming records did not pass a gate; the previous ranking still stands."""

    exit_code = 3
