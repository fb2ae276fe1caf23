"""What is built: nothing twice, no address in the lock file, every Vietnamese letter in the typefaces."""

import json
import unicodedata

import pytest
from fontTools.ttLib import TTFont

from review.assets.build import BUILT, SOURCES, TYPEFACES, build

VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")


@pytest.fixture(scope="module", autouse=True)
def _built() -> None:
    build()


def test_a_second_build_does_nothing() -> None:
    assert build() is False


def test_the_lock_file_has_hashes_and_no_address() -> None:
    packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    assert all("integrity" in package for name, package in packages.items() if name)
    assert not any("resolved" in package for package in packages.values())
    assert "http" not in (SOURCES / "package-lock.json").read_text()


def test_what_pages_load_is_there() -> None:
    for name in ("matluoi.css", "case.js", "icons/seller.svg"):
        assert (BUILT / name).stat().st_size > 100
    style = (BUILT / "matluoi.css").read_text(encoding="utf-8")
    assert "http" not in style
    assert "be-vietnam-pro-vietnamese-400-normal.woff2" in style


@pytest.mark.parametrize("cut", ["Regular", "Bold", "Italic", "BoldItalic"])
def test_typefaces_of_papers_hold_every_vietnamese_letter(cut: str) -> None:
    composed = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES}
    letters = {letter for each in composed for letter in (each, each.upper())} | set("đĐ₫–“”…")
    with TTFont(TYPEFACES / f"Tinos-{cut}.ttf") as font:
        known = font.getBestCmap()
        drawn = {letter for letter in letters if ord(letter) in known}
        tallest = max(font["glyf"][known[ord(letter)]].yMax for letter in letters if letter.isalpha())
        assert drawn == letters
        # Two marks above a capital stay inside of the line that the typeface asks for.
        assert tallest <= font["hhea"].ascent + 100
