"""A fault of the machine or of the program, told in one line; the story goes to a file without values."""

import errno
import traceback
from datetime import UTC, datetime
from pathlib import Path


def describe_fault(error: Exception) -> str:
    """One line that says what to do. Writes `matluoi-fault-*.log` into the working folder."""
    text = str(error)
    if "No space left on device" in text or getattr(error, "errno", None) == errno.ENOSPC:
        return "the disk is full. Free space where --home lies and run it again; nothing was published."
    story = Path.cwd() / f"matluoi-fault-{datetime.now(tz=UTC):%Y%m%dT%H%M%S}.log"
    frames = "".join(traceback.format_tb(error.__traceback__))
    # Messages of libraries may quote rows of the feeds: only the kind of the error is kept.
    story.write_text(f"{type(error).__name__}\n{frames}", encoding="utf-8")
    return f"a fault of the program ({type(error).__name__}); nothing was published. Details: {story.name}"
