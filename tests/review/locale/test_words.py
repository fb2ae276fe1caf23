"""Every Vietnamese sentence of the pages has its English one."""

import re
from pathlib import Path

from babel.messages.pofile import read_po

import review
from review.locale.compile_words import compile_words

ROOT = Path(review.__file__).parent
# {% trans "…" %} and _("…"), in templates and code.
_SAID = re.compile(
    r"""\{% trans (?:"([^"]+)"|'([^']+)') %\}|\b(?:_|gettext|gettext_lazy)\(\s*"((?:[^"\\]|\\.)+)"\s*\)"""
)

# {% blocktrans … %}…{% plural %} or {% endblocktrans %}: the first of its forms is its name.
_BLOCK = re.compile(r"\{% blocktrans[^%]*%\}(.*?)\{% (?:plural|endblocktrans)", re.DOTALL)
_PLACE = re.compile(r"\{\{ (\w+) \}\}")


def test_every_sentence_has_its_english_one():
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as stream:
        ids = [message.id for message in read_po(stream) if message.string]
    known = {part if isinstance(part, str) else part[0] for part in ids}
    said: set[str] = set()
    for path in [*ROOT.rglob("*.html"), *ROOT.rglob("*.py")]:
        if "assets" in path.parts or "referrals" in path.parts:
            continue
        for groups in _SAID.findall(path.read_text(encoding="utf-8")):
            said |= {text for text in groups if text}
        said |= {_PLACE.sub(r"%(\1)s", text) for text in _BLOCK.findall(path.read_text(encoding="utf-8"))}
    assert len(said) > 300
    assert sorted(said - known) == []


def test_a_sentence_keeps_its_places():
    place = re.compile(r"%\(\w+\)[\w.]+")
    with (ROOT / "locale" / "en" / "LC_MESSAGES" / "django.po").open("rb") as stream:
        for message in read_po(stream):
            if isinstance(message.id, str) and message.id:
                assert sorted(place.findall(message.id)) == sorted(place.findall(message.string)), message.id


def test_words_are_compiled_once():
    compile_words()
    compiled = ROOT / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    before = compiled.stat().st_mtime_ns
    compile_words()
    assert compiled.stat().st_mtime_ns == before
