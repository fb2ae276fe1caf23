"""Compile the words of each language for gettext, when they are newer than what was compiled."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

_FOLDER = Path(__file__).parent


def compile_words() -> None:
    """Write `django.mo` beside each `django.po` that has changed."""
    for words in sorted(_FOLDER.glob("*/LC_MESSAGES/django.po")):
        compiled = words.with_suffix(".mo")
        if compiled.exists() and compiled.stat().st_mtime_ns >= words.stat().st_mtime_ns:
            continue
        with words.open("rb") as stream:
            catalogue = read_po(stream)
        part = compiled.with_suffix(".part")
        with part.open("wb") as stream:
            write_mo(stream, catalogue)
        part.replace(compiled)
