"""A fault of the machine or of the program, told in one line; the story goes to a file without values."""

import errno
import traceback
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_JAVA_FRAMES = 12


def describe_fault(error: Exception) -> str:
    """One line that says what to do. Writes `matluoi-fault-*.log` into the working folder."""
    text = str(error)
    if "No space left on device" in text or getattr(error, "errno", None) == errno.ENOSPC:
        return "the disk is full. Free space where --home lies and run it again; nothing was published."
    story = Path.cwd() / f"matluoi-fault-{datetime.now(tz=UTC):%Y%m%dT%H%M%S}.log"
    # Messages of libraries may quote rows of the feeds: only kinds and places of errors are kept.
    lines = [type(error).__name__, *traceback.format_tb(error.__traceback__)]
    lines += _java_story(getattr(error, "java_exception", None))
    story.write_text("\n".join(lines), encoding="utf-8")
    return f"a fault of the program ({type(error).__name__}); nothing was published. Details: {story.name}"


def _java_story(thrown: Any) -> Iterator[str]:
    """Kind and first frames of a Java exception and of each of its causes."""
    while thrown is not None:
        yield f"Java: {thrown.getClass().getName()}"
        yield from (f"  {frame.toString()}" for frame in list(thrown.getStackTrace())[:_JAVA_FRAMES])
        thrown = thrown.getCause()
