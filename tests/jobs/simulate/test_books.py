"""The books of the truth are those that the contract gives for the files."""

import json

import pytest

from configs.sources import default_sources
from tests.jobs.simulate.conftest import Told
from tests.jobs.simulate.reckoning import reckon


@pytest.mark.parametrize("feed", sorted(default_sources()))
def test_books_equal_what_the_files_say(tiny: Told, feed: str) -> None:
    told = json.loads((tiny.folder / "truth" / "books.json").read_text(encoding="utf-8"))
    assert reckon(tiny.folder / "landing", feed, default_sources()[feed]) == told[feed]


def test_every_kind_of_dirt_is_there(tiny: Told) -> None:
    books = tiny.delivered.books.values()
    for count in ("quarantined", "superseded", "exact_duplicates", "rejected_files"):
        assert sum(book[count] for book in books) > 0, count
