"""The page of the catalogue is the one that the catalogue gives today."""

from pathlib import Path

from configs.catalogue import shipped_catalogue
from jobs.cli.typology_page import typology_page

PAGE = Path(__file__).resolve().parents[3] / "docs" / "typologies.md"


def test_the_page_is_current() -> None:
    """`matluoi typologies --markdown docs/typologies.md` writes it anew."""
    assert PAGE.read_text(encoding="utf-8") == typology_page(shipped_catalogue())
