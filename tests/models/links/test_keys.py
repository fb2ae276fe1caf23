"""One key for one legal person."""

import pytest

from models.links.keys import canonical_key, member_kind


@pytest.mark.parametrize(
    ("key", "since_2025", "canonical"),
    [
        ("cccd:001085000001", True, "cccd:001085000001"),
        ("tax:001085000001", True, "cccd:001085000001"),
        ("tax:001085000001", False, "tax:001085000001"),
        ("tax:0101234567", True, "tax:0101234567"),
        ("tax:0101234567-002", False, "tax:0101234567"),
        ("passport:C1234567", True, "passport:C1234567"),
    ],
)
def test_canonical_key(key: str, since_2025: bool, canonical: str) -> None:
    assert canonical_key(key, since_2025) == canonical


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("cccd:001085000001", "person"),
        ("passport:C1234567", "person"),
        ("tax:001085000001", "person"),
        ("tax:0101234567", "company"),
        ("tax:0101234567-002", "company"),
    ],
)
def test_member_kind(key: str, kind: str) -> None:
    assert member_kind(key) == kind
