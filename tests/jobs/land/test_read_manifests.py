"""Manifests: what they say, and files that disagree."""

from decimal import Decimal
from pathlib import Path

import pytest

from jobs.land.read_manifests import MANIFEST_NAME, ManifestEntry, check_agreement, read_manifest
from jobs.land.reject_files import FileRejected, Reason


def manifest(folder: Path, text: str) -> Path:
    path = folder / MANIFEST_NAME
    path.write_text(text, encoding="utf-8")
    return path


def test_a_whole_manifest(tmp_path: Path) -> None:
    text = (
        '{"files": [{"name": "a.csv", "sha256": "AB", "rows": 2, "control_total": 10.50}, {"name": "b.csv"}]}'
    )
    read = read_manifest(manifest(tmp_path, text))
    assert read is not None
    assert read.entry("a.csv") == ManifestEntry("ab", 2, Decimal("10.50"))
    assert read.entry("b.csv") == ManifestEntry()
    assert read.entry("c.csv") is None
    assert read_manifest(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"files": 3}', '{"files": [{"rows": 1}]}', '{"files": [{"name": "a", "rows": "x"}]}', "{"],
)
def test_a_broken_manifest_has_a_problem(tmp_path: Path, text: str) -> None:
    read = read_manifest(manifest(tmp_path, text))
    assert read is not None
    assert read.problem


def test_the_fingerprint_follows_the_entry_of_the_file_alone(tmp_path: Path) -> None:
    one = read_manifest(manifest(tmp_path, '{"files": [{"name": "a", "rows": 1}, {"name": "b", "rows": 1}]}'))
    two = read_manifest(manifest(tmp_path, '{"files": [{"name": "a", "rows": 1}, {"name": "b", "rows": 2}]}'))
    assert one is not None
    assert two is not None
    assert one.fingerprint("a") == two.fingerprint("a")
    assert one.fingerprint("b") != two.fingerprint("b")


AGREED = ManifestEntry("ab", 2, Decimal("10.50"))


@pytest.mark.parametrize(
    ("entry", "sha256", "rows", "total"),
    [
        (AGREED, "ab", 2, Decimal("10.5")),
        (ManifestEntry("ab", 2, Decimal("10.500000000000002")), "ab", 2, Decimal("10.5")),
        (ManifestEntry(), "zz", 7, Decimal(1)),
        (ManifestEntry(control_total=Decimal(0)), "zz", 7, None),
    ],
)
def test_agreement(entry: ManifestEntry, sha256: str, rows: int, total: Decimal | None) -> None:
    check_agreement(entry, sha256, rows, total)


@pytest.mark.parametrize(
    ("sha256", "rows", "total", "told"),
    [
        ("zz", 2, Decimal("10.5"), "sha256"),
        ("ab", 3, Decimal("10.5"), "rows"),
        ("ab", 2, Decimal("10.51"), "control_total"),
    ],
)
def test_disagreement(sha256: str, rows: int, total: Decimal, told: str) -> None:
    with pytest.raises(FileRejected, match=told) as error:
        check_agreement(AGREED, sha256, rows, total)
    assert error.value.reason is Reason.MANIFEST_MISMATCH
